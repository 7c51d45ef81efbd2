"""Kustomizations and charts, rendered by the real programs: what comes of them, what they refuse, and what is never run twice."""

import os
import subprocess
from pathlib import Path

import pytest
from memory_changes import ORIGIN, Files, changed, tree

from validators.dry_run import Effects, effects
from validators.model import Action
from validators.programs import find
from validators.rendering import running, targets
from validators.rendering.model import Rendering
from validators.rendering.rendered import render
from validators.trees.memory import Symlink
from validators.units.discovery import Discovery

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
"""
SHOP: dict[str, str] = {
    "base/kustomization.yaml": "resources: [deployment.yaml]\n",
    "base/deployment.yaml": DEPLOYMENT,
    "dev/kustomization.yaml": "namespace: dev\nresources: [../base]\n",
    "prod/kustomization.yaml": "namespace: prod\nresources: [../base]\npatches:\n  - path: replicas.yaml\n",
    "prod/replicas.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 5\n",
}
CHART: dict[str, str] = {
    "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    "chart/values.yaml": "port: 80\n",
    "chart/templates/service.yaml": "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  ports:\n"
    "    - port: {{ .Values.port }}\n",
}


def rendered(files: Files, *touched: str) -> tuple[Rendering, ...]:
    found = Discovery(tree(files), ORIGIN, touched or tuple(files))
    return render(found, targets.plans(found, "1.31"))


def objects(files: Files, *touched: str) -> dict[str, list[str]]:
    return {each.plan.unit.name: [str(one.resource.id) for one in each.resources] for each in rendered(files, *touched)}


def refusal(files: Files) -> tuple[str, int | None, str]:
    """The one rendering error: its file and line, and what is said."""
    (failure,) = (failure for each in rendered(files) for failure in each.failures)
    return failure.origin.path, failure.origin.line, failure.message


def what(found: Effects) -> list[str]:
    return [f"{each.action} {each.unit} {each.resource} {[field.path for field in each.fields]}" for each in found.changes]


def test_each_overlay_of_a_touched_base_is_rendered() -> None:
    assert objects(SHOP, "base/deployment.yaml") == {"dev": ["Deployment/web"], "prod": ["Deployment/web"]}
    assert list(objects(SHOP, "prod/replicas.yaml")) == ["prod"]


def test_a_change_of_a_base_is_told_for_each_overlay_where_it_has_an_effect() -> None:
    found = effects(changed(SHOP, {**SHOP, "base/deployment.yaml": DEPLOYMENT.replace("replicas: 2", "replicas: 3")}))
    assert what(found) == ["update dev Deployment/web ['spec.replicas']"]
    assert found.changes[0].resource.namespace == "dev"


GENERATED = {
    **SHOP,
    "dev/kustomization.yaml": "namespace: dev\nresources: [../base]\nconfigMapGenerator:\n  - name: settings\n    literals: [colour=red]\n",
}


def test_a_generated_config_map_with_other_content_is_the_same_one_under_another_name() -> None:
    blue = {**GENERATED, "dev/kustomization.yaml": GENERATED["dev/kustomization.yaml"].replace("red", "blue")}
    (told,) = effects(changed(GENERATED, blue)).changes
    assert (told.action, [field.path for field in told.fields]) == (Action.UPDATE, ["data.colour", "metadata.name"])


def test_generated_config_maps_that_can_not_be_told_apart_are_created_and_deleted() -> None:
    plain = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings-%s, namespace: dev}\ndata: {colour: %s}\n"
    before = {"dev/a.yaml": plain % ("g4hk5ct9b2", "red"), "dev/b.yaml": plain % ("m4hk5ct9b2", "green")}
    after = {"dev/a.yaml": plain % ("t4hk5ct9b2", "blue")}
    assert sorted(each.action for each in effects(changed(before, after)).changes) == [
        Action.CREATE,
        Action.DELETE,
        Action.DELETE,
    ]


def test_an_immutable_config_map_is_made_anew() -> None:
    plain = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings-%s, namespace: dev}\nimmutable: true\ndata: {colour: %s}\n"
    )
    before, after = {"dev/a.yaml": plain % ("g4hk5ct9b2", "red")}, {"dev/a.yaml": plain % ("t4hk5ct9b2", "blue")}
    assert sorted(each.action for each in effects(changed(before, after)).changes) == [Action.CREATE, Action.DELETE]


def test_a_new_and_a_deleted_overlay_create_and_delete() -> None:
    fewer = {path: text for path, text in SHOP.items() if not path.startswith("prod/")}
    assert [each.action for each in effects(changed(fewer, SHOP)).changes] == [Action.CREATE]
    assert [each.action for each in effects(changed(SHOP, fewer)).changes] == [Action.DELETE]


def test_a_base_that_gets_its_first_overlay_was_no_unit_before() -> None:
    alone = {path: text for path, text in SHOP.items() if path.startswith("base/")}
    first = {**alone, "dev/kustomization.yaml": SHOP["dev/kustomization.yaml"], "base/deployment.yaml": DEPLOYMENT + "\n"}
    assert what(effects(changed(alone, first))) == ["create dev Deployment/web []"]


def test_a_chart_is_rendered_with_its_own_values() -> None:
    found = effects(changed(CHART, {**CHART, "chart/values.yaml": "port: 81\n"}))
    assert [(each.action, each.unit, each.resource.name) for each in found.changes] == [(Action.UPDATE, "chart", "chart")]


def test_a_unit_that_can_be_rendered_on_one_side_only_is_neither_created_nor_deleted() -> None:
    broken = {**SHOP, "prod/replicas.yaml": SHOP["prod/replicas.yaml"].replace("name: web", "name: wbe")}
    for before, after in ((SHOP, broken), (broken, SHOP)):
        found = effects(changed(before, after))
        assert found.changes == ()
        assert [note.what for note in found.coverage.not_checked] == ["prod"]


# ------------------------------------------------------------------ errors on their lines


def test_a_patch_whose_object_is_not_there_is_told_in_the_patch() -> None:
    path, line, message = refusal({**SHOP, "prod/replicas.yaml": SHOP["prod/replicas.yaml"].replace("name: web", "name: wbe")})
    assert (path, line) == ("prod/replicas.yaml", 4)
    assert "wbe" in message


@pytest.mark.parametrize(
    ("overlay", "line"),
    [
        ("resources: [../base]\nreplicas:\n  - name: wbe\n    count: 3\n", 3),
        ("resources:\n  - ../base\n  - ../base/deployment.yaml\n", 3),
        ("resources: [../base]\npatches:\n  - patch: |-\n      {kind: Deployment, apiVersion: apps/v1, metadata: {name: wbe}}\n", 4),
    ],
)  # fmt: skip
def test_a_refusal_of_kustomize_is_told_on_the_line_that_it_is_about(overlay: str, line: int) -> None:
    files = {path: text for path, text in SHOP.items() if path.startswith("base/")} | {"dev/kustomization.yaml": overlay}
    assert refusal(files)[:2] == ("dev/kustomization.yaml", line)


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("kind: Service\nspec: {{ .Values.port.of.call }}\n", 2),
        ("kind: Service\nspec:\n  a: {{ include \"nobody\" . }}\n", 3),
        ("kind: Service\nspec: {{ .Values.port \n", 3),
        ("{{- define \"x\" }}{{ include \"x\" . }}{{ end }}\na: {{ include \"x\" . }}\n", 1),
    ],
)  # fmt: skip
def test_a_refusal_of_helm_is_told_in_the_template(template: str, line: int) -> None:
    assert refusal({**CHART, "chart/templates/service.yaml": template})[:2] == ("chart/templates/service.yaml", line)


def test_values_that_can_not_be_read_are_told_in_their_file() -> None:
    assert refusal({**CHART, "chart/values.yaml": "a: [\n"})[0] == "chart/values.yaml"


def test_a_chart_that_asks_for_values_which_nobody_gives_is_not_checked() -> None:
    (one,) = rendered({**CHART, "chart/templates/service.yaml": 'a: {{ required "which port?" .Values.none }}\n'})
    assert one.failures == ()
    assert "ask for values" in one.unknown


def test_a_patch_is_not_quoted_in_what_is_said() -> None:
    files = {**SHOP, "prod/replicas.yaml": 'password: "hunter2"\n'}
    assert "hunter2" not in refusal(files)[2]


# ------------------------------------------------------------------ what is read, and how often


def test_what_is_known_is_not_run_again() -> None:
    before = rendered(SHOP)
    assert [each.plan.unit.name for each in before] == ["dev", "prod"]
    found = Discovery(tree(SHOP), ORIGIN, tuple(SHOP))
    jobs = [step.job for plan in targets.plans(found, "1.31") for step in plan.steps]
    assert all(running.is_known(job) for job in jobs)
    other = Discovery(tree({**SHOP, "prod/replicas.yaml": SHOP["prod/replicas.yaml"] + "# more\n"}), ORIGIN, tuple(SHOP))
    assert [running.is_known(step.job) for plan in targets.plans(other, "1.31") for step in plan.steps] == [True, False]


def test_links_within_the_repository_are_followed_as_kustomize_does() -> None:
    files: Files = {
        "shared/deployment.yaml": DEPLOYMENT,
        "base/kustomization.yaml": "resources: [deployment.yaml]\n",
        "base/deployment.yaml": DEPLOYMENT,
        "link": Symlink("base"),
        "dev/kustomization.yaml": "resources: [../link]\n",
    }
    assert objects(files)["dev"] == ["Deployment/web"]


def test_links_out_of_the_repository_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("port: canary\n")
    files: Files = {**CHART, "chart/values.yaml": Symlink(str(tmp_path / "values.yaml"))}
    assert all("canary" not in str(each.resource.value) for one in rendered(files) for each in one.resources)


def test_odd_names_are_laid_out() -> None:
    files = {**CHART, "chart/files/a b\n'ü\udcff.txt": "x"}
    assert objects(files) == {"chart": ["Service/chart"]}


def test_a_chart_of_the_repository_that_a_chart_depends_on_is_put_where_helm_looks_for_it() -> None:
    more = "dependencies:\n  - {name: web, version: 0.1.0, repository: 'file://../chart'}\n"
    files = {**CHART, "shop/Chart.yaml": f"apiVersion: v2\nname: shop\nversion: 1.0.0\n{more}"}
    assert objects(files)["shop"] == ["Service/shop"]


def test_rendering_equals_what_the_programs_print_by_hand(tmp_path: Path) -> None:
    for path, text in {**SHOP, **CHART}.items():
        place = tmp_path / path
        place.parent.mkdir(exist_ok=True, parents=True)
        place.write_text(text)
    by_hand: dict[str, list[str | Path]] = {
        "prod": [find("kustomize"), "build", "prod"],
        "chart": [find("helm"), "template", "chart", "chart", "--include-crds", "--kube-version", "1.31"],
    }
    found = Discovery(tree({**SHOP, **CHART}), ORIGIN, tuple({**SHOP, **CHART}))
    steps = {plan.unit.name: plan.steps for plan in targets.plans(found, "1.31")}
    for unit, argv in by_hand.items():
        done = subprocess.run(argv, cwd=tmp_path, check=True, capture_output=True, env={"PATH": os.defpath})
        (step,) = steps[unit]
        assert running.outputs(found.tree, [step.job])[step.job].text == done.stdout
