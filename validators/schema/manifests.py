"""Which files hold whole objects to check, and what is said of those that do not."""

from collections.abc import Iterator
from dataclasses import dataclass

from validators.change import View
from validators.documents import DocumentCache, Documents, read
from validators.documents.limits import FILE_BYTES
from validators.model import NotChecked
from validators.templates import LOOKS_LIKE_ONE, NOT_READ, is_template, without_templates
from validators.tree import Entry, EntryKind
from validators.units.kustomization import NAMES as KUSTOMIZATIONS
from validators.units.kustomizations import Kustomizations
from validators.units.others import ENCRYPTED, is_encrypted
from validators.units.paths import join

SUFFIXES = (".yaml", ".yml", ".json")
_NO_MANIFESTS = frozenset({*KUSTOMIZATIONS, "Chart.yaml", "Chart.lock"})
_VALUES = "values"
_WHOLE_OBJECTS = ("resources", "crds", "bases", "components")
_LFS_POINTER = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True, slots=True, eq=False)
class Manifest:
    """A file with its documents. `data` is its text as it lies in the tree."""

    path: str
    data: bytes
    documents: Documents


def manifests(view: View, documents: DocumentCache) -> Iterator[Manifest | NotChecked]:
    """The files of the view that may hold objects, and a note for each that looks like one of them and is left alone."""
    kustomizations = Kustomizations(view.tree)
    candidates = [entry for path in view.paths if _may_be(path) and (entry := view.tree.entry(path)) is not None]
    partial = _partial(kustomizations, [entry.path for entry in candidates])
    for entry in candidates:
        if entry.kind is EntryKind.FILE:
            yield from _read(view, entry, documents, partial.get(entry.path, ""))


def _may_be(path: str) -> bool:
    name = path.rpartition("/")[2]
    return path.endswith(SUFFIXES) and name not in _NO_MANIFESTS and not name.startswith(_VALUES)


def _read(view: View, entry: Entry, documents: DocumentCache, partial: str) -> Iterator[Manifest | NotChecked]:
    if entry.size > FILE_BYTES:
        yield NotChecked(entry.path, f"it has {entry.size:,} bytes, and files of up to {FILE_BYTES:,} are read")
        return
    data = view.tree.read(entry)
    if data.startswith(_LFS_POINTER):
        return
    rest = without_templates(data)
    if (template := is_template(view.tree, entry.path, data)) is not None:
        yield NotChecked(entry.path, f"{template}: {NOT_READ}")
    elif rest is not data:
        yield NotChecked(entry.path, f"one of its documents {LOOKS_LIKE_ONE}: {NOT_READ}")
        yield Manifest(entry.path, data, read(entry.path, rest))
    elif is_encrypted(data):
        yield NotChecked(entry.path, ENCRYPTED)
    elif partial:
        yield NotChecked(entry.path, f"{partial}: no whole objects by themselves, and what comes of them is not rendered yet")
    else:
        yield Manifest(entry.path, data, documents.read(view.tree, entry))


def _partial(kustomizations: Kustomizations, paths: list[str]) -> dict[str, str]:
    """For each file that kustomizations read as something else than whole objects: as what."""
    found: dict[str, str] = {}
    for path, folders in kustomizations.referring(paths).items():
        uses = [field for folder in folders for field in _uses(kustomizations, folder, path)]
        if uses and not any(field in _WHOLE_OBJECTS for field in uses):
            found[path] = f"read by a kustomization under `{uses[0]}`"
    return found


def _uses(kustomizations: Kustomizations, folder: str, path: str) -> Iterator[str]:
    """Each field of the kustomization in `folder` that names the file at `path`."""
    direct = kustomizations.at(folder)
    for reference in direct.kustomization.references if direct else ():
        if direct and join(folder, reference.text) == path:
            yield reference.field.partition("[")[0].partition(".")[0]
