"""Schemas of kinds that are not Kubernetes' own: from CRDs in a tree, the operator's folder, the catalogue.

CRDs in the repository describe what its clusters really have, so they come first.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

from validators.documents import DocumentCache, Value
from validators.documents.limits import FILE_BYTES
from validators.resources import resources
from validators.schema.core import OBJECT_META, Core
from validators.schema.crd import Definition, definition
from validators.schema.model import KindSchema, Schema
from validators.schema.packed import Source, sources, unpacked
from validators.templates import HELM_SUFFIXES, is_template
from validators.tree import EntryKind, Tree

_SUFFIXES = (".yaml", ".yml", ".json")
_CRD = "CustomResourceDefinition"


@dataclass(frozen=True, slots=True)
class Served:
    """A kind that somebody serves, in other API versions than the one asked for."""

    api_versions: tuple[str, ...]
    origin: str


class RepositoryKinds:
    """The kinds that CRDs in a tree define; the tree is searched when the first of them is asked for."""

    def __init__(self, tree: Tree, core: Core, documents: DocumentCache) -> None:
        self._tree = tree
        self._core = core
        self._documents = documents
        self._kinds: dict[tuple[str, str], KindSchema] = {}
        self._served: dict[tuple[str, str], Served] = {}
        self._unclear: list[bytes] = []
        self._searched = False

    def kind(self, api_version: str, kind: str) -> KindSchema | None:
        """The schema of a kind; None where no CRD of the tree has one."""
        self._search()
        return self._kinds.get((api_version, kind.lower()))

    def served(self, group: str, kind: str) -> Served | None:
        """The API versions of the group in which CRDs of the tree serve the kind; None where they don't know it."""
        self._search()
        return self._served.get((group, kind.lower()))

    def may_define(self, kind: str) -> bool:
        """Whether a template of the tree may print the CRD of the kind, or a file that can't be read may hold it."""
        self._search()
        return any(kind.encode() in text for text in self._unclear)

    def _search(self) -> None:
        if self._searched:
            return
        self._searched = True
        for path in self._tree.search(_CRD, (*_SUFFIXES, *HELM_SUFFIXES)):
            defined = list(definitions_in(self._tree, path, self._documents))
            for found in defined:
                self._take(found, f"the CRD in {path}")
            data = _text(self._tree, path)
            if data.count(_CRD.encode()) > len(defined):
                self._unclear.append(data)

    def _take(self, found: Definition, origin: str) -> None:
        """The first CRD of a version counts."""
        for custom in found.kinds:
            schema = KindSchema(custom.api_version, custom.kind, _assembled(custom.schema, self._core), origin)
            self._kinds.setdefault((custom.api_version, custom.kind.lower()), schema)
        name = (found.group, found.kind.lower())
        before = self._served.get(name, Served((), origin))
        self._served[name] = Served(tuple(dict.fromkeys((*before.api_versions, *found.api_versions))), before.origin)


def definitions_in(tree: Tree, path: str, documents: DocumentCache) -> Iterator[Definition]:
    """What the CRDs in the file at `path` of `tree` define."""
    entry = tree.entry(path)
    data = _text(tree, path)
    if entry is None or _CRD.encode() not in data or is_template(tree, path, data):
        return
    for resource in resources(documents.read(tree, entry).documents):
        found = definition(resource.value) if resource.id.kind == _CRD else None
        if found is not None:
            yield found


def _text(tree: Tree, path: str) -> bytes:
    """The content of the file at `path`, empty where there is none, or one that is not read for its size."""
    entry = tree.entry(path)
    return tree.read(entry) if entry is not None and entry.kind is EntryKind.FILE and entry.size <= FILE_BYTES else b""


@dataclass(frozen=True, slots=True)
class FolderKinds:
    """Schemas of the operator's own, as JSON at `<group>/<kind>_<version>.json` below `folder`, all in lower case."""

    folder: Path

    def kind(self, api_version: str, kind: str) -> KindSchema | None:
        """The schema of a kind; None where the folder has none. Raises BadSchema."""
        group, _, version = api_version.rpartition("/")
        path = self.folder / (group or "core") / f"{kind}_{version}.json".lower()
        if not path.is_file():
            return None
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadSchema(f"{path} is no JSON: {error}") from None
        if not isinstance(body, dict):
            raise BadSchema(f"{path} is no JSON schema")
        return KindSchema(api_version, kind, body, f"your own schema {path.name}", trusted=True)


class BadSchema(Exception):
    """A schema that can't be used. The text says which and why."""


@lru_cache(maxsize=256)
def shipped(api_version: str, kind: str, core: Core) -> KindSchema | None:
    """The schema of a widely used controller's kind; None where the catalogue has none."""
    group, _, version = api_version.rpartition("/")
    known = _group(group)
    if known is None:
        return None
    schema = known.get(f"{kind.lower()}_{version}")
    if not isinstance(schema, dict):
        return None
    source = _source(group)
    name = f"{source.name} {source.version}" if source else "the catalogue"
    body = _assembled(schema, core)
    return KindSchema(api_version, kind, body, name, documentation=source.url if source else None, trusted=True)


def shipped_versions(group: str, kind: str) -> Served | None:
    """The API versions in which the catalogue has the kind; None where it does not know it in this group."""
    names = [name.rpartition("_") for name in _group(group) or ()]
    versions = tuple(f"{group}/{version}" for found, _, version in names if found == kind.lower())
    source = _source(group)
    return Served(versions, f"{source.name} {source.version}" if source else "the catalogue") if versions else None


@lru_cache(maxsize=256)  # changes name groups that nobody knows, too
def _group(group: str) -> Schema | None:
    """What the catalogue has of a group; nothing else is looked for among its files."""
    return unpacked("crds", f"{group}.json.xz") if _source(group) else None


def _source(group: str) -> Source | None:
    return next((source for source in sources() if group in source.groups), None)


def _assembled(schema: Schema, core: Core) -> Schema:
    """The schema with all that it refers to: Kubernetes' ObjectMeta stands for its metadata."""
    definitions = cast("dict[str, Value]", schema.get("$defs", {}))
    metadata: Schema = {"$ref": f"#/$defs/{OBJECT_META}"}
    return {**schema, "$defs": {**definitions, **core.definitions([OBJECT_META]), "metadata": metadata}}
