"""Two engines behind one question, as the configuration chooses: in process, kubeconform, or each held against the other."""

from collections.abc import Sequence

from validators.schema.custom import BadSchema
from validators.schema.explain import Explainer
from validators.schema.in_process import InProcess
from validators.schema.kubeconform import Subject, check
from validators.schema.model import Judged, Mismatch, Violation
from validators.schema.strict import constraint_of
from validators.settings import SchemaEngine

DIFFER = "schema/engines-differ"

_Own = tuple[Mismatch, ...] | BadSchema
"""What the in-process engine says of an object, or why it can't."""


class Engines:
    """Judges objects; schemas are compiled once."""

    def __init__(self) -> None:
        self._in_process = InProcess()

    def judge(self, subjects: Sequence[Subject], engine: SchemaEngine) -> list[Judged]:
        """What is wrong with each subject, in their order. Raises ToolMissing and ToolFailed where kubeconform is asked for."""
        own = [self._checked(subject) for subject in subjects]
        if engine not in {SchemaEngine.KUBECONFORM, SchemaEngine.BOTH}:
            return [_alone(subject, found) for subject, found in zip(subjects, own, strict=True)]
        combined = _held_against if engine is SchemaEngine.BOTH else _by_kubeconform
        return [combined(*each) for each in zip(subjects, own, check(subjects), strict=True)]

    def _checked(self, subject: Subject) -> _Own:
        try:
            return self._in_process.check(subject.schema, subject.value)
        except BadSchema as error:
            return error


def _alone(subject: Subject, own: _Own) -> Judged:
    return Judged(failure=str(own)) if isinstance(own, BadSchema) else Judged(_explained(subject, own))


def _by_kubeconform(subject: Subject, own: _Own, other: tuple[Mismatch, ...]) -> Judged:
    """kubeconform decides; in-process words are used where they are about the same, since they say more."""
    known = () if isinstance(own, BadSchema) else own
    strict = tuple(each for each in known if constraint_of(each) is not None)
    if not other:
        return Judged(_explained(subject, strict))
    return Judged(_explained(subject, known if len(known) > len(strict) else (*other, *strict)))


def _held_against(subject: Subject, own: _Own, other: tuple[Mismatch, ...]) -> Judged:
    """The in-process engine decides; where kubeconform says otherwise, that is one more violation."""
    if isinstance(own, BadSchema):
        return Judged(failure=str(own))
    refused = any(constraint_of(each) is None for each in own)
    if refused == bool(other):
        return Judged(_explained(subject, own))
    theirs = f"refuses it ({other[0].expected})" if other else "accepts it"
    ours = "refuses it" if refused else "accepts it"
    message = f"the in-process engine {ours} and kubeconform {theirs}; this is a bug of Fairlead's, please report it"
    return Judged((*_explained(subject, own), Violation(DIFFER, (), "the engines differ", message)))


def _explained(subject: Subject, mismatches: tuple[Mismatch, ...]) -> tuple[Violation, ...]:
    return tuple(Explainer(subject.schema, subject.value).violations(mismatches))
