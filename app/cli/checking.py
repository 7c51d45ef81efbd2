"""What `fairlead check` does: find the change, read its configuration at the base, judge it, print what came out."""

import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from app.cli.errors import WrongUse
from app.cli.formats import Format, Judged, renderer
from app.cli.progress import shown
from app.cli.terminal import STDERR, can_redraw, rules_url, wants_colour
from app.config import BrokenConfiguration, Ruling, ruling
from app.config.reading import from_text
from app.config.validator import ConfigurationFile
from app.git.errors import GitError
from app.git.local import LocalChange, local_change
from app.review.redact import Redactor, redactor
from validators import all_validators
from validators.change import ToolFailed, ToolMissing
from validators.judge import OnProgress, judge
from validators.model import Report, Verdict, VerdictState
from validators.secrets import shown_lines
from validators.settings import FailOn
from validators.tree import EntryKind, Tree
from validators.verdict import configuration_verdict, verdict

PASSES, FAILS, WRONG_USE, BROKEN = 0, 1, 2, 3
"""The exit statuses."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked for; None means the usual."""

    repo: Path
    base: str | None
    head: str | None
    config: Path | None
    whole: bool
    quiet: bool


def run(request: Request, output: Format) -> int:
    """Judges the change, prints it as `output`, and gives the exit status. Raises WrongUse."""
    began = time.monotonic()
    with _change(request) as local:
        if local.note:
            sys.stderr.write(f"fairlead: note: {local.note}\n")
        try:
            in_force = _ruling(request, local)
        except BrokenConfiguration as broken:
            judged = _unjudged(local, broken, request)
            status = WRONG_USE
        else:
            with shown(to=STDERR, wanted=not request.quiet and can_redraw(sys.stderr)) as on_progress:
                judged = _judge(local, in_force, request, on_progress)
            status = _status(judged)
        sys.stdout.write(renderer(output).render(replace(judged, seconds=time.monotonic() - began)))
    return status


@contextmanager
def _change(request: Request) -> Iterator[LocalChange]:
    """The change, with what git objects to told as a person's mistake."""
    try:
        with local_change(request.repo, base=request.base, head=request.head) as local:
            yield local
    except (GitError, ToolMissing, ToolFailed) as error:
        raise WrongUse(str(error)) from None


def _ruling(request: Request, local: LocalChange) -> Ruling:
    """What the base, or the change that mends it, says; or the file that was named in its place. Raises BrokenConfiguration."""
    if request.config is None:
        return ruling(local.change)
    try:
        return Ruling(from_text(str(request.config), request.config.read_bytes()), mends=False)
    except OSError as error:
        raise WrongUse(f"can't read {request.config}: {error.strerror}") from None


def _unjudged(local: LocalChange, broken: BrokenConfiguration, request: Request) -> Judged:
    base = "" if request.config else local.base_name
    answer = configuration_verdict(broken.problems, base=base, remedy=broken.remedy)
    return _judged(local, Report(local.base, local.head, None, ()), answer, FailOn.ERROR, request)


def _judge(local: LocalChange, in_force: Ruling, request: Request, on_progress: OnProgress) -> Judged:
    configuration = in_force.configuration
    change = replace(local.change, settings=configuration.check_settings())
    checks = (*all_validators(), ConfigurationFile(base=local.base_name, mends=in_force.mends))
    report = judge(
        change, checks, base=local.base, head=local.head, merge_result=None, on_progress=on_progress, whole=request.whole
    )
    answer = in_force.answer(verdict(report, fail_on=configuration.fail_on))
    return _judged(local, report, answer, configuration.fail_on, request)


def _judged(local: LocalChange, report: Report, answer: Verdict, fail_on: FailOn, request: Request) -> Judged:
    """What is printed: without secrets, with the source at hand."""
    key = secrets.token_bytes(32)  # good for this run only: nothing is compared with another
    masks = redactor(local.change, report.findings, key=key)
    return Judged(
        report=masks.report(report),
        verdict=masks.verdict(answer),
        fail_on=fail_on,
        source=_source(local.change.result, masks),
        seconds=0.0,
        existing=request.whole,
        colour=wants_colour(sys.stdout),
        work_tree=local.work_tree,
        rules_url=rules_url(),
    )


def _source(tree: Tree, masks: Redactor) -> Callable[[str], list[str]]:
    """Gives the lines of a file as they may be shown; a few files are remembered, as findings come file by file."""

    @lru_cache(maxsize=4)
    def lines(path: str) -> list[str]:
        entry = tree.entry(path)
        if entry is None or entry.kind is not EntryKind.FILE:
            return []
        text = tree.read(entry).decode("utf-8", "replace").removeprefix("\ufeff")
        return [masks.text(line) for line in shown_lines(text)]

    return lines


def _status(judged: Judged) -> int:
    if judged.verdict.state is VerdictState.SUCCESS:
        return PASSES
    return FAILS if judged.verdict.state is VerdictState.FAILURE else BROKEN
