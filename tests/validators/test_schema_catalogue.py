"""Which schema holds for a kind, and what people are told where there is none."""

import json
from pathlib import Path

import pytest
from manifest_stage import found_in, look_at, only_one

from validators.change import ToolFailed
from validators.schema import core
from validators.schema.packed import sources

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
          required: [spec]
          properties:
            spec:
              type: object
              required: [depth]
              properties:
                depth: {type: integer, minimum: 1, maximum: 1000}
                mode: {type: string, enum: [fifo, priority]}
                size: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
                free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string}}}
    - {name: v1beta1, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}
"""
QUEUE = "apiVersion: shop.example.com/v1\nkind: Queue\nmetadata: {name: orders}\n"


def notes(files: dict[str, str], **chosen: str) -> list[str]:
    return [f"{note.what}: {note.why}" for note in look_at(files, **chosen).coverage.not_checked]


def test_a_crd_of_the_same_tree_is_the_schema_of_its_kind() -> None:
    beside = {"crds/queues.yaml": CRD}
    assert found_in(QUEUE + "spec: {depth: 5, mode: fifo, size: 10Mi, free: {a: b, c: d}}\n", beside=beside) == []
    found_in(QUEUE + "spec:\n  depth: 1001  # <- schema/invalid-value\n", beside=beside)
    found_in(QUEUE + "spec:\n  depth: 5\n  mod: fifo  # <- schema/unknown-field\n", beside=beside)
    problem = only_one(QUEUE + "spec:\n  depth: 5\n  mode: lifo  # <- schema/not-allowed-value\n", beside=beside)
    assert "`fifo` or `priority`" in problem.message


def test_a_version_that_the_crd_does_not_serve_is_told_with_those_it_serves() -> None:
    text = QUEUE.replace("shop.example.com/v1\n", "shop.example.com/v1beta1  # <- schema/unknown-kind\n")
    problem = only_one(text, beside={"crds/queues.yaml": CRD})
    assert (
        problem.message
        == "the CRD in crds/queues.yaml does not serve Queue in shop.example.com/v1beta1, but in `shop.example.com/v1`."
    )
    assert problem.suggestion is not None
    assert problem.suggestion.text.startswith("apiVersion: shop.example.com/v1 ")


def test_a_crd_in_the_tree_comes_before_the_catalogue() -> None:
    own = CRD.replace("shop.example.com", "cert-manager.io").replace("Queue", "Certificate")
    text = "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a}\nspec: {depth: 1}\n"
    assert found_in(text, beside={"crds/own.yaml": own}) == []
    rules = sorted(problem.rule for problem in look_at({"a.yaml": text}).problems)
    assert rules == ["schema/missing-field", "schema/missing-field", "schema/unknown-field"]


def test_a_pattern_of_a_crd_cannot_stop_the_check() -> None:
    slow = CRD.replace("enum: [fifo, priority]", "pattern: '^(a+)+$'")
    text = QUEUE + f"spec: {{depth: 1, mode: {'a' * 40}!}}  # <- schema/invalid-value\n"
    found_in(text, beside={"crds/queues.yaml": slow})


def test_a_schema_that_cannot_be_used_is_told_and_not_passed() -> None:
    broken = CRD.replace("enum: [fifo, priority]", "pattern: '('")
    (note,) = notes({"crds/queues.yaml": broken, "queue.yaml": QUEUE})
    assert note.startswith("Queue in queue.yaml: the CRD in crds/queues.yaml can't be used as a schema")


def test_an_unknown_kind_is_told_once_with_what_would_help() -> None:
    (note,) = notes({"a.yaml": QUEUE, "b.yaml": QUEUE, "c.yaml": QUEUE})
    assert note.startswith(
        "Queue in a.yaml and 2 more places: no schema for Queue in shop.example.com/v1; its CRD in the repository"
    )


def test_the_operators_folder_is_asked_before_the_catalogue(tmp_path: Path) -> None:
    place = tmp_path / "shop.example.com" / "queue_v1.json"
    place.parent.mkdir()
    place.write_text(json.dumps({"type": "object", "properties": {"spec": {"required": ["depth"]}}}))
    look = look_at({"a.yaml": QUEUE + "spec: {}\n"}, folder=str(tmp_path))
    assert [problem.rule for problem in look.problems] == ["schema/missing-field"]


def test_a_schema_of_the_operator_that_the_quick_engine_refuses_is_used_by_the_slow_one(tmp_path: Path) -> None:
    place = tmp_path / "shop.example.com" / "queue_v1.json"
    place.parent.mkdir()
    place.write_text(
        json.dumps({"properties": {"spec": {"pattern": "^(?!x)", "type": "string"}}, "additionalProperties": True})
    )
    look = look_at({"a.yaml": QUEUE + "spec: xyz\n"}, folder=str(tmp_path))
    assert [problem.rule for problem in look.problems] == ["schema/invalid-value"]


def test_nothing_is_fetched_for_a_schema_that_refers_elsewhere(tmp_path: Path) -> None:
    place = tmp_path / "shop.example.com" / "queue_v1.json"
    place.parent.mkdir()
    place.write_text(json.dumps({"$ref": "http://127.0.0.1:9/schema.json"}))
    look = look_at({"a.yaml": QUEUE}, folder=str(tmp_path))
    assert look.problems == ()
    assert "which is not part of it" in look.coverage.not_checked[0].why


@pytest.mark.parametrize("kind", ["../../../../etc/passwd", "a/b", "Pod.yaml", "$ref", "K" * 64])
def test_a_kind_that_is_no_word_is_looked_up_nowhere(kind: str) -> None:
    found_in(f"apiVersion: v1\nkind: {kind}  # <- schema/malformed-kind\nmetadata: {{name: a}}\n")


@pytest.mark.parametrize("version", ["http://169.254.169.254/x", "a/b/v1", "v1/", "../v1", f"{'a.' * 127}/v1"])
def test_an_api_version_that_can_be_none_is_looked_up_nowhere(version: str) -> None:
    found_in(f"apiVersion: {version}  # <- schema/malformed-kind\nkind: Pod\nmetadata: {{name: a}}\n")


def test_a_group_of_the_longest_name_is_unknown_like_any_other() -> None:
    group = ".".join(["a" * 63] * 3 + ["a" * 61])
    look = look_at({"a.yaml": QUEUE.replace("shop.example.com/", f"{group}/")})
    assert look.problems == ()
    assert "no schema for" in look.coverage.not_checked[0].why


@pytest.mark.parametrize(
    ("api_version", "kind", "words"),
    [
        ("policy/v1beta1", "PodDisruptionBudget", "was removed in Kubernetes 1.25, and this is for 1.31; use `policy/v1`"),
        ("extensions/v1beta1", "Ingress", "was removed in Kubernetes 1.22, and this is for 1.31; use `networking.k8s.io/v1`"),
        ("batch/v1beta1", "CronJob", "use `batch/v1`"),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "use `autoscaling/v2`"),
        ("policy/v1beta1", "PodSecurityPolicy", "nothing took its place"),
    ],
)
def test_a_removed_api_version_names_what_took_its_place(api_version: str, kind: str, words: str) -> None:
    problem = only_one(f"apiVersion: {api_version}  # <- schema/removed-api\nkind: {kind}\nmetadata: {{name: a}}\n")
    assert words in problem.message


@pytest.mark.parametrize(
    ("api_version", "kind", "line"),
    [
        ("batch/v1beta1", "CronJob", "apiVersion: batch/v1"),
        ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "apiVersion: autoscaling/v2"),
        ("rbac.authorization.k8s.io/v1beta1", "Role", "apiVersion: rbac.authorization.k8s.io/v1"),
        ("policy/v1beta1", "PodDisruptionBudget", None),
        ("networking.k8s.io/v1beta1", "Ingress", None),
        ("autoscaling/v2beta1", "HorizontalPodAutoscaler", None),
    ],
)
def test_where_no_field_changed_with_the_version_it_is_suggested(api_version: str, kind: str, line: str | None) -> None:
    problem = only_one(f"apiVersion: {api_version}  # <- schema/removed-api\nkind: {kind}\nmetadata: {{name: a}}\n")
    assert (problem.suggestion and problem.suggestion.text.partition("  #")[0]) == line


def test_an_api_version_about_to_be_removed_is_a_warning() -> None:
    text = (
        "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3  # <- schema/deprecated-api\nkind: FlowSchema\nmetadata: {name: a}\n"
    )
    assert "is gone from Kubernetes 1.32 on; use `flowcontrol.apiserver.k8s.io/v1`" in only_one(text, release="1.31").message
    found_in(text.replace("deprecated", "removed"), release="1.32")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("apiVersion: v1  # <- schema/unknown-kind\nkind: Deployment\n", "it is in `apps/v1`"),
        ("apiVersion: apps/v1\nkind: Deploymnt  # <- schema/unknown-kind\n", "did you mean `Deployment`?"),
        ("apiVersion: apps/v2  # <- schema/unknown-kind\nkind: Deployment\n", "it is in `apps/v1`"),
    ],
)
def test_a_kind_that_kubernetes_does_not_have_comes_with_the_one_it_has(head: str, words: str) -> None:
    problem = only_one(f"{head}metadata: {{name: a}}\n")
    assert words in problem.message
    assert problem.suggestion is not None


def test_an_unknown_version_of_kubernetes_is_no_reason_to_take_another() -> None:
    with pytest.raises(ToolFailed, match=r"no schemas of Kubernetes 1\.99, but those of 1\.25 to 1\.37"):
        look_at({"a.yaml": QUEUE}, release="1.99")


@pytest.mark.parametrize("version", ["1.31", "v1.31", "1.31.4"])
def test_a_patch_release_has_the_schemas_of_its_release(version: str) -> None:
    assert core.core(version).version == "1.31"


def test_the_newest_release_is_taken_where_none_is_chosen() -> None:
    assert core.core("").version == core.versions()[-1] == "1.37"


def test_what_is_left_alone_is_said() -> None:
    files = {
        "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        "charts/web/templates/a.yaml": "kind: {{ .Values.kind }}\n",
        "overlay/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\npatches:\n  - path: ../patches/replicas.yaml\n",
        "patches/replicas.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}\n",
        "empty.yaml": "# nothing\n",
        "broken.yaml": "apiVersion: v1\nkind: [\n",
        ".github/workflows/test.yaml": "name: test\non: push\n",
    }
    look = look_at(files)
    assert look.problems == ()
    assert {note.what: note.why for note in look.coverage.not_checked} == {
        "charts/web/templates/a.yaml": "Helm template of chart charts/web: templates are no YAML until they are rendered, and they "
        "are not rendered yet",
        "patches/replicas.yaml": "read by a kustomization under `patches`: no whole objects by themselves, and what comes "
        "of them is not rendered yet",
        "empty.yaml": "it holds no document, so nothing was validated",
        "broken.yaml": "not all of it can be read (syntax error), and what can't is not checked",
    }


def test_variables_that_flux_fills_in_are_not_judged() -> None:
    text = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: ${n}, selector: {matchLabels: {app: a}}, template: {metadata: {labels: {app: a}}, spec: {containers: [{name: a, image: b}]}}}\n"
    flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec: {interval: 1m, prune: true, path: a, sourceRef: {kind: GitRepository, name: a}, postBuild: {substitute: {n: '2'}}}\n"
    text = text.replace("${n}", '"${n}"')
    assert [problem.rule for problem in look_at({"a.yaml": text}).problems] == ["schema/wrong-type"]
    look = look_at({"a.yaml": text, "flux.yaml": flux})
    assert look.problems == ()
    assert "filled in by Flux" in look.coverage.not_checked[0].why


def test_every_source_of_the_catalogue_names_its_licence_and_stands_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "schemas.md").read_text(encoding="utf-8")
    for source in sources():
        assert source.licence == "Apache-2.0"
        assert f"| {source.name} | {source.version} | {source.source} |" in page.replace("`", "")
