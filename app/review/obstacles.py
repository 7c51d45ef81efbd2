"""Summaries of changes that could not be judged: conflicts with the base, a broken configuration there, our own fault."""

from app.review import coverage
from app.review.defects import first_sentences
from app.review.fit import length, room
from app.review.markdown import code, fence, prose
from app.review.standing import Conflicting, Faulty, Misconfigured, Surroundings
from app.review.summary import opening, place, shortest
from validators.model import Location, Problem
from validators.verdict import configuration_verdict
from validators.words import counted

_MOST_PATHS = 20
_MOST_PROBLEMS = 5
_LINES_BEFORE = 4

_UNKNOWN = "**What it would do:** not known."


def conflict_headline(standing: Conflicting, around: Surroundings) -> str:
    """The answer where head and base can't be merged."""
    files = counted(len(standing.paths), "file")
    return f"Can't merge: conflicts with `{around.change.base_branch}` in {files}"


def misconfigured_headline(standing: Misconfigured, around: Surroundings) -> str:
    """The answer where the configuration at the base is broken."""
    base = around.change.base_branch
    return configuration_verdict(standing.problems, base=base, remedy=standing.remedy).headline


def faulty_headline(standing: Faulty) -> str:
    """The answer where we failed."""
    return f"{_failure(standing)}, reference {standing.reference}"


def in_brief(standing: Conflicting | Misconfigured | Faulty, headline: str) -> str:
    """The headline, and what to do where that is not plain from it: for a check run, which has the summary beside it."""
    remedy = standing.remedy if isinstance(standing, Misconfigured) else ""
    return "\n\n".join(prose(part) for part in (headline, remedy) if part)


def conflicting(standing: Conflicting, around: Surroundings) -> str:
    """The summary of a change that conflicts with its base."""
    change = around.change
    paths = [f"- {place(Location(path), around)}" for path in standing.paths[:_MOST_PATHS]]
    left = len(standing.paths) - _MOST_PATHS
    advice = f"Merge {code(change.base_branch)} into {code(change.head_branch)}, or rebase onto it; then it is judged again."
    return _fitting(
        conflict_headline(standing, around),
        advice,
        "\n".join([*paths, *([f"- {left:,} more"] if left > 0 else [])]),
        _UNKNOWN,
        coverage.last_line(around, coverage.stopped(change.head, standing.base, standing.seconds)),
        around=around,
    )


def misconfigured(standing: Misconfigured, around: Surroundings) -> str:
    """The summary of a change whose base has a configuration that can't be read."""
    first, *others = standing.problems
    hint = first.message.removeprefix(first_sentences(first.message, 1)).strip()
    mend = f"It blocks the merge until it is mended on {code(around.change.base_branch)}."
    return _fitting(
        misconfigured_headline(standing, around),
        " ".join(part for part in (prose(hint), mend, prose(standing.remedy)) if part),
        _excerpt(standing.text, first.location),
        _more(others),
        _UNKNOWN,
        coverage.last_line(around, coverage.stopped(around.change.head, standing.base, standing.seconds)),
        around=around,
    )


def faulty(standing: Faulty, around: Surroundings) -> str:
    """The summary of a change that we failed to judge."""
    return _fitting(
        _failure(standing),
        f"The change is not to blame, and it is not passed either. Judge it again with {code('/check')}; if that fails too, "
        f"give the reference {code(standing.reference)} to those who run Fairlead: its log says more under it.",
        _UNKNOWN,
        coverage.last_line(around, f"Stopped at {coverage.commit(around.change.head)}. Nothing was checked."),
        around=around,
    )


def _failure(standing: Faulty) -> str:
    """What failed."""
    failed = f"{counted(standing.deaths, 'worker')} died of it" if standing.deaths else "Fairlead itself failed"
    return f"Can't judge: {failed}"


def _fitting(headline: str, *paragraphs: str, around: Surroundings) -> str:
    body = "\n\n".join(paragraph for paragraph in (opening(headline), *paragraphs) if paragraph)
    return body if length(body) <= room(around.limits.comment) else shortest(headline, around)


def _excerpt(text: str, location: Location) -> str:
    """The line that is wrong, marked, below those before it."""
    lines = text.replace("\r\n", "\n").split("\n")
    if location.line is None or location.line > len(lines):
        return ""
    shown = lines[max(0, location.line - 1 - _LINES_BEFORE) : location.line]
    return fence("\n".join([*shown[:-1], f"{shown[-1]}   # line {location.line}"]), "yaml")


def _more(problems: list[Problem]) -> str:
    said = [f"- {_where(problem.location)}: {prose(problem.message)}" for problem in problems[:_MOST_PROBLEMS]]
    left = len(problems) - _MOST_PROBLEMS
    return "\n".join([*said, *([f"- {left:,} more"] if left > 0 else [])])


def _where(location: Location) -> str:
    return f"`{location.path}`" + (f" line {location.line}" if location.line else "")
