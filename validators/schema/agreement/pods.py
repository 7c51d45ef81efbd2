"""What must agree within a pod: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/validation.go."""

from collections.abc import Iterator

from validators.documents import Path, Value
from validators.schema.agreement.containers import of_container
from validators.schema.agreement.fields import EXCLUSIVE, UNKNOWN_NAME, Place, given, items, mapping, repeated
from validators.schema.guesses import did_you_mean, guess
from validators.schema.model import Correction, Remedy, Violation
from validators.schema.wording import alternatives, dotted

_CONTAINERS = ("initContainers", "containers")


def of_pod(value: dict[str, Value]) -> Iterator[Violation]:
    """A Pod."""
    yield from _of_spec(value, ("spec",), frozenset())


def of_workload(value: dict[str, Value]) -> Iterator[Violation]:
    """What has a template of pods; claim templates of a StatefulSet are volumes as well."""
    claims = {str(mapping(claim, ("metadata",)).get("name")) for _, claim in items(value, ("spec", "volumeClaimTemplates"))}
    yield from _of_spec(value, ("spec", "template", "spec"), frozenset(claims))


def of_cron_job(value: dict[str, Value]) -> Iterator[Violation]:
    """A CronJob."""
    yield from _of_spec(value, ("spec", "jobTemplate", "spec", "template", "spec"), frozenset())


def _of_spec(value: Value, at: Path, claims: frozenset[str]) -> Iterator[Violation]:
    containers = [place for field in _CONTAINERS for place in items(value, (*at, field))]
    volumes = list(items(value, (*at, "volumes")))
    yield from repeated((((*path, "name"), each.get("name")) for path, each in containers), "containers of a pod")
    yield from repeated((((*path, "name"), each.get("name")) for path, each in volumes), "volumes of a pod")
    for path, volume in volumes:
        sources = given(volume, [name for name in volume if name != "name"])
        if len(sources) > 1:
            message = f"`{dotted(path)}` has {alternatives(sources).replace(' or ', ' and ')}, and a volume has one source"
            yield Violation(EXCLUSIVE, path, "a volume with two sources", message, missing=True, detail="sources")
    known = claims | {str(volume.get("name")) for _, volume in volumes}
    for place in containers:
        yield from _mounts(place, known)
        yield from of_container(*place)


def _mounts(container: Place, known: frozenset[str]) -> Iterator[Violation]:
    at, value = container
    for field in ("volumeMounts", "volumeDevices"):
        for path, mount in items(value, (field,)):
            name = mount.get("name")
            if not isinstance(name, str) or not name or name in known:
                continue
            guessed, where = guess(name, known), (*at, *path, "name")
            message = f"`{dotted(where)}` is `{name[:80]}`, and the pod has no volume of this name{did_you_mean(guessed.names)}"
            correction = Correction(Remedy.REPLACE, guessed.names[0]) if guessed.certain else None
            yield Violation(UNKNOWN_NAME, where, "mount of a volume that is not there", message, correction=correction)
