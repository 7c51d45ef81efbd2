"""What the references of one kustomization come to in a tree: files, folders, nothing, or something out of reach."""

from dataclasses import dataclass

from validators.documents import read
from validators.model import NotChecked
from validators.tree import Tree
from validators.units.fields import text
from validators.units.kustomization import NAMES, Kustomization
from validators.units.model import Reference, Wants
from validators.units.paths import Found, Standing, below, join, look, parent
from validators.units.remote import is_remote, without_credentials
from validators.units.source import content

_PLUGIN_FIELDS = ("generators", "transformers", "validators")


@dataclass(frozen=True, slots=True)
class Broken:
    """A reference of the kustomization `file` that leads nowhere. `target` is where it should, None outside of the tree;
    `link` is the symbolic link that leads it out, if one does."""

    file: str
    reference: Reference
    target: str | None
    why: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Direct:
    """What one kustomization refers to itself: `files` it reads, `folders` it includes, what is broken or out of reach.

    `others` are further kustomizations of its folder, which kustomize does not allow.
    """

    file: str
    kustomization: Kustomization
    files: frozenset[str] = frozenset()
    folders: tuple[tuple[Reference, str], ...] = ()
    broken: tuple[Broken, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    others: tuple[str, ...] = ()


def resolved(tree: Tree, file: str, parsed: Kustomization) -> Direct:
    """The references of the kustomization `parsed`, which is the content of `file`, followed in `tree`."""
    files: set[str] = set()
    folders: list[tuple[Reference, str]] = []
    broken: list[Broken] = []
    notes = _general_notes(file, parsed)
    for reference in parsed.references:
        target = join(parent(file), reference.text)
        found = Found(Standing.OUTSIDE, "") if target is None else _look(tree, target)
        if is_remote(reference.text) and found.standing in {Standing.NOTHING, Standing.OUTSIDE}:
            notes.append(_remote_note(file, reference))
        elif found.standing is Standing.SUBMODULE:
            notes.append(NotChecked(file, f"not rendered: `{reference.text}` is in the submodule {found.path}"))
        elif found.standing is Standing.NOTHING and _is_made_by_helm(tree, file, target):
            notes.append(
                NotChecked(file, f"not rendered: `{reference.text}` is not here; beside a Chart.yaml it is what Helm prints")
            )
        elif why := _objection(tree, reference, found):
            broken.append(Broken(file, reference, target, why, found.path if found.standing is Standing.OUTSIDE else ""))
        elif found.standing is Standing.FOLDER:
            folders.append((reference, found.path))
        else:
            files |= {found.path, target or found.path}
            notes += _plugin_notes(tree, file, reference, found.path)
    return Direct(file, parsed, frozenset(files), tuple(folders), tuple(broken), tuple(notes))


def _is_made_by_helm(tree: Tree, file: str, target: str | None) -> bool:
    """Whether the missing `target` may be what a plugin of Argo CD has Helm print into a chart's own folder, for kustomize to
    take it from there: https://github.com/argoproj/argocd-example-apps/tree/master/plugins/kustomized-helm."""
    folder = parent(file)
    return target is not None and parent(target) == folder and tree.entry(below(folder, "Chart.yaml")) is not None


def _look(tree: Tree, target: str) -> Found:
    """The same as `look`, without a walk where a kustomization shows that there is a folder."""
    if any(tree.entry(below(target, each)) is not None for each in NAMES):
        return Found(Standing.FOLDER, target)
    return look(tree, target)


def _objection(tree: Tree, reference: Reference, found: Found) -> str:
    """Why kustomize would not take what stands at a reference; "" when it would."""
    if found.standing is Standing.OUTSIDE:
        return (
            f"`{found.path}` is a symbolic link that leaves the repository"
            if found.path
            else "it leads outside of the repository"
        )
    if found.standing is Standing.NOTHING:
        return "it does not exist"
    if found.standing is Standing.FILE:
        return "it is a file, and a folder with a kustomization is wanted" if reference.wants is Wants.FOLDER else ""
    if reference.wants is Wants.FILE:
        return "it is a folder, and a file is wanted"
    has_kustomization = any(tree.entry(below(found.path, each)) for each in NAMES)
    return "" if has_kustomization else f"that folder has no {NAMES[0]}"


def _general_notes(file: str, parsed: Kustomization) -> list[NotChecked]:
    notes = []
    if parsed.unreadable:
        notes.append(NotChecked(file, f"not rendered: {parsed.unreadable}"))
    notes += [
        NotChecked(
            file, f"not rendered: it inflates the Helm chart {without_credentials(chart)}, which is fetched from elsewhere"
        )
        for chart in parsed.charts
    ]
    return notes


def _plugin_notes(tree: Tree, file: str, reference: Reference, path: str) -> list[NotChecked]:
    """A note for a generator or transformer that is not kustomize's own."""
    if not reference.field.startswith(_PLUGIN_FIELDS):
        return []
    data = content(tree, path) or b""
    values = [document.value for document in read(path, data).documents]
    if b"config.kubernetes.io/function" not in data and all(text(value, "apiVersion") == "builtin" for value in values):
        return []
    return [NotChecked(file, f"not rendered: `{reference.text}` starts a plugin, and plugins are never run")]


def _remote_note(file: str, reference: Reference) -> NotChecked:
    where = without_credentials(reference.text)
    return NotChecked(
        file, f"not rendered: `{where}` ({reference.field}) is remote and never fetched; vendor it to have it checked"
    )
