"""A change to a CRD is held against the objects of its kind that lie in the repository already."""

from collections.abc import Mapping

from memory_changes import changed

from validators.change import Change
from validators.judge import judge
from validators.model import Finding, FindingStatus
from validators.schema import Schema
from validators.settings import CheckSettings

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: queues.shop.example.com}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {kind: Queue, plural: queues}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                depth: {type: integer}
"""
TIGHTER = CRD.replace("type: integer", "type: integer, maximum: 10")
NOT_SERVED = CRD.replace("served: true", "served: false")
QUEUE = "apiVersion: shop.example.com/v1\nkind: Queue\nmetadata: {name: orders}\nspec:\n  depth: 100\n"
BROKEN = "apiVersion: shop.example.com/v1\nkind: Queue\nmetadata: {name: orders}\nspec:\n  dept: 100\n"
Files = Mapping[str, str]


def found(before: Files, after: Files, *, ignore: tuple[str, ...] = ()) -> list[Finding]:
    parts = changed(before, after)
    change = Change(parts.base, parts.result, parts.files, CheckSettings(kubernetes_version="1.31", ignore=ignore))
    report = judge(change, [Schema()], base="", head="", merge_result=None, on_progress=lambda _: None)
    return list(report.findings)


def told(before: Files, after: Files) -> list[tuple[str, str, int | None, FindingStatus]]:
    return [(each.rule, each.location.path, each.location.line, each.status) for each in found(before, after)]


def test_an_object_that_the_new_schema_refuses_is_found_where_it_lies() -> None:
    before = {"crds/queue.yaml": CRD, "apps/queue.yaml": QUEUE}
    assert told(before, {**before, "crds/queue.yaml": TIGHTER}) == [
        ("schema/invalid-value", "apps/queue.yaml", 5, FindingStatus.NEW)
    ]


def test_what_was_wrong_before_is_not_blamed_on_the_crd() -> None:
    before = {"crds/queue.yaml": CRD, "apps/queue.yaml": BROKEN}
    assert told(before, {**before, "crds/queue.yaml": TIGHTER}) == [
        ("schema/unknown-field", "apps/queue.yaml", 5, FindingStatus.EXISTING)
    ]


def test_a_crd_that_is_relaxed_mends_the_objects() -> None:
    before = {"crds/queue.yaml": TIGHTER, "apps/queue.yaml": QUEUE}
    (finding,) = found(before, {**before, "crds/queue.yaml": CRD})
    assert (finding.rule, finding.status) == ("schema/invalid-value", FindingStatus.FIXED)


def test_an_object_of_a_version_that_is_no_longer_served_is_found() -> None:
    before = {"crds/queue.yaml": CRD, "apps/queue.yaml": QUEUE}
    (finding,) = found(before, {**before, "crds/queue.yaml": NOT_SERVED})
    assert (finding.rule, finding.location.path, finding.location.line) == ("schema/unknown-kind", "apps/queue.yaml", 1)
    assert finding.message == "the CRD in crds/queue.yaml does not serve Queue in shop.example.com/v1, nor in any other."


def test_a_first_crd_is_held_against_the_objects_there_are() -> None:
    before = {"apps/queue.yaml": QUEUE}
    assert told(before, {**before, "crds/queue.yaml": TIGHTER}) == [
        ("schema/invalid-value", "apps/queue.yaml", 5, FindingStatus.NEW)
    ]


def test_the_first_crd_of_a_kind_of_the_catalogue_blames_nothing_that_the_catalogue_refused_before() -> None:
    app = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: a}\nspec: {descripton: b}\n"
    crd = (
        CRD.replace("shop.example.com", "argoproj.io")
        .replace("Queue", "AppProject")
        .replace("queues", "appprojects")
        .replace("name: v1\n", "name: v1alpha1\n")
    )
    before = {"apps/project.yaml": app}
    assert told(before, {**before, "crds/project.yaml": crd}) == [
        ("schema/unknown-field", "apps/project.yaml", 4, FindingStatus.EXISTING)
    ]


def test_a_version_without_schema_is_not_taken_for_one_that_is_not_served() -> None:
    lacking = CRD[: CRD.index("      schema:")]
    before = {"crds/queue.yaml": CRD, "apps/queue.yaml": QUEUE}
    (finding,) = found(before, {**before, "crds/queue.yaml": lacking})
    assert (finding.rule, finding.location.path) == ("schema/needed-field", "crds/queue.yaml")


def test_ignored_files_other_kinds_and_patches_stay_out_of_it() -> None:
    before = {
        "crds/queue.yaml": CRD,
        "old/queue.yaml": QUEUE,
        "apps/kustomization.yaml": "resources: []\npatches:\n  - path: patch.yaml\n",
        "apps/patch.yaml": QUEUE,
        "apps/other.yaml": f"{QUEUE.replace('Queue', 'Topic')}---\napiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\ndat: {{}}\n",
    }
    assert found(before, {**before, "crds/queue.yaml": TIGHTER}, ignore=("old/**",)) == []


def test_the_finding_says_which_crd_it_comes_from() -> None:
    before = {"crds/queue.yaml": CRD, "apps/queue.yaml": QUEUE}
    (finding,) = found(before, {**before, "crds/queue.yaml": TIGHTER})
    assert finding.message == (
        "by the CRD in crds/queue.yaml, which the change touches, `spec.depth` should be at most 10, found the number `100`."
    )


def test_objects_whose_crd_is_deleted_are_found() -> None:
    before = {"crds/queue.yaml": CRD, "apps/queue.yaml": QUEUE}
    (finding,) = found(before, {"apps/queue.yaml": QUEUE})
    assert (finding.rule, finding.location.path, finding.location.line) == ("schema/unknown-kind", "apps/queue.yaml", 2)
    assert finding.message.startswith("the change takes the CRD of Queue out of crds/queue.yaml, and no other")


def test_objects_of_a_kind_that_its_crd_no_longer_has_are_found() -> None:
    before = {"crds/queue.yaml": CRD, "apps/queue.yaml": QUEUE}
    renamed = CRD.replace("Queue", "Topic")
    assert told(before, {**before, "crds/queue.yaml": renamed}) == [
        ("schema/unknown-kind", "apps/queue.yaml", 2, FindingStatus.NEW),
        ("schema/crd-change", "crds/queue.yaml", 7, FindingStatus.NEW),
    ]


def test_a_crd_that_moves_blames_nothing() -> None:
    before = {"crds/queue.yaml": CRD, "apps/queue.yaml": QUEUE}
    assert found(before, {"platform/crds.yaml": f"# all CRDs\n{CRD}", "apps/queue.yaml": QUEUE}) == []
    templated = f"{{{{- if .Values.crds }}}}\n{CRD}{{{{- end }}}}\n"
    chart = {"chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n", "chart/templates/crds.yaml": templated}
    assert found(before, {**chart, "apps/queue.yaml": QUEUE}) == []


def test_a_crd_that_goes_with_its_objects_blames_nothing() -> None:
    assert found({"crds/queue.yaml": CRD, "apps/queue.yaml": QUEUE}, {"a.txt": ""}) == []


def test_a_crd_that_can_not_be_read_any_more_is_not_taken_for_deleted() -> None:
    before = {"crds/queue.yaml": CRD, "apps/queue.yaml": QUEUE}
    assert found(before, {**before, "crds/queue.yaml": f"{CRD}  x: [\n"}) == []


def test_the_crd_of_a_well_known_controller_may_come_from_elsewhere() -> None:
    app = "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: a}\nspec: {description: b}\n"
    crd = CRD.replace("shop.example.com", "argoproj.io").replace("Queue", "AppProject").replace("queues", "appprojects")
    before = {
        "crds/project.yaml": crd.replace("name: v1\n", "name: v1alpha1\n").replace(
            "depth: {type: integer}", "description: {type: string}"
        )
    }
    assert found({**before, "apps/project.yaml": app}, {"apps/project.yaml": app}) == []


TWO = (
    CRD.replace("    - name: v1\n", "    - name: v2\n", 1).replace("storage: true", "storage: false")
    + CRD[CRD.index("    - name: v1") :]
)


def test_a_version_that_is_taken_away_is_missed_by_its_objects_and_in_the_store() -> None:
    before = {"crds/queue.yaml": TWO, "apps/queue.yaml": QUEUE}
    after = {**before, "crds/queue.yaml": CRD.replace("    - name: v1\n", "    - name: v2\n")}
    assert told(before, after) == [
        ("schema/unknown-kind", "apps/queue.yaml", 1, FindingStatus.NEW),
        ("schema/crd-change", "crds/queue.yaml", 8, FindingStatus.NEW),
    ]


def test_a_version_that_was_not_stored_may_go() -> None:
    assert found({"crds/queue.yaml": TWO}, {"crds/queue.yaml": CRD}) == []


def test_the_stored_version_may_change_while_both_are_there() -> None:
    swapped = (
        TWO.replace("storage: false", "storage: x")
        .replace("storage: true", "storage: false")
        .replace("storage: x", "storage: true")
    )
    assert found({"crds/queue.yaml": TWO}, {"crds/queue.yaml": swapped}) == []


def test_the_scope_of_a_kind_can_not_change() -> None:
    (finding,) = found({"crds/queue.yaml": CRD}, {"crds/queue.yaml": CRD.replace("Namespaced", "Cluster")})
    assert (finding.rule, finding.location.line) == ("schema/crd-change", 6)
    assert finding.message.startswith("`spec.scope` can't change from `Namespaced` to `Cluster`")
