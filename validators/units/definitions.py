"""The Argo CD and Flux objects of one tree that deploy folders of it: found by a search, read when they name such a folder."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from validators.documents import read
from validators.tree import Tree
from validators.units import argocd, flux
from validators.units.kustomizations import words
from validators.units.mentions import Index
from validators.units.model import UnitKind
from validators.units.paths import folders_above, is_in, join, name
from validators.units.remote import same_repository
from validators.units.source import Texts

SUFFIXES = (".yaml", ".yml")

Definition = argocd.Application | flux.Deployment | flux.Source


@dataclass(frozen=True, slots=True)
class Deployer:
    """An object that deploys `folder` of this repository; `file` defines it. `namespace` is "" when it is not known.

    `recurse`: manifests in folders below count too. `value_files` are the values files that it reads.
    """

    name: str
    kind: UnitKind
    file: str
    folder: str
    namespace: str
    recurse: bool
    value_files: tuple[str, ...] = ()


class Definitions:
    """What `tree` says; `origin` is the URL of the repository that it is of."""

    def __init__(self, tree: Tree, origin: str | None) -> None:
        self._tree = tree
        self._texts = Texts(tree)
        self._origin = origin
        self._sources: dict[flux.SourceRef, flux.Source] | None = None

    def deployers(self, folder: str) -> tuple[Deployer, ...]:
        """What deploys the manifests in `folder`, the most particular first."""
        wanted = {folder, *folders_above(folder)} if folder else {""}
        found = [deployer for file in self._mentioning(wanted) for deployer in self._in(file) if _covers(deployer, folder)]
        longest = max((len(deployer.folder) for deployer in found), default=0)
        return tuple(deployer for deployer in found if len(deployer.folder) == longest)

    def readers(self, value_file: str) -> tuple[Deployer, ...]:
        """What reads the values file at this path."""
        files = self._mentioning([_NAMED + name(value_file)])
        return tuple(each for file in files for each in self._in(file) if value_file in each.value_files)

    def naming(self, folders: set[str]) -> Iterator[tuple[str, Definition]]:
        """The objects in whose file one of `folders` is named, with that file."""
        for file in self._mentioning(folders):
            yield from ((file, definition) for definition in definitions(self._texts.at(file) or b""))

    def ours(self, url: str) -> bool | None:
        """Whether `url` means this repository; None when its own URL is not known."""
        return same_repository(url, self._origin) if self._origin else None

    def source(self, ref: flux.SourceRef) -> flux.Source | None:
        """The Flux source of that kind and name; None when the repository does not define it."""
        if self._sources is None:
            files = self._tree.search(f"source.{flux.GROUPS}", SUFFIXES)
            known = (each for file in files for each in definitions(self._texts.at(file) or b""))
            self._sources = {each.ref: each for each in known if isinstance(each, flux.Source)}
        return self._sources.get(ref)

    def flux_ours(self, ref: flux.SourceRef) -> bool | None:
        """Whether a Flux object with this source takes its content from this repository; None when that is not known."""
        if ref.kind != "GitRepository":
            return False
        source = self.source(ref)
        return self.ours(source.url) if source is not None else None

    @property
    def unread(self) -> frozenset[str]:
        """Files too large to be read that may define something."""
        return _MENTIONS.of(self._tree).unread

    def _mentioning(self, keys: Iterable[str]) -> list[str]:
        return _MENTIONS.of(self._tree).of(keys)

    def _in(self, file: str) -> Iterator[Deployer]:
        """The deployers in `file`."""
        data = self._texts.at(file) or b""
        for definition in definitions(data):
            if isinstance(definition, argocd.Application):
                yield from self._of_application(file, definition)
            elif isinstance(definition, flux.Deployment) and self.flux_ours(definition.source) is not False:
                folder, kind = join("", definition.path.lstrip("/")), kind_of(definition)
                if folder is not None and kind is not None:
                    yield Deployer(definition.name, kind, file, folder, definition.namespace, recurse=not definition.release)

    def _of_application(self, file: str, application: argocd.Application) -> Iterator[Deployer]:
        if application.is_set and any("{{" in source.path for source in application.sources):
            return
        ours = [source for source in application.sources if self.ours(source.repository) is not False]
        referenced = {source.ref for source in ours if source.ref}
        kind = UnitKind.APPLICATION_SET if application.is_set else UnitKind.APPLICATION
        namespace = "" if "{{" in application.namespace else application.namespace
        for source in application.sources:
            folder = join("", source.path.lstrip("/")) if source in ours and not source.chart else ""
            values = tuple(_value_files(source, folder or "", referenced))
            if folder is not None and (values or (source in ours and not source.chart and source.path)):
                yield Deployer(application.name, kind, file, folder, namespace, source.recurse, values)


def _value_files(source: argocd.Source, folder: str, referenced: set[str]) -> Iterator[str]:
    """The values files of this repository: relative to the chart, absolute from the root, or `$ref/...` of a source here."""
    for text in source.value_files:
        ref, _, rest = text.removeprefix("$").partition("/")
        if text.startswith("$"):
            path = join("", rest) if ref in referenced else None
        else:
            path = join("", text.lstrip("/")) if text.startswith("/") else join(folder, text)
        if path and "://" not in text:
            yield path


def kind_of(definition: Definition) -> UnitKind | None:
    """The kind of unit that the object is; None for a source, which deploys nothing itself."""
    match definition:
        case argocd.Application(is_set=True):
            return UnitKind.APPLICATION_SET
        case argocd.Application():
            return UnitKind.APPLICATION
        case flux.Deployment(release=True):
            return UnitKind.HELM_RELEASE
        case flux.Deployment():
            return UnitKind.FLUX_KUSTOMIZATION
    return None


def _covers(deployer: Deployer, folder: str) -> bool:
    return deployer.folder == folder or (deployer.recurse and is_in(folder, deployer.folder))


@lru_cache(maxsize=4096)
def definitions(data: bytes) -> tuple[Definition, ...]:
    """The Argo CD and Flux objects in the content of a file; () for one that can't be read."""
    if argocd.GROUP.encode() not in data and flux.GROUPS.encode() not in data:
        return ()
    readers = (argocd.application, flux.deployment, flux.source)
    found = (reader(document) for document in read("", data).documents for reader in readers)
    return tuple(each for each in found if each is not None)


def _mentioned(_: str, data: bytes) -> frozenset[str]:
    """What the text of a definition may deploy: all its words as folders from the root, which is meant where no path is
    written; and the last parts of all words, which may be values files."""
    every = words(data)
    folders = {path for word in every if (path := join("", word.lstrip("/"))) is not None}
    return frozenset(folders.union((_NAMED + name(word) for word in every), () if b"path:" in data else ("",)))


_NAMED = "\0"
"""Stands before a name that a file in any folder may have."""

_MENTIONS = Index((f"{argocd.GROUP}/", flux.GROUPS), SUFFIXES, _mentioned)
