"""From what was found out to what is to be said: the plain data kept with a judgement, and the Standing made of it again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.review.standing import Conflicting, Judged, Misconfigured, Standing
from app.store.model import Judgement, RunKey
from app.store.plain import from_plain
from validators.model import Problem, Report
from validators.plain import to_plain

Commentable = Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """What publishing needs of a judgement beside its report. `kind` is judged, conflicting or misconfigured."""

    kind: str
    inline_limit: int = 0
    commentable: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = ()
    paths: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    text: str = ""
    remedy: str = ""


def judged(inline_limit: int, commentable: Commentable) -> Mapping[str, object]:
    """Judged to the end; comments may stand on these lines."""
    spans = tuple((path, tuple(_spans(lines))) for path, lines in sorted(commentable.items()))
    return _plain(_Kept("judged", inline_limit=inline_limit, commentable=spans))


def conflicting(paths: tuple[str, ...]) -> Mapping[str, object]:
    """Head and base can't be merged."""
    return _plain(_Kept("conflicting", paths=paths))


def misconfigured(problems: tuple[Problem, ...], text: str, remedy: str) -> Mapping[str, object]:
    """The configuration at the base is broken."""
    return _plain(_Kept("misconfigured", problems=problems, text=text, remedy=remedy))


def standing(key: RunKey, judgement: Judgement) -> Standing:
    """How it stands with the change, for app/review/plan.py."""
    kept = from_plain(_Kept, judgement.standing)
    match kept.kind:
        case "conflicting":
            return Conflicting(key.base, kept.paths, judgement.seconds)
        case "misconfigured":
            return Misconfigured(key.base, kept.problems, kept.text, kept.remedy, judgement.seconds)
        case _:
            report = Report(key.base, key.head, judgement.merge_result, judgement.results, judgement.effects)
            lines = {path: frozenset(_lines(spans)) for path, spans in kept.commentable}
            return Judged(report, judgement.verdict, judgement.seconds, kept.inline_limit, lines)


def _plain(kept: _Kept) -> Mapping[str, object]:
    plain = to_plain(kept)
    return plain if isinstance(plain, dict) else {}


def _spans(lines: Iterable[int]) -> list[tuple[int, int]]:
    """The lines as first and last of each run of them."""
    spans: list[tuple[int, int]] = []
    for line in sorted(lines):
        if spans and spans[-1][1] == line - 1:
            spans[-1] = (spans[-1][0], line)
        else:
            spans.append((line, line))
    return spans


def _lines(spans: Iterable[tuple[int, int]]) -> Iterable[int]:
    return (line for first, last in spans for line in range(first, last + 1))
