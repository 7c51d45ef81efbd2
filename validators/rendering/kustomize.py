"""Kustomizations, built by the real kustomize: no plugins, no Helm, no network, and files only from where it allows them.

https://kubectl.docs.kubernetes.io/references/kustomize/cmd/build/
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from validators.documents import read
from validators.model import NotChecked
from validators.rendering import layout
from validators.rendering.complaints import named_place, quoted
from validators.rendering.model import Confidence, Failure, Job, Origin
from validators.resources import resources
from validators.tree import Tree
from validators.units.fields import texts
from validators.units.kustomization import NAMES
from validators.units.kustomizations import Kustomizations
from validators.units.paths import below, join, parent, shown
from validators.units.references import Direct
from validators.units.source import content

ANYWHERE = "LoadRestrictionsNone"
ROOT_ONLY = "LoadRestrictionsRootOnly"

_CONFIGURED = ("generators", "transformers", "validators")
_CONFIGURED_FILES = ("path", "paths.[]", "files.[]", "envs.[]", "env", "valuesFile")
_NO_MATCH = re.compile(r"no matches for Id (?P<kind>[^.\s]+)\.[^/\s]*/(?P<name>[^.\s]+)\.")
_NO_TARGET = re.compile(r"resource with name (?P<name>\S+) does not match a config")
_UNKNOWN_FIELD = re.compile(r'unknown field "(?P<name>[^"]+)"')


def job(
    tree: Tree,
    known: Kustomizations,
    folder: str,
    *,
    restrictor: str = ROOT_ONLY,
    made: Mapping[str, bytes] | None = None,
) -> Job:
    """The run that builds `folder`. `made` are files that take the place of those of the tree. Raises layout.TooMuch."""
    files = layout.entries(tree, _read(tree, known, folder))
    arguments = ("build", "--load-restrictor", restrictor, f"./{folder}" if folder else ".")
    return Job("kustomize", shown(folder), arguments, files, tuple(sorted((made or {}).items())))


def obstacles(known: Kustomizations, folder: str) -> tuple[NotChecked, ...]:
    """Why `folder` can't be built from the repository alone; () when it can."""
    return tuple(dict.fromkeys(note for direct in known.closure(folder) for note in direct.not_checked))


def is_component(known: Kustomizations, folder: str) -> bool:
    """Whether the kustomization only changes others that include it."""
    direct = known.at(folder)
    return direct is not None and direct.kustomization.kind == "Component"


def _read(tree: Tree, known: Kustomizations, folder: str) -> Iterator[str]:
    """All paths that building `folder` reads, as they are written, and where they lead to."""
    for direct in known.closure(folder):
        home = parent(direct.file)
        yield from (direct.file, *sorted(direct.files))
        for reference in direct.kustomization.references:
            target = join(home, reference.text)
            if target is None:
                continue
            yield target
            yield from (below(target, name) for name in NAMES if tree.entry(below(target, name)))
            if reference.field.startswith(_CONFIGURED):
                yield from _configured(tree, home, target)


def _configured(tree: Tree, home: str, path: str) -> Iterator[str]:
    """The files that the configuration of a generator or transformer names: they count from the kustomization's folder."""
    for document in read(path, content(tree, path) or b"").documents:
        for pattern in _CONFIGURED_FILES:
            for text in texts(document.value, pattern):
                target = join(home, text.partition("=")[2] or text)
                if target is not None:
                    yield target


def failure(tree: Tree, known: Kustomizations, folder: str, complaint: str) -> Failure:
    """What kustomize's `complaint` about `folder` means, on the line it is about as far as that can be told."""
    text = complaint.rpartition("Error: ")[2]
    closure = known.closure(folder)
    place = _by_identity(tree, closure, text) or _by_field(closure, text) or _by_mention(tree, closure, text)
    unit = Origin(closure[0].file, None, Confidence.UNIT)
    return Failure(f"kustomize says: {quoted(text)}", place or unit)


def _by_identity(tree: Tree, closure: Iterable[Direct], text: str) -> Origin | None:
    """The patch whose object is the one that kustomize looked for in vain."""
    found = _NO_MATCH.search(text) or _NO_TARGET.search(text)
    if found is None:
        return None
    kind, name = found.groupdict().get("kind"), found["name"]
    for direct in closure:
        for reference in direct.kustomization.references:
            path = join(parent(direct.file), reference.text)
            if path is None or not reference.field.startswith("patches"):
                continue
            for each in resources(read(path, content(tree, path) or b"").documents):
                if each.id.name == name and kind in {None, each.id.kind}:
                    return Origin(path, each.locate(("metadata", "name")).line, Confidence.EXACT)
    return next((origin for direct in closure if (origin := _naming(tree, direct.file, name))), None)


def _naming(tree: Tree, file: str, name: str) -> Origin | None:
    """The line of a kustomization on which `name` stands by itself: an inline patch, an entry of `replicas`."""
    word = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])".encode("utf-8", "surrogateescape"))
    for number, line in enumerate((content(tree, file) or b"").splitlines(), 1):
        if word.search(line.split(b"#")[0]):
            return Origin(file, number, Confidence.FILE)
    return None


def _by_field(closure: Iterable[Direct], text: str) -> Origin | None:
    """The field that kustomize does not know."""
    found = _UNKNOWN_FIELD.search(text)
    for direct in closure if found else ():
        for name, span in direct.kustomization.unknown:
            if found and name == found["name"]:
                return Origin(direct.file, span.line, Confidence.EXACT)
    return None


def _by_mention(tree: Tree, closure: tuple[Direct, ...], text: str) -> Origin | None:
    """The reference that the complaint quotes, the innermost first; a line of the file itself where it names one."""
    for direct in reversed(closure):
        for reference in direct.kustomization.references:
            if not any(f"{mark}{reference.text}{end}" in text for mark, end in _QUOTES):
                continue
            path = join(parent(direct.file), reference.text)
            inside = named_place(text, path) if path and tree.entry(path) and "yaml: line" in text else None
            return inside or Origin(direct.file, reference.line, Confidence.EXACT)
    return None


_QUOTES = (("'", "'"), ('"', '"'), ("[", "]"), ("File: ", ""))
"""What stands around a path in what kustomize says."""
