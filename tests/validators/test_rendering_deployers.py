"""Applications of Argo CD and objects of Flux, rendered as their controllers do it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_changes import ORIGIN, Files, changed, left_out, tree

from validators.dry_run import effects
from validators.rendering import targets
from validators.rendering.model import Rendering
from validators.rendering.rendered import render
from validators.rendering.substitution import CanNotSubstitute, substitute
from validators.units.check import Units
from validators.units.discovery import Discovery

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {region: eu}\n"
KUSTOMIZED: dict[str, str] = {"apps/web/kustomization.yaml": "resources: [c.yaml]\n", "apps/web/c.yaml": CONFIG}
CHART: dict[str, str] = {
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    "charts/web/values.yaml": "a: chart\nb: chart\nc: chart\nd: chart\n",
    "charts/web/templates/c.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n"
    "data: {ns: {{ .Release.Namespace }}, v: {{ .Values.a }}-{{ .Values.b }}-{{ .Values.c }}-{{ .Values.d }}}\n",
}


def application(source: str, path: str = "apps/web") -> dict[str, str]:
    return {
        "argocd/shop.yaml": f"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: shop}}
spec:
  destination: {{namespace: shop-prod, name: prod-eu}}
  source:
    repoURL: {ORIGIN}
    path: {path}
{source}"""
    }


def flux(spec: str, path: str = "./apps/web") -> dict[str, str]:
    return {
        "clusters/web.yaml": f"""apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: shop, namespace: flux-system}}
spec:
  path: {path}
  sourceRef: {{kind: GitRepository, name: gitops}}
{spec}""",
        "clusters/source.yaml": "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\n"
        f"metadata: {{name: gitops, namespace: flux-system}}\nspec: {{url: {ORIGIN}}}\n",
    }


def release(spec: str) -> dict[str, str]:
    return {
        **flux(""),
        "clusters/web.yaml": f"""apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: shop, namespace: apps}}
spec:
  chart: {{spec: {{chart: ./charts/web, sourceRef: {{kind: GitRepository, name: gitops, namespace: flux-system}}}}}}
{spec}""",
    }


def rendering(files: Files, *touched: str) -> Rendering:
    found = Discovery(tree(files), ORIGIN, touched or tuple(files))
    (one,) = [each for each in render(found, targets.plans(found, "1.31")) if each.plan.unit.name == "shop"]
    return one


def only(files: Files, *touched: str) -> dict[str, object]:
    (one,) = rendering(files, *touched).resources
    return dict(one.resource.value)


def data(files: Files) -> object:
    return only(files)["data"]


# ------------------------------------------------------------------ Argo CD


def test_a_touched_kustomization_is_rendered_as_the_application_that_deploys_it() -> None:
    one = rendering({**KUSTOMIZED, **application("")}, "apps/web/c.yaml")
    assert (one.plan.unit.name, one.plan.unit.namespace, one.plan.unit.cluster) == ("shop", "shop-prod", "prod-eu")


def test_an_application_writes_into_the_kustomization_before_it_is_built() -> None:
    options = "    kustomize: {namePrefix: a-, commonLabels: {team: shop}, namespace: other}\n"
    assert only({**KUSTOMIZED, **application(options)})["metadata"] == {
        "name": "a-web",
        "namespace": "other",
        "labels": {"team": "shop"},
    }


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        ("web:2", "web:2"),
        ("web=ghcr.io/shop/web:2", "ghcr.io/shop/web:2"),
        ("web@sha256:" + "0" * 64, "web@sha256:" + "0" * 64),
    ],
)
def test_an_application_sets_images(image: str, shown: str) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: 'web:1'}]}\n"
    files = {**KUSTOMIZED, "apps/web/c.yaml": pod, **application(f"    kustomize: {{images: ['{image}']}}\n")}
    assert only(files)["spec"] == {"containers": [{"name": "a", "image": shown}]}


def test_values_of_an_application_win_in_the_order_of_argo_cd() -> None:
    options = """    helm:
      releaseName: web
      valueFiles: [one.yaml, /envs/two.yaml]
      valuesObject: {c: object}
      parameters: [{name: d, value: parameter}]
"""
    files = {
        **CHART,
        "charts/web/one.yaml": "a: one\nb: one\nc: one\nd: one\n",
        "envs/two.yaml": "b: two\nc: two\nd: two\n",
        **application(options, "charts/web"),
    }
    assert data(files) == {"ns": "shop-prod", "v": "one-two-object-parameter"}
    assert only(files)["metadata"] == {"name": "web"}


def test_a_values_file_that_is_not_there_is_an_error_on_its_line_unless_it_may_be_missing() -> None:
    options = "    helm:\n      valueFiles:\n        - gone.yaml\n"
    (failure,) = rendering({**CHART, **application(options, "charts/web")}).failures
    assert (failure.origin.path, failure.origin.line) == ("argocd/shop.yaml", 11)
    ignoring = options + "      ignoreMissingValueFiles: true\n"
    assert data({**CHART, **application(ignoring, "charts/web")}) == {"ns": "shop-prod", "v": "chart-chart-chart-chart"}


@pytest.mark.parametrize("path", ["../../../etc/passwd", "https://example.com/values.yaml", "$nobody/values.yaml"])
def test_values_out_of_the_repository_are_never_read(path: str) -> None:
    options = f"    helm:\n      ignoreMissingValueFiles: true\n      valueFiles: ['{path}']\n"
    one = rendering({**CHART, **application(options, "charts/web")})
    assert one.resources == ()
    assert path in one.failures[0].message


def test_values_come_from_another_source_of_the_same_repository_by_its_name() -> None:
    text = f"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: shop}}
spec:
  destination: {{namespace: shop}}
  sources:
    - {{repoURL: {ORIGIN}, path: charts/web, helm: {{valueFiles: [$own/envs/prod.yaml]}}}}
    - {{repoURL: {ORIGIN}, ref: own}}
"""
    files = {**CHART, "argocd/shop.yaml": text, "envs/prod.yaml": "a: prod\n"}
    assert data(files) == {"ns": "shop", "v": "prod-chart-chart-chart"}
    found = effects(changed(files, {**files, "envs/prod.yaml": "a: other\n"}))
    assert [(each.unit, each.fields[0].path) for each in found.changes] == [("shop", "data.v")]


def test_parameters_are_overridden_by_the_file_beside_the_chart() -> None:
    files = {**CHART, "charts/web/.argocd-source-shop.yaml": "helm: {parameters: [{name: a, value: file}]}\n"}
    assert data({**files, **application("", "charts/web")}) == {"ns": "shop-prod", "v": "file-chart-chart-chart"}


def test_a_remote_chart_is_said_not_to_be_rendered() -> None:
    text = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec:\n  source: {repoURL: 'https://charts.example.com', chart: redis, targetRevision: 1.0.0}\n"
    assert "is fetched from https://charts.example.com" in rendering({"a.yaml": text}).unknown


# ------------------------------------------------------------------ ApplicationSets


def application_set(generators: str, name: str = "'{{path.basename}}'", path: str = "'{{path}}'", more: str = "") -> str:
    return f"""apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {{name: all}}
spec:
{more}  generators:
{generators}
  template:
    metadata: {{name: {name}}}
    spec:
      destination: {{namespace: {name}}}
      source: {{repoURL: {ORIGIN}, path: {path}, targetRevision: HEAD}}
"""


LIST = "    - list: {elements: [{app: web, size: 1}, {app: mail, size: 2}]}"
DIRECTORIES = (
    f"    - git: {{repoURL: {ORIGIN}, revision: HEAD, directories: [{{path: apps/*}}, {{path: apps/mail, exclude: true}}]}}"
)
FILES = f"    - git: {{repoURL: {ORIGIN}, revision: HEAD, files: [{{path: 'envs/**/app.json'}}]}}"


def made(text: str, more: Files | None = None) -> list[str]:
    files = {
        **KUSTOMIZED,
        "apps/mail/kustomization.yaml": "resources: [c.yaml]\n",
        "apps/mail/c.yaml": CONFIG,
        "argocd/all.yaml": text,
        **(more or {}),
    }
    found = Discovery(tree(files), ORIGIN, ("argocd/all.yaml",))
    return [
        f"{each.plan.unit.name}: {', '.join(str(one.resource.id) for one in each.resources)}"
        for each in render(found, targets.plans(found, "1.31"))
    ]


@pytest.mark.parametrize(
    ("generators", "name", "path"),
    [
        (LIST, "'{{app}}'", "'apps/{{app}}'"),
        (
            f"    - matrix:\n        generators:\n      {LIST}\n          - list: {{elements: [{{size: 3}}]}}",
            "'{{app}}'",
            "'apps/{{app}}'",
        ),
        (
            f"    - merge:\n        mergeKeys: [size]\n        generators:\n      {LIST}\n      {LIST}",
            "'{{app}}'",
            "'apps/{{app}}'",
        ),
    ],
)
def test_an_application_set_makes_an_application_of_each_element(generators: str, name: str, path: str) -> None:
    assert made(application_set(generators, name, path)) == ["mail: ConfigMap/web", "web: ConfigMap/web"]


def test_an_application_set_makes_an_application_of_each_folder() -> None:
    assert made(application_set(DIRECTORIES)) == ["web: ConfigMap/web"]
    go = application_set(DIRECTORIES, "'{{ .path.basename }}'", "'{{.path.path}}'", "  goTemplate: true\n")
    assert made(go) == ["web: ConfigMap/web"]


def test_an_application_set_makes_an_application_of_each_file() -> None:
    text = application_set(FILES, "'{{app.name}}-{{path.basename}}'", "'apps/{{app.name}}'")
    assert made(text, {"envs/eu/prod/app.json": '{"app": {"name": "web"}}', "envs/us/app.yaml": "app: {name: no}"}) == [
        "web-prod: ConfigMap/web"
    ]


def test_a_folder_leads_to_the_application_that_is_made_of_it() -> None:
    files = {**KUSTOMIZED, "argocd/all.yaml": application_set(DIRECTORIES, "'shop'")}
    assert rendering(files, "apps/web/c.yaml").plan.unit.namespace == "shop"
    assert [
        change.unit for change in effects(changed(files, {**files, "apps/web/c.yaml": CONFIG.replace("eu", "us")})).changes
    ] == ["shop"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (application_set("    - clusters: {}", "'{{name}}'"), "its generator clusters asks"),
        (application_set(LIST, "'{{ .app | upper }}'", more="  goTemplate: true\n"), "more than the name of a parameter"),
        (
            application_set("    - matrix: {generators: [%s, %s]}" % ((f"{{list: {{elements: [{'{a: 1}, ' * 100}]}}}}",) * 2)),
            "more than 500 Applications",
        ),
        (application_set(LIST, "'{{.none}}'", more="  goTemplate: true\n"), "which its generators do not give"),
        (application_set(DIRECTORIES.replace(ORIGIN, "https://git.example.com/other")), "its git generator reads"),
    ],
)
def test_what_an_application_set_makes_of_things_that_are_not_known_is_said(text: str, why: str) -> None:
    notes = left_out(Units(), {**KUSTOMIZED, "argocd/all.yaml": text}, "argocd/all.yaml")
    assert [why in note.why for note in notes] == [True]


# ------------------------------------------------------------------ Flux


def test_a_flux_kustomization_writes_into_the_kustomization_before_it_is_built() -> None:
    spec = '  targetNamespace: shop\n  namePrefix: a-\n  patches: [{patch: "- {op: add, path: /data/more, value: x}", target: {kind: ConfigMap}}]\n'
    made = only({**KUSTOMIZED, **flux(spec)})
    assert (made["metadata"], made["data"]) == ({"name": "a-web", "namespace": "shop"}, {"region": "eu", "more": "x"})


def test_variables_are_filled_in_and_those_without_a_value_are_said() -> None:
    config = CONFIG.replace("{region: eu}", "{region: '${region}', other: '${other:=plain}', none: '${none}'}")
    spec = "  postBuild:\n    substitute: {region: us}\n"
    one = rendering({**KUSTOMIZED, "apps/web/c.yaml": config, **flux(spec)})
    assert dict(one.resources[0].resource.value)["data"] == {"region": "us", "other": "plain", "none": None}
    assert [(each.name, each.origin.path, each.origin.line) for each in one.unset] == [("none", "apps/web/c.yaml", 4)]


def test_variables_come_from_a_config_map_of_the_repository() -> None:
    spec = "  postBuild:\n    substitute: {a: own}\n    substituteFrom: [{kind: ConfigMap, name: settings}]\n"
    config = CONFIG.replace("{region: eu}", "{region: '${a}-${b}'}")
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata: {a: other, b: theirs}\n"
    files = {**KUSTOMIZED, "apps/web/c.yaml": config, "clusters/settings.yaml": settings, **flux(spec)}
    assert data(files) == {"region": "own-theirs"}
    del files["clusters/settings.yaml"]
    assert "ConfigMap settings, which is not in this repository" in rendering(files).unknown


def test_a_folder_without_a_kustomization_gets_one() -> None:
    files = {
        "apps/web/c.yaml": CONFIG,
        "apps/web/deep/d.yml": CONFIG.replace("name: web", "name: other"),
        **flux("  namePrefix: a-\n"),
    }
    assert sorted(str(each.resource.id) for each in rendering(files).resources) == ["ConfigMap/a-other", "ConfigMap/a-web"]


def test_a_release_has_the_name_and_the_values_that_flux_gives_it() -> None:
    files = {**CHART, **release("  targetNamespace: prod\n  values: {a: inline}\n")}
    assert data(files) == {"ns": "prod", "v": "inline-chart-chart-chart"}
    assert only(files)["metadata"] == {"name": "prod-shop"}


def test_values_of_a_release_come_from_config_maps_before_its_own() -> None:
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: values\ndata:\n  values.yaml: '{a: map, b: map}'\n"
    files = {
        **CHART,
        "clusters/v.yaml": text,
        **release("  valuesFrom: [{kind: ConfigMap, name: values}]\n  values: {b: inline}\n"),
    }
    assert data(files) == {"ns": "apps", "v": "map-inline-chart-chart"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${a}", "1"),
        ("$a ${b}.", "$a ."),
        ("$${a}", "${a}"),
        ("${b:-2}${b:=3}${b=4}", "234"),
        ("${b:-${a}}", "1"),
        ("a: b", "a: b"),
    ],
)
def test_a_variable_is_replaced_as_flux_does(text: str, filled: str) -> None:
    assert substitute(text, {"a": "1"}).text == filled


@pytest.mark.parametrize("text", ["${{ a }}", "${}", "${-}", "${a", "${a/b/c}", "${a,,}"])
def test_what_flux_refuses_or_is_not_known_is_no_guess(text: str) -> None:
    with pytest.raises(CanNotSubstitute):
        substitute(text, {"a": "1"})


@given(st.text(alphabet="a$ \n"))
def test_a_text_without_braces_stays(text: str) -> None:
    assert substitute(text, {"a": "1"}).text == text
