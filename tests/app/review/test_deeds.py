"""What a change would do, in a sentence: with the names of what it touches, and of what that is not known."""

from collections.abc import Iterable

from review_samples import WEB

from app.review.deeds import deeds, headline
from validators.model import (
    Action,
    CheckResult,
    Coverage,
    FieldChange,
    NotChecked,
    Outcome,
    Report,
    ResourceChange,
    ResourceId,
)

CACHE = ResourceId("v1", "PersistentVolumeClaim", "cart", "cart-cache")
REPLICAS = FieldChange("spec.replicas", "2", "3")
IMAGE = FieldChange("spec.template.spec.containers[web].image", "web:1", "web:2")


def config(number: int) -> ResourceChange:
    return ResourceChange("web", Action.CREATE, ResourceId("v1", "ConfigMap", "web", f"settings-{number}"))


def report(changes: Iterable[ResourceChange] = (), unknown: Iterable[str] = (), dry_run: Outcome = Outcome.COMPLETED) -> Report:
    notes = tuple(NotChecked(thing, "not rendered: kustomizations are not built yet") for thing in unknown)
    units = CheckResult("units", Outcome.COMPLETED, (), Coverage(not_checked=notes), "", 0.0)
    schema = CheckResult("schema", Outcome.COMPLETED, (), Coverage(not_checked=(NotChecked("Queue", "no schema"),)), "", 0.0)
    effects = CheckResult("dry_run", dry_run, (), Coverage(not_checked=notes[:1]), "", 0.0)
    return Report("b", "h", None, (schema, units, effects), tuple(changes))


def test_what_is_destroyed_is_named_first_and_the_same_in_many_units_once() -> None:
    updates = [ResourceChange(f"web/eu{n}", Action.UPDATE, WEB, (REPLICAS,)) for n in range(14)]
    said = headline(report([*updates, ResourceChange("cart", Action.DELETE, CACHE)]))
    assert said == (
        "**What it would do:** 1 delete (`PersistentVolumeClaim/cart-cache`), 14 updates (`Deployment/web`) in 15 units."
    )


def test_of_many_resources_the_first_few_are_named_and_the_rest_is_counted() -> None:
    said = headline(report(config(number) for number in range(9)))
    names = "`ConfigMap/settings-0`, `ConfigMap/settings-1`, `ConfigMap/settings-2` and 6 more"
    assert said == f"**What it would do:** 9 creates ({names}) in 1 unit."


def test_what_is_not_rendered_is_said_to_be_unknown() -> None:
    some = headline(report([config(1)], ["apps/dev", "apps/prod", "apps/staging", "charts/web"]))
    assert some.endswith("1 create (`ConfigMap/settings-1`) in 1 unit. Not known for `apps/dev`, `apps/prod` and 2 more.")
    assert headline(report([], ["apps/dev"])) == "**What it would do:** not known for `apps/dev`."


def test_where_nothing_happens_nothing_is_said() -> None:
    assert headline(report()) == ""


def test_a_dry_run_that_could_not_run_knows_nothing() -> None:
    assert headline(report(dry_run=Outcome.BROKEN)) == "**What it would do:** not known."


def test_one_field_is_told_with_its_values_and_more_are_counted() -> None:
    one = ResourceChange("web", Action.UPDATE, WEB, (REPLICAS,))
    two = ResourceChange("web", Action.UPDATE, WEB, (REPLICAS, IMAGE))
    assert [deed.how for deed in deeds([one])] == ["spec.replicas: 2 -> 3"]
    assert [deed.how for deed in deeds([two])] == ["2 fields"]
    assert [deed.how for deed in deeds([config(1)])] == [""]


def test_what_differs_between_units_is_not_told_of_one_of_them() -> None:
    two = [ResourceChange(f"web/{n}", Action.UPDATE, WEB, (FieldChange("spec.replicas", "2", str(n)),)) for n in (3, 4)]
    assert [(deed.where, deed.how) for deed in deeds(two)] == [("in 2 units", "")]
