"""Kubernetes' own kinds, in every release that the catalogue has."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import cast

from validators.documents import Value
from validators.schema.model import KindSchema, Schema
from validators.schema.packed import unpacked

_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.\d+)?")
_REFERENCE = "#/$defs/"
OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


class UnknownVersion(Exception):
    """A Kubernetes version that the catalogue does not have. The text says so, and which ones it has."""


class Core:
    """The kinds of one release of Kubernetes."""

    def __init__(self, version: str) -> None:
        catalogue = _catalogue()
        self.version = version
        self._definitions = cast("list[Schema]", catalogue["definitions"])
        self._places = cast("dict[str, dict[str, int]]", catalogue["versions"])[version]
        self._kinds = cast("dict[str, dict[str, str]]", catalogue["kinds"])[version]
        self._known: dict[str, KindSchema] = {}

    def kind(self, api_version: str, kind: str) -> KindSchema | None:
        """The schema of a kind, whose name is looked up without regard to case; None where the release does not have it."""
        name = self._kinds.get(_key(api_version, kind))
        if name is None:
            return None
        if name not in self._known:
            body: Schema = {**self._definition(name), "type": "object", "$defs": cast("Value", self.definitions([name]))}
            origin = f"Kubernetes {self.version}"
            page = f"https://kubernetes.io/docs/reference/generated/kubernetes-api/v{self.version}/"
            self._known[name] = KindSchema(api_version, kind, body, origin, name, page, built_in=True, trusted=True)
        return self._known[name]

    def all_kinds(self) -> Iterator[tuple[str, str]]:
        """The API version and the name, in lower case, of every kind."""
        for key in self._kinds:
            api_version, _, kind = key.rpartition("/")
            yield api_version, kind

    def definitions(self, names: list[str]) -> dict[str, Schema]:
        """The definitions of these names and all that they refer to."""
        reached: dict[str, Schema] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached[name] = self._definition(name)
                waiting += _references(reached[name])
        return reached

    def _definition(self, name: str) -> Schema:
        return self._definitions[self._places[name]]


@cache
def core(version: str) -> Core:
    """The kinds of the release that `version` ("1.31", "v1.31.4") belongs to; "" is the newest. Raises UnknownVersion."""
    known = versions()
    if not version:
        return _release(known[-1])
    found = _VERSION.fullmatch(version)
    release = f"{found[1]}.{found[2]}" if found else version
    if release not in known:
        raise UnknownVersion(f"the catalogue has no schemas of Kubernetes {version}, but those of {known[0]} to {known[-1]}")
    return _release(release)


@cache
def _release(version: str) -> Core:
    return Core(version)


@cache
def versions() -> tuple[str, ...]:
    """The releases that the catalogue has, oldest first."""
    return tuple(sorted(cast("Mapping[str, Value]", _catalogue()["versions"]), key=_number))


@cache
def serving(api_version: str, kind: str) -> tuple[str, ...]:
    """The releases that have the kind in this API version, oldest first."""
    kinds = _kinds_by_release()
    return tuple(version for version in versions() if _key(api_version, kind) in kinds[version])


def api_versions_of(version: str, kind: str) -> tuple[str, ...]:
    """The API versions in which a release has the kind, in any group, each as manifests write it."""
    end = f"/{kind.lower()}"
    return tuple(key.removesuffix(end) for key in _kinds_by_release()[version] if key.endswith(end))


def kinds_in(version: str, api_version: str) -> tuple[str, ...]:
    """The names of the kinds that a release has in an API version."""
    names = (name for key, name in _kinds_by_release()[version].items() if key.rpartition("/")[0] == api_version)
    return tuple(name.rpartition(".")[2] for name in names)


@cache
def groups() -> frozenset[str]:
    """All API groups that belong to Kubernetes itself, "" among them: nobody else can add a kind to one of these."""
    every = (key.rpartition("/")[0] for kinds in _kinds_by_release().values() for key in kinds)
    return frozenset(group(api_version) for api_version in every)


def group(api_version: str) -> str:
    """The group of an API version, "" for `v1`."""
    return api_version.rpartition("/")[0]


def _kinds_by_release() -> dict[str, dict[str, str]]:
    return cast("dict[str, dict[str, str]]", _catalogue()["kinds"])


@cache
def _catalogue() -> Schema:
    catalogue = unpacked("core.json.xz")
    if catalogue is None:
        raise FileNotFoundError("validators/schema/data/core.json.xz is missing: Fairlead is not installed completely")
    return catalogue


def _key(api_version: str, kind: str) -> str:
    return f"{api_version}/{kind.lower()}"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _references(schema: Value) -> Iterator[str]:
    """The names of the definitions that the schema refers to."""
    if isinstance(schema, dict):
        reference = schema.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix(_REFERENCE)
        for part in schema.values():
            yield from _references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _references(part)
