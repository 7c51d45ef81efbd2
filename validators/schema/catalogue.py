"""Which schema holds for a kind at one side of a change, or why there is none."""

from dataclasses import dataclass
from pathlib import Path

from validators.change import View
from validators.documents import DocumentCache
from validators.model import ResourceId
from validators.schema import core
from validators.schema.custom import BadSchema, FolderKinds, RepositoryKinds, shipped, shipped_versions
from validators.schema.former import Former
from validators.schema.model import KindSchema, Violation
from validators.schema.unserved import malformed, not_served, unserved, withdrawn
from validators.schema.wording import alternatives


@dataclass(frozen=True, slots=True)
class NoSchema:
    """Nothing is known of the kind; `why` says so and what would help."""

    why: str


Found = KindSchema | Violation | NoSchema


class Catalogue:
    """The schemas for one view: Kubernetes' own, then CRDs of its tree, the operator's folder, what Fairlead brings along."""

    def __init__(self, view: View, release: core.Core, former: Former, documents: DocumentCache) -> None:
        self._core = release
        self._repository = RepositoryKinds(view.tree, release, documents)
        self._former = former
        folder = view.settings.schema_folder
        self._folder = FolderKinds(Path(folder)) if folder else None
        self._known: dict[tuple[str, str], Found] = {}

    def find(self, named: ResourceId) -> Found:
        """The schema that holds for the object, a defect when there can be none, else that none is known."""
        key = (named.api_version, named.kind)
        if key not in self._known:
            self._known[key] = self._find(named)
        return self._known[key]

    def _find(self, named: ResourceId) -> Found:
        broken = malformed(named)
        if broken is not None:
            return broken
        own = self._core.kind(named.api_version, named.kind) or unserved(named, self._core.version)
        if own is not None:
            return own
        try:
            return self._custom(named)
        except BadSchema as error:
            return NoSchema(str(error))

    def _custom(self, named: ResourceId) -> Found:
        found = self._repository.kind(named.api_version, named.kind)
        if found is not None:
            return found
        group = core.group(named.api_version)
        served = self._repository.served(group, named.kind)
        if served is not None and named.api_version not in served.api_versions:
            return not_served(named, served)
        if self._folder is not None and (found := self._folder.kind(named.api_version, named.kind)) is not None:
            return found
        known = shipped(named.api_version, named.kind, self._core)
        if known is None and served is None and (path := self._former.defining(group, named.kind)) is not None:
            return _unknown(named) if self._repository.may_define(named.kind) else withdrawn(named, path)
        return known or _unknown(named)


def _unknown(named: ResourceId) -> NoSchema:
    group = core.group(named.api_version)
    known = shipped_versions(group, named.kind)
    help_ = "its CRD in the repository, or its schema in the folder `schema_folder`, would let it be checked"
    if known is not None:
        return NoSchema(
            f"no schema for {named.api_version}: {known.origin} has it in {alternatives(known.api_versions)}; {help_}"
        )
    return NoSchema(f"no schema for {named.kind} in {named.api_version}; {help_}")
