"""Which of the changed files are read as YAML, and what is said of those that are not."""

import re
from dataclasses import dataclass

from validators.change import View
from validators.model import NotChecked
from validators.templates import NOT_READ, template_by_place, template_by_text
from validators.tree import Entry, EntryKind
from validators.yaml_lint.configuration import Configuration

YAML_SUFFIXES = (".yaml", ".yml")
JSON_SUFFIX = ".json"
LFS_POINTER = b"version https://git-lfs.github.com/spec/"

_NAMES_ITS_API = re.compile(rb"^[ \t{,-]*[\"']?apiVersion[\"']?[ \t]*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Text:
    """One file and its content."""

    entry: Entry
    data: bytes

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
        data = b"" if kind else view.tree.read(entry)
        if kind := kind or template_by_text(data):
            notes.append(NotChecked(path, f"{kind}: {NOT_READ}"))
            continue
        text = Text(entry, data)
        if not data.startswith(LFS_POINTER) and (text.is_manifest or not path.endswith(JSON_SUFFIX)):
            selected.append(text)
    return selected, too_large, notes


def _may_be_read(path: str, configuration: Configuration | None) -> bool:
    return path.endswith((*YAML_SUFFIXES, JSON_SUFFIX)) or (configuration is not None and configuration.names(path))
