"""A change as the validators see it, and what a validator is.

The caller compares what a validator saw at the merge result with what it saw at the base; a validator itself looks at one
side at a time and knows nothing of new, existing or fixed.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from validators.model import Look
from validators.settings import CheckSettings
from validators.tree import Tree


class FileAction(StrEnum):
    """What the change does to a file."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that the change touches. `old_path` differs from `path` for a rename only; a deleted file has one path in both.

    `lines` are the 1-based numbers of lines added or changed at the merge result, `context` those that a review comment
    may stand on besides (unchanged lines within a hunk of git's diff with three lines of context).
    """

    path: str
    old_path: str
    action: FileAction
    lines: frozenset[int] = frozenset()
    context: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class View:
    """One side of a change. `paths` are the files to look at, sorted; each exists in `tree`.

    `rules` is the tree that configuration of tools (.yamllint, policies) is read from: always the base.
    `whole` is True where `paths` is every file (`check --all`), not only those that the change touches.
    `gone` are files that the change touches and this side lacks (deleted, moved away; at the base: added ones), sorted.
    `origin` is as in Change.
    """

    tree: Tree
    rules: Tree
    paths: tuple[str, ...]
    settings: CheckSettings = field(default_factory=CheckSettings)
    whole: bool = False
    gone: tuple[str, ...] = ()
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Two sides and what lies between. `origin` is the repository's own URL where known: a source with
    it means this repository."""

    base: Tree
    result: Tree
    files: tuple[ChangedFile, ...]
    settings: CheckSettings = field(default_factory=CheckSettings)
    origin: str | None = None


class ToolMissing(Exception):
    """A program that a check needs is not there. The text says which and how to get it."""


class ToolFailed(Exception):
    """A program that a check needs did not do its work. The text says how it ended."""


class Validator(Protocol):
    """One way of looking at a change."""

    @property
    def name(self) -> str:
        """What people and configuration call it, such as `yaml_lint`."""

    def check(self, view: View) -> Look:
        """What is wrong at one side. Raises ToolMissing or ToolFailed, which the caller turns into `broken`."""
