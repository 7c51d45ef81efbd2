"""One file's problems: what reading it came upon, joined with what yamllint says, each defect told once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from validators.documents import read
from validators.documents.limits import FILE_BYTES
from validators.documents.refused import DUPLICATE_KEY, ENCODING, LIMIT, ONLY_KUBERNETES, SYNTAX
from validators.model import NotChecked, Problem, Severity
from validators.tree import EntryKind, Tree
from validators.yaml_lint.configuration import Configuration
from validators.yaml_lint.model import Complaint, Complaints, Switch, switch_in
from validators.yaml_lint.selection import Text
from validators.yaml_lint.wording import disabled_file, problem_of

MOST_LINTED = 1_000_000
"""Bytes of the largest file that yamllint is given: it takes some two seconds for so much."""

_WORKFLOW = re.compile(r"\.(?:github|gitea|forgejo)/workflows/[^/]+$")
_ON = re.compile(r"on\s*:")
"""GitHub's own key, which YAML 1.1 takes for a boolean: https://docs.github.com/actions/reference/workflow-syntax#on."""

_SECRET = re.compile(rb"kind[\"']?\s*:\s*[\"']?Secret\b")


@dataclass(frozen=True, slots=True)
class Ruled:
    """A file, what reading it came upon, and the repository's rules for it.

    `switch` is the comment by which it switches all of its checks off; `may_disable`: the base's file does the same.
    """

    text: Text
    troubles: tuple[Problem, ...]
    configuration: Configuration | None
    switch: Switch | None
    may_disable: bool

    @classmethod
    def of(cls, text: Text, rules: Tree, configuration: Configuration | None) -> "Ruled":
        """The file as the base's tree `rules` and its `configuration` rule it."""
        switch = None if configuration is None else switch_in(text.data)
        troubles = tuple(read(text.path, text.data).problems)
        return cls(text, troubles, configuration, switch, switch is not None and _has(rules, text.path, switch))

    @property
    def is_left_alone(self) -> bool:
        """Whether the base says that yamllint shall pass over the file."""
        return self.is_passed_over or (self.configuration is not None and self.configuration.ignores(self.text.path))

    @property
    def is_passed_over(self) -> bool:
        """Whether its first line tells yamllint to, and may."""
        return self.may_disable and self.switch is not None and self.switch.whole

    @property
    def is_linted(self) -> bool:
        """Whether yamllint gets the file: one that can't be read safely would slow it down or stop it."""
        if self.configuration is None or self.is_left_alone or self.text.note or len(self.text.data) > MOST_LINTED:
            return False
        return self.configuration.names(self.text.path) and not {ENCODING, LIMIT} & {problem.rule for problem in self.troubles}

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """The yamllint rules that hold for the file."""
        return self.configuration.rules_for(self.text.path) if self.configuration else ()

    @property
    def configuration_text(self) -> str:
        """The configuration, to be handed on."""
        return self.configuration.text if self.configuration else ""


def problems_of(file: Ruled, complaints: Complaints) -> Iterator[Problem]:
    """All that is wrong with the file. What the base leaves alone is told only where Kubernetes could not read it.

    Reading ends at the first syntax error of a document, so that mending one may show the next: whichever it is, it is the
    same defect, that the document can't be read.
    """
    if file.switch and not file.may_disable:
        yield disabled_file(file.text.path, file.switch.line)
    levels = {complaint.line: Severity(complaint.level) for complaint in complaints if complaint.rule == "key-duplicates"}
    is_manifest = file.text.is_manifest
    for trouble in file.troubles:
        if _is_told(file, trouble, is_manifest=is_manifest):
            level = (
                levels.get(trouble.location.line or 0, trouble.severity) if trouble.rule == DUPLICATE_KEY else trouble.severity
            )
            about = "" if trouble.rule == SYNTAX else trouble.about
            yield replace(trouble, severity=level, about=about)
    told = {(trouble.rule, trouble.location.line) for trouble in file.troubles}
    lines = file.text.data.decode("utf-8", "replace").split("\n") if complaints else []
    for complaint in complaints:
        if not _is_folded(complaint, told) and not _is_workflow_key(file.text.path, complaint, lines):
            yield _without_value(file, problem_of(complaint, file.text.path, lines, _configuration_path(file)))


def note_of(file: Ruled) -> NotChecked | None:
    """What has to be said of a file that yamllint did not get; None where nothing has."""
    path = file.text.path
    if file.configuration is None or not file.configuration.names(path):
        return None
    if file.is_passed_over:
        return NotChecked(path, "its first line switches yamllint off, at the base as well")
    if file.configuration.ignores(path):
        return NotChecked(path, f"ignored by the repository's `{file.configuration.path}`")
    if len(file.text.data) > MOST_LINTED:
        return NotChecked(
            f"style of {path}", f"yamllint is given files of up to {MOST_LINTED:,} bytes; only its syntax was checked"
        )
    return None


def _is_told(file: Ruled, trouble: Problem, *, is_manifest: bool) -> bool:
    if trouble.rule == LIMIT or is_manifest:
        return True
    return not file.is_left_alone and trouble.rule not in ONLY_KUBERNETES


def _is_folded(complaint: Complaint, told: set[tuple[str, int | None]]) -> bool:
    """Whether reading the file came upon the same defect already."""
    if not complaint.rule:
        return any(rule in {SYNTAX, ENCODING, LIMIT} for rule, _ in told)
    return complaint.rule == "key-duplicates" and (DUPLICATE_KEY, complaint.line) in told


def _is_workflow_key(path: str, complaint: Complaint, lines: list[str]) -> bool:
    if complaint.rule != "truthy" or not _WORKFLOW.match(path) or complaint.line > len(lines):
        return False
    return complaint.column == 1 and _ON.match(lines[complaint.line - 1]) is not None


def _without_value(file: Ruled, problem: Problem) -> Problem:
    """In a file with a Secret a problem is about the key of its line only: its fingerprint may say nothing of the value."""
    if not _SECRET.search(file.text.data):
        return problem
    return replace(problem, about=problem.about.partition(":")[0], suggestion=None)


def _configuration_path(file: Ruled) -> str:
    return file.configuration.path if file.configuration else ""


def _has(tree: Tree, path: str, switch: Switch) -> bool:
    entry = tree.entry(path)
    is_read = entry is not None and entry.kind is EntryKind.FILE and entry.size <= FILE_BYTES
    there = switch_in(tree.read(entry)) if entry is not None and is_read else None
    return there is not None and there.whole is switch.whole
