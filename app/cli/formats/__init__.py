"""How a judged change is printed: one module a format, each with a `render`. A new format is one file and one line here."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Protocol, cast

from app.review.visible import visible_name
from validators.model import Finding, Report, Verdict, VerdictState
from validators.settings import FailOn


class Format(StrEnum):
    """The formats of `fairlead check`."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    GITLAB = "gitlab"


@dataclass(frozen=True, slots=True)
class Judged:
    """A change after it was judged.

    `source` gives the lines of a file at the merge result, without secrets; [] where it has none. `existing` tells whether
    findings that were there before are listed (else they are counted), `colour` whether the output may be coloured,
    `work_tree` whether edits that are not committed were looked at. `rules_url` is the folder of the pages about rules, "" for
    none that is known.
    """

    report: Report
    verdict: Verdict
    fail_on: FailOn
    source: Callable[[str], list[str]]
    seconds: float
    existing: bool
    colour: bool
    work_tree: bool
    rules_url: str


class Renderer(Protocol):
    """What a format's module holds."""

    def render(self, judged: Judged) -> str:
        """All that is printed, with its final newline."""


def renderer(name: Format) -> Renderer:
    """The module of a format, imported when it is asked for: nobody pays for the others."""
    return cast("Renderer", import_module(f"app.cli.formats.{name.value}"))


def answer(verdict: Verdict) -> tuple[str, tuple[str, ...]]:
    """The answer and, for an error, the reasons beside it. What the reasons say whole the answer does not say by half."""
    said = all(reason.removesuffix(".") in verdict.headline for reason in verdict.reasons)
    if verdict.state is not VerdictState.ERROR or said:
        return verdict.headline, ()
    return verdict.headline.partition(":")[0], verdict.reasons


def place(finding: Finding) -> str:
    """`path:line:column`, as far as the finding knows them. A path with a colon is quoted: it could be taken for another
    place, or for a command of a workflow (https://docs.github.com/actions/reference/workflow-commands-for-github-actions)."""
    where = finding.location
    path = visible_name(where.path)
    return ":".join(str(part) for part in (f'"{path}"' if ":" in path else path, where.line, where.column) if part)
