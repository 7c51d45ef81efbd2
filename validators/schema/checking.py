"""The validator `schema`: does each object have the fields that its kind has, with values that they can have?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from validators.change import ToolFailed, View
from validators.documents import DocumentCache
from validators.documents.refused import DUPLICATE_KEY, INVISIBLE, MERGE_OVERRIDE, ODD_SCALAR, ONLY_KUBERNETES
from validators.model import Coverage, Look, NotChecked, Problem
from validators.resources import Resource, resources
from validators.schema import core
from validators.schema.agreement import disagreements
from validators.schema.catalogue import Catalogue, NoSchema
from validators.schema.crd_rules import crd_violations
from validators.schema.engines import Engines
from validators.schema.former import Former
from validators.schema.kubeconform import Subject
from validators.schema.manifests import Manifest, manifests
from validators.schema.model import KindSchema, Violation
from validators.schema.names import name_violations
from validators.schema.placeholders import Placeholders
from validators.schema.placing import placed
from validators.schema.redefined import Redefined
from validators.schema.schedules import schedule_violations
from validators.schema.shape import incomplete, is_for_another_program, is_patch, wrong_list
from validators.schema.unserved import MALFORMED, deprecated
from validators.schema.variables import Variables
from validators.words import counted

_STILL_READABLE = frozenset({DUPLICATE_KEY, MERGE_OVERRIDE, ODD_SCALAR, INVISIBLE})
YAML_LINT = "yaml_lint"
"""The validator that tells what is wrong with a file as YAML; while it is switched off, this one does."""


class Schema:
    """Checks the manifests of a view. One object judges one change: what both sides share is read and compiled once."""

    name = "schema"

    def __init__(self) -> None:
        self._documents = DocumentCache()
        self._engines = Engines()
        self._redefined = Redefined(self._documents)

    def check(self, view: View) -> Look:
        """What is wrong with the objects at one side.

        Raises ToolFailed for a Kubernetes version that the catalogue does not have, and whatever the chosen engine raises.
        """
        try:
            release = core.core(view.settings.kubernetes_version)
        except core.UnknownVersion as error:
            raise ToolFailed(f"{error}; set `kubernetes_version` in .fairlead.yaml to one of these") from None
        former = Former(view, self._documents)
        catalogue = Catalogue(view, release, former, self._documents)
        sight = _Sight(catalogue, (Variables(view.tree), Placeholders(view.tree)))
        for manifest in manifests(view, self._documents):
            sight.take(manifest, tells_yaml=YAML_LINT in view.settings.disabled)
        for resource, data in self._redefined.objects(view, former):
            sight.take_object(resource, data, touched=False)
        subjects = [Subject(each.resource.value, each.schema) for each in sight.objects]
        judged = self._engines.judge(subjects, view.settings.schema_engine)
        for each, answer in zip(sight.objects, judged, strict=True):
            found = answer.violations if each.touched else _by_the_crd(each.schema, answer.violations)
            sight.settle(each, (*_beside_the_schema(each.resource, release.version, former), *found))
            if answer.failure:
                sight.leave_out(each.resource, answer.failure)
        return sight.look()


@dataclass(frozen=True, slots=True, eq=False)
class _Object:
    """An object whose schema is known; `data` is the content of its file, which the change touches or not."""

    resource: Resource
    schema: KindSchema
    data: bytes
    touched: bool


@dataclass(slots=True)
class _Sight:
    """What has been seen so far at one side."""

    catalogue: Catalogue
    unsettled: tuple[Variables | Placeholders, ...]
    objects: list[_Object] = field(default_factory=list)
    files: int = 0
    problems: dict[tuple[object, ...], Problem] = field(default_factory=dict)
    notes: list[NotChecked] = field(default_factory=list)
    unknown: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def take(self, manifest: Manifest | NotChecked, *, tells_yaml: bool) -> None:
        """Look at one file. `tells_yaml`: what is wrong with it as YAML is told, which is otherwise another's business."""
        if isinstance(manifest, NotChecked):
            self.notes.append(manifest)
            return
        documents = manifest.documents
        if tells_yaml:
            is_manifest = b"apiVersion" in manifest.data
            told = [problem for problem in documents.problems if is_manifest or problem.rule not in ONLY_KUBERNETES]
            self.problems |= {("yaml", *_place(problem)): problem for problem in told}
        unreadable = next((each for each in documents.problems if each.rule not in _STILL_READABLE), None)
        if unreadable is not None:
            self.notes.append(
                NotChecked(manifest.path, f"not all of it can be read ({unreadable.title}), and what can't is not checked")
            )
        elif not documents.documents:
            self.notes.append(NotChecked(manifest.path, "it holds no document, so nothing was validated"))
        found = list(resources(documents.documents))
        self.files += bool(found)
        for resource in found:
            self.take_object(resource, manifest.data, touched=True)
        for document in documents.documents:
            for resource, violation in incomplete(document):
                self.add([violation], resource, None, manifest.data)

    def take_object(self, resource: Resource, data: bytes, *, touched: bool) -> None:
        """Look at one object; `data` is the content of its file, `touched` whether it is one of the change's."""
        if is_for_another_program(resource):
            return
        if is_patch(resource):
            self.notes.append(NotChecked(f"{resource.id} in {resource.document.path}", "a patch is partial"))
            return
        found = wrong_list(resource) or self.catalogue.find(resource.id)
        if isinstance(found, Violation) and found.rule == MALFORMED and not isinstance(resource.value.get("metadata"), dict):
            self.notes.append(NotChecked(resource.document.path, "no object of Kubernetes, by its `kind` and without metadata"))
            return
        if isinstance(found, NoSchema):
            self.leave_out(resource, found.why)
        elif isinstance(found, Violation):
            self.add([found], resource, None, data)
        else:
            self.objects.append(_Object(resource, found, data, touched))

    def settle(self, judged: _Object, violations: Iterable[Violation]) -> None:
        """Note the violations of a judged object, but for those about values that are only filled in later."""
        waiting: list[str] = []
        for violation in violations:
            later = next((one.why for one in self.unsettled if one.decide(violation, judged.resource)), None)
            if later is None:
                self.add([violation], judged.resource, judged.schema, judged.data)
            else:
                waiting.append(later)
        for why in dict.fromkeys(waiting):
            self.leave_out(judged.resource, why)

    def add(
        self,
        violations: Iterable[Violation],
        resource: Resource,
        schema: KindSchema | None,
        data: bytes,
    ) -> None:
        """Note the violations of an object; one that comes in through an alias twice is noted once."""
        for violation in violations:
            problem = placed(violation, resource, schema, data)
            self.problems.setdefault(_place(problem), problem)

    def leave_out(self, resource: Resource, why: str) -> None:
        """Note that an object is not checked; those of one kind are told together."""
        self.unknown.setdefault((resource.id.kind, why), []).append(resource.document.path)

    def look(self) -> Look:
        """All that was seen."""
        notes = [*self.notes, *(_unknown(kind, why, paths) for (kind, why), paths in self.unknown.items())]
        return Look(tuple(self.problems.values()), Coverage(self.files, len(self.objects), tuple(notes)))


def _by_the_crd(schema: KindSchema, violations: Iterable[Violation]) -> Iterator[Violation]:
    """The violations of an object that the change does not touch, in words that say why it is judged."""
    for violation in violations:
        yield replace(violation, message=f"by {schema.origin}, which the change touches, {violation.message}")


def _beside_the_schema(resource: Resource, release: str, former: Former) -> Iterator[Violation]:
    yield from name_violations(resource.id, resource.value)
    yield from crd_violations(resource.id, resource.value, former)
    yield from disagreements(resource.id, resource.value)
    yield from schedule_violations(resource.id, resource.value, release)
    yield from deprecated(resource.id, release)


def _place(problem: Problem) -> tuple[object, ...]:
    where = problem.location
    return problem.rule, where.path, where.line, where.column, problem.title


def _unknown(kind: str, why: str, paths: list[str]) -> NotChecked:
    more = f" and {counted(len(paths) - 1, 'more place')}" if len(paths) > 1 else ""
    return NotChecked(f"{kind} in {paths[0]}{more}", why)
