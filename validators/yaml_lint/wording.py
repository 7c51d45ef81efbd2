"""yamllint's complaints in the words of Fairlead: what is wrong, which rule of whose file says so, what to do."""

from collections.abc import Sequence

from validators.model import Location, Problem, Severity, Suggestion
from validators.yaml_lint.configuration import BrokenConfiguration
from validators.yaml_lint.model import Complaint

HELP = "https://yamllint.readthedocs.io/en/stable"

LONGEST_LINE = 1000
"""Characters of a line by which a defect in it is known again: a longer line may have thousands of them."""

OF_THE_FILE = frozenset({"new-lines", "new-line-at-end-of-file", "document-start", "document-end"})
"""Rules about the file as a whole: on whichever line their finding stands, it is the same one."""


def problem_of(complaint: Complaint, path: str, lines: Sequence[str], configuration: str) -> Problem:
    """The problem that `complaint` is, in the file `path` with these `lines` (without their ends).

    `configuration` names the file that states the rule.
    """
    line = lines[complaint.line - 1] if complaint.line <= len(lines) else ""
    said = complaint.text[:1].upper() + complaint.text[1:]
    rule = complaint.rule or "syntax"
    return Problem(
        rule=f"yaml/{rule}",
        severity=Severity(complaint.level),
        title=said,
        message=f"{said}. The rule `{rule}` of the repository's `{configuration}` asks for this."
        if complaint.rule
        else f"{said}.",
        location=Location(path, complaint.line, complaint.line, complaint.column),
        about="" if rule in OF_THE_FILE else line[:LONGEST_LINE].strip(),
        help_url=f"{HELP}/rules.html#module-yamllint.rules.{rule.replace('-', '_')}" if complaint.rule else None,
        suggestion=_suggestion(rule, complaint.line, line),
    )


def disabled_file(path: str, line: int) -> Problem:
    """A comment that switches all checks off, which the change brings along."""
    return Problem(
        rule="yaml/disable-file",
        severity=Severity.WARNING,
        title="The file switches its own checks off",
        message="This comment is not honoured, since the base does not have it: no change switches its own checks off. Once it "
        "is merged it holds.",
        location=Location(path, line, line, 1),
        about="yamllint disable-file",
        help_url=f"{HELP}/disable_with_comments.html",
    )


def broken_configuration(error: BrokenConfiguration) -> Problem:
    """A `.yamllint` that the change leaves unusable."""
    return Problem(
        rule="yaml/configuration",
        severity=Severity.ERROR,
        title="yamllint refuses its configuration",
        message=f"yamllint refuses this configuration: {error.problem}. Once merged it would stop every later check.",
        location=Location(error.path, error.line, error.line, 1),
        about=error.problem,
        help_url=f"{HELP}/configuration.html",
    )


def too_large(path: str, size: int, most: int) -> Problem:
    """A file that is not read at all."""
    return Problem(
        rule="yaml/limit",
        severity=Severity.ERROR,
        title="The file is too large to be read",
        message=f"The file has {size:,} bytes and was not looked at: the limit is {most:,}. Split it, or list it as ignored.",
        location=Location(path),
        about="size",
    )


def _suggestion(rule: str, number: int, line: str) -> Suggestion | None:
    """The corrected line, where only one correction is possible."""
    return Suggestion(number, number, line.rstrip()) if rule == "trailing-spaces" and "\r" not in line else None
