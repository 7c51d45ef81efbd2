"""Which of the changed files are read as YAML, and what is said of those that are not."""

import re
from dataclasses import dataclass

from validators.change import View
from validators.model import NotChecked
from validators.templates import LOOKS_LIKE_ONE, NOT_READ, template_by_place, template_by_text, without_templates
from validators.tree import Entry, EntryKind, Tree
from validators.trees.reading import MAX_READ
from validators.yaml_lint.configuration import Configuration

YAML_SUFFIXES = (".yaml", ".yml")
JSON_SUFFIX = ".json"
LFS_POINTER = b"version https://git-lfs.github.com/spec/"

_NAMES_ITS_API = re.compile(rb"(?:^|[\s{,\"'])apiVersion[\"']?\s*:|\\(?:u00|x)(?:4[1-9A-Fa-f]|5[0-9Aa]|6[1-9A-Fa-f]|7[0-9Aa])")
"""The word as a key, or an escape that stands for a letter: whoever writes one may be hiding it."""


@dataclass(frozen=True, slots=True)
class Text:
    """One file and its content. `note` says which documents are left out of it for being templates; "" for none."""

    entry: Entry
    data: bytes
    note: str = ""

    @property
    def path(self) -> str:
        """Where the file stands."""
        return self.entry.path

    @property
    def is_manifest(self) -> bool:
        """Whether it looks like something for Kubernetes, which has to be readable whatever the repository's style is."""
        return _NAMES_ITS_API.search(self.data) is not None


def select(view: View, configuration: Configuration | None, largest: int) -> tuple[list[Text], list[Entry], list[NotChecked]]:
    """The texts to look at, the files of more than `largest` bytes, and what is left alone with the reason.

    JSON is looked at where it is a manifest. What Git LFS keeps elsewhere is told by the validator of files.
    """
    selected: list[Text] = []
    too_large: list[Entry] = []
    notes: list[NotChecked] = []
    for path in view.paths:
        entry = view.tree.entry(path)
        if entry is None or entry.kind is not EntryKind.FILE or not _may_be_read(path, configuration):
            continue
        kind = template_by_place(view.tree, path)
        if kind is None and entry.size > largest:
            too_large.append(entry)
            continue
        text = Text(entry, b"") if kind else _without_templates(view, entry)
        if kind or text.note:
            notes.append(NotChecked(path, f"{kind or text.note}: {NOT_READ}"))
        if kind or text.note == LOOKS_LIKE_ONE:
            continue
        if not text.data.startswith(LFS_POINTER) and (text.is_manifest or not path.endswith(JSON_SUFFIX)):
            selected.append(text)
    return selected, too_large, notes


def _without_templates(view: View, entry: Entry) -> Text:
    """The file without its documents that look like templates, unless the base has it as YAML: then the change broke it."""
    data = view.tree.read(entry)
    rest = without_templates(data)
    before = view.rules.entry(entry.path) if rest is not data else None
    if rest is data or (before is not None and not _looks_like_a_template(view.rules, before)):
        return Text(entry, data)
    return Text(entry, rest, template_by_text(data) or f"one of its documents {LOOKS_LIKE_ONE}")


def _looks_like_a_template(tree: Tree, entry: Entry) -> bool:
    data = tree.read(entry) if entry.kind is EntryKind.FILE and entry.size <= MAX_READ else b""
    return without_templates(data) is not data


def _may_be_read(path: str, configuration: Configuration | None) -> bool:
    return path.endswith((*YAML_SUFFIXES, JSON_SUFFIX)) or (configuration is not None and configuration.names(path))
