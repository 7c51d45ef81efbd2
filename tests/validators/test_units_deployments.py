"""Argo CD's, Flux's and Helm's units: what they deploy in vain, and what of them is not checked."""

import pytest
from memory_changes import Files, findings, left_out, tree, view

from validators.model import FindingStatus, Problem, Severity
from validators.units.check import Units
from validators.units.definitions import Definitions
from validators.units.remote import repository, same_repository

OURS = "https://git.example.com/shop/gitops.git"
THEIRS = "https://git.example.com/billing/deploy.git"
MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def application(path: str = "apps/web", url: str = OURS, *, more: str = "", name: str = "web") -> str:
    return f"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: {name}, namespace: argocd}}
spec:
  source:
    repoURL: {url}
    path: {path}
{more}  destination: {{namespace: shop}}
"""


def flux(path: str = "./apps/web", source: str = "gitops") -> str:
    return f"""apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: web, namespace: flux-system}}
spec:
  path: {path}
  prune: true
  targetNamespace: shop
  sourceRef: {{kind: GitRepository, name: {source}}}
"""


def source(url: str = OURS, name: str = "gitops") -> str:
    return f"""apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: {name}, namespace: flux-system}}
spec: {{url: {url}}}
"""


def only(files: Files, *touched: str) -> Problem:
    (problem,) = Units().check(view(files, *touched)).problems
    return problem


def whys(files: Files, *touched: str, origin: str | None = OURS) -> str:
    return " ".join(f"{note.what}: {note.why}" for note in left_out(Units(), files, *touched, origin=origin))


def test_an_application_of_a_folder_that_is_not_there_is_an_error_on_its_path() -> None:
    problem = only({"argocd/web.yaml": application("apps/wbe"), "apps/web/a.yaml": MANIFEST})
    assert (problem.rule, problem.severity) == ("unit/missing-path", Severity.ERROR)
    assert (problem.location.path, problem.location.line) == ("argocd/web.yaml", 7)
    assert "`apps/wbe`" in problem.message


def test_an_application_of_another_repository_is_named_and_never_called_missing() -> None:
    files: Files = {"argocd/billing.yaml": application("deploy/prod", THEIRS, name="billing")}
    assert Units().check(view(files)).problems == ()
    assert whys(files) == f"Application billing: not rendered: its source deploy/prod is in another repository, {THEIRS}"


def test_without_knowing_its_own_address_nothing_is_called_missing() -> None:
    files: Files = {"argocd/web.yaml": application("apps/wbe")}
    look = Units().check(view(files, origin=None))
    assert look.problems == ()
    assert "the URL of this repository is not known" in whys(files, origin=None)


@pytest.mark.parametrize("revision", ["v1.2.3", "0f1e2d3c", "production"])
def test_another_revision_of_this_repository_is_not_judged_by_this_one(revision: str) -> None:
    files: Files = {"argocd/web.yaml": application("apps/wbe", more=f"    targetRevision: {revision}\n")}
    assert Units().check(view(files)).problems == ()
    assert f"the revision {revision}" in whys(files)


@pytest.mark.parametrize("revision", ["HEAD", "main", "master"])
def test_the_branch_that_is_merged_into_is_this_one(revision: str) -> None:
    assert only({"a.yaml": application("apps/wbe", more=f"    targetRevision: {revision}\n")}).rule == "unit/missing-path"


def test_deleting_the_folder_of_an_untouched_application_is_new_on_its_path() -> None:
    before = {"argocd/web.yaml": application(), "apps/web/a.yaml": MANIFEST}
    (finding,) = findings(Units(), before, {"argocd/web.yaml": before["argocd/web.yaml"]})
    assert (finding.status, finding.location.path, finding.location.line) == (FindingStatus.NEW, "argocd/web.yaml", 7)


def test_a_chart_of_a_helm_repository_is_not_checked() -> None:
    text = application(url="https://charts.example.com", more="    chart: redis\n    targetRevision: 1.2.3\n").replace(
        "    path: apps/web\n", ""
    )
    assert "its chart redis 1.2.3 is fetched from https://charts.example.com" in whys({"argocd/redis.yaml": text})


def test_a_plugin_is_not_run_and_said() -> None:
    files: Files = {"a.yaml": application(more="    plugin: {name: cmp}\n"), "apps/web/a.yaml": MANIFEST}
    assert "plugins are never run" in whys(files, "a.yaml")


def test_an_application_of_plain_manifests_leaves_nothing_open() -> None:
    files: Files = {"a.yaml": application(), "apps/web/a.yaml": MANIFEST}
    assert whys(files, "a.yaml") == ""


def test_an_application_of_a_chart_or_kustomization_is_told_as_not_rendered() -> None:
    files: Files = {"a.yaml": application("charts/web"), "charts/web/Chart.yaml": "name: web\n"}
    assert "its Helm chart charts/web is judged from its own files only" in whys(files, "a.yaml")
    files = {"a.yaml": application("apps/web"), "apps/web/kustomization.yaml": "resources: []\n"}
    assert "its kustomization apps/web is judged from its own files only" in whys(files, "a.yaml")


@pytest.mark.parametrize("kind", ["clusters", "scmProvider", "pullRequest", "clusterDecisionResource", "plugin"])
def test_generators_that_ask_the_world_are_named(kind: str) -> None:
    text = f"""apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {{name: all}}
spec:
  generators:
    - matrix:
        generators:
          - {kind}: {{}}
          - list: {{elements: []}}
  template:
    spec:
      source: {{repoURL: {OURS}, path: "apps/{{{{name}}}}"}}
"""
    assert f"ApplicationSet all: not rendered: its generator {kind} asks" in whys({"set.yaml": text})
    assert Units().check(view({"set.yaml": text})).problems == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://git.example.com/shop/gitops",
        "https://GIT.example.com/shop/gitops.git/",
        "git@git.example.com:shop/gitops.git",
        "ssh://git@git.example.com:22/shop/gitops",
        "https://user:token@git.example.com/shop/gitops.git",
    ],
)
def test_spellings_of_one_repository_are_one(url: str) -> None:
    assert same_repository(url, OURS)


@pytest.mark.parametrize("url", [THEIRS, "https://git.example.org/shop/gitops.git", "", "https://git.example.com/shop/GitOps2"])
def test_other_repositories_are_others(url: str) -> None:
    assert not same_repository(url, OURS)


def test_a_repository_without_a_host_keeps_its_path() -> None:
    assert repository("/srv/git/shop.git") == "srv/git/shop"


def test_a_flux_kustomization_of_a_folder_that_is_not_there_is_an_error() -> None:
    problem = only({"cluster/web.yaml": flux("./apps/wbe"), "cluster/source.yaml": source(), "apps/web/a.yaml": MANIFEST})
    assert (problem.rule, problem.location.line) == ("unit/missing-path", 5)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (
            {"cluster/web.yaml": flux("./x"), "cluster/source.yaml": source(THEIRS)},
            "in another repository, GitRepository gitops",
        ),
        ({"cluster/web.yaml": flux("./x", "elsewhere")}, "whether GitRepository elsewhere is this repository is not known"),
        ({"cluster/web.yaml": flux().replace("GitRepository", "OCIRepository")}, "is fetched from OCIRepository gitops"),
    ],
)
def test_what_flux_takes_from_elsewhere_is_told_and_never_called_missing(files: Files, why: str) -> None:
    assert Units().check(view(files)).problems == ()
    assert why in whys(files)


def test_a_chart_that_flux_fetches_is_named_with_its_repository() -> None:
    release = """apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: redis, namespace: data}
spec:
  chart: {spec: {chart: redis, sourceRef: {kind: HelmRepository, name: bitnami, namespace: flux-system}}}
"""
    repository_ = source("https://charts.example.com", "bitnami").replace("GitRepository", "HelmRepository")
    text = whys({"release.yaml": release, "sources.yaml": repository_}, "release.yaml")
    assert (
        "HelmRelease redis: not rendered: its chart redis is fetched from HelmRepository bitnami (https://charts.example.com)"
        in text
    )


def test_a_patch_of_a_release_says_nothing_of_charts() -> None:
    patch = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: redis}\nspec: {values: {a: 1}}\n"
    assert whys({"patch.yaml": patch}) == ""


def test_what_deploys_a_folder_is_the_most_particular_object_that_names_it() -> None:
    files: Files = {
        "argocd/all.yaml": application("apps", name="all", more="    directory: {recurse: true}\n"),
        "argocd/web.yaml": application(),
        "argocd/other.yaml": application("apps/web", THEIRS, name="other"),
    }
    known = Definitions(tree(files), OURS)
    assert [each.name for each in known.deployers("apps/web")] == ["web"]
    assert [each.name for each in known.deployers("apps/cart/deep")] == ["all"]
    assert known.deployers("elsewhere") == ()


def test_the_root_of_the_repository_is_deployed_by_who_names_no_folder() -> None:
    files: Files = {"argocd/all.yaml": application(".", more="    directory: {recurse: true}\n")}
    assert [each.name for each in Definitions(tree(files), OURS).deployers("apps")] == ["web"]


CHART: Files = {
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "charts/web/values.yaml": "replicas: 1\n",
    "charts/web/templates/a.yaml": "kind: {{ .Values.kind }}\n",
}


@pytest.mark.parametrize("path", ["charts/web/values.yaml", "charts/web/templates/a.yaml", "charts/web/Chart.yaml"])
def test_a_touched_chart_is_told_once_with_who_deploys_it(path: str) -> None:
    files = {**CHART, "argocd/web.yaml": application("charts/web")}
    notes = left_out(Units(), files, path)
    assert [note.what for note in notes] == ["charts/web"]
    assert "deployed by web" in notes[0].why


def test_values_outside_of_the_chart_lead_to_the_application_that_reads_them() -> None:
    more = "    helm:\n      valueFiles:\n        - ../../envs/prod.yaml\n"
    files = {**CHART, "argocd/web.yaml": application("charts/web", more=more), "envs/prod.yaml": "replicas: 3\n"}
    assert "Argo CD Application web: not rendered: what its values file envs/prod.yaml" in whys(files, "envs/prod.yaml")


def test_values_by_reference_lead_to_the_application_that_reads_them() -> None:
    text = f"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: redis}}
spec:
  sources:
    - repoURL: https://charts.example.com
      chart: redis
      targetRevision: 1.0.0
      helm: {{valueFiles: [$values/envs/prod.yaml]}}
    - repoURL: {OURS}
      targetRevision: main
      ref: values
"""
    assert "Argo CD Application redis" in whys({"argocd/redis.yaml": text, "envs/prod.yaml": "a: 1\n"}, "envs/prod.yaml")


def test_a_dependency_that_is_not_vendored_is_named() -> None:
    chart = "name: web\ndependencies:\n  - {name: redis, version: 1.x, repository: 'https://charts.example.com'}\n"
    assert "its dependency redis 1.x of https://charts.example.com is not vendored" in whys({"Chart.yaml": chart})
    for vendored in ("charts/redis-1.2.3.tgz", "charts/redis/Chart.yaml"):
        assert "not vendored" not in whys({"Chart.yaml": chart, vendored: "x"})


def test_a_local_dependency_that_is_not_there_is_an_error_on_its_line() -> None:
    chart = "name: web\ndependencies:\n  - name: lib\n    version: 1.0.0\n    repository: file://../lib\n"
    problem = only({"charts/web/Chart.yaml": chart})
    assert (problem.rule, problem.location.line) == ("unit/missing-input", 5)
    assert Units().check(view({"charts/web/Chart.yaml": chart, "charts/lib/Chart.yaml": "name: lib\n"})).problems == ()


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("infra/bucket.tf", 'resource "aws_s3_bucket" "a" {}\n', "Terraform module infra: not planned"),
        ("site.yaml", "- hosts: all\n  tasks: []\n", "Ansible playbook site.yaml: not run"),
        ("roles/web/tasks/main.yaml", "- debug: {msg: a}\n", "Ansible role roles/web: not run"),
        ("a.jsonnet", "{}\n", "a.jsonnet: not rendered: Jsonnet"),
        ("s.yaml", "a: ENC[AES256_GCM,data:x]\nsops:\n  mac: x\n", "s.yaml: its values are encrypted with SOPS"),
    ],
)
def test_what_nothing_here_judges_is_told(path: str, text: str, why: str) -> None:
    assert why in whys({path: text})


@pytest.mark.parametrize("text", ["- name: a\n  image: b\n", "hosts: [a]\n", MANIFEST, "sops: a\n"])
def test_ordinary_files_are_not_taken_for_them(text: str) -> None:
    assert whys({"a.yaml": text}) == ""
