"""Kustomizations: what they refer to in vain, who includes whom, and what is not rendered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_changes import Files, findings, left_out, tree, view

from validators.model import Finding, FindingStatus, Problem, Severity
from validators.trees.memory import Symlink
from validators.units import kustomization
from validators.units.check import Units
from validators.units.kustomizations import Kustomizations

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
BASE: Files = {
    "apps/web/base/kustomization.yaml": "resources:\n  - deployment.yaml\n",
    "apps/web/base/deployment.yaml": DEPLOYMENT,
    "apps/web/overlays/dev/kustomization.yaml": "resources:\n  - ../../base\n",
    "apps/web/overlays/prod/kustomization.yaml": "resources: [../../base]\npatches:\n  - path: patch.yaml\n",
    "apps/web/overlays/prod/patch.yaml": DEPLOYMENT,
}


def only(files: Files, *touched: str) -> Problem:
    (problem,) = Units().check(view(files, *touched)).problems
    return problem


def told(before: Files, after: Files) -> list[tuple[str, FindingStatus, str, int | None]]:
    return [(each.rule, each.status, each.location.path, each.location.line) for each in findings(Units(), before, after)]


@pytest.mark.parametrize(
    ("field", "line"),
    [
        ("resources:\n  - gone", 2),
        ("bases:\n  - ../gone", 2),
        ("components: [gone]", 1),
        ("patches:\n  - target: {kind: Pod}\n    path: gone.yaml", 3),
        ("patchesStrategicMerge:\n  - gone.yaml", 2),
        ("patchesJson6902:\n  - path: gone.yaml", 2),
        ("replacements:\n  - path: gone.yaml", 2),
        ("configMapGenerator:\n  - name: a\n    files:\n      - key=gone.txt", 4),
        ("configMapGenerator:\n  - name: a\n    envs: [gone.env]", 3),
        ("secretGenerator:\n  - name: a\n    env: gone.env", 3),
        ("generators: [gone.yaml]", 1),
        ("transformers:\n\n  - gone.yaml", 3),
        ("openapi:\n  path: gone.json", 2),
        ("crds: [gone.yaml]", 1),
        ("configurations: [gone.yaml]", 1),
        ("helmCharts:\n  - name: web\n    valuesFile: gone.yaml", 3),
    ],
)
def test_what_is_not_there_is_an_error_on_the_line_that_lists_it(field: str, line: int) -> None:
    problem = only({"apps/kustomization.yaml": f"{field}\n"})
    assert (problem.rule, problem.severity) == ("unit/missing-input", Severity.ERROR)
    assert (problem.location.path, problem.location.line) == ("apps/kustomization.yaml", line)
    assert "gone" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "patches:\n  - patch: |-\n      kind: Pod\n      metadata: {name: a}",
        "patchesStrategicMerge:\n  - |-\n    kind: Pod\n    metadata: {name: a}",
        "transformers:\n  - '{apiVersion: builtin, kind: LabelTransformer}'",
        "configMapGenerator:\n  - name: a\n    literals: [a=b]",
        "resources: []",
        "resources:",
        "resources: {a: b}",
        "images: [{name: web, newTag: '1'}]",
    ],
)
def test_inline_text_and_fields_without_files_refer_to_nothing(text: str) -> None:
    assert Units().check(view({"kustomization.yaml": text + "\n"})).problems == ()


def test_a_patch_may_be_named_without_path() -> None:
    files: Files = {"apps/kustomization.yaml": "patches:\n  - patch.yaml\n", "apps/patch.yaml": DEPLOYMENT}
    assert Units().check(view(files)).problems == ()
    assert only({"apps/kustomization.yaml": "patches:\n  - gone.yaml\n"}).location.line == 2


def test_a_field_that_kustomize_does_not_have_is_an_error_with_a_guess() -> None:
    problem = only({"apps/kustomization.yaml": "resources: []\nnamspace: shop\n"})
    assert (problem.rule, problem.location.line, problem.location.column) == ("unit/unknown-field", 2, 1)
    assert problem.message == "`namspace` is not a field of a kustomization; did you mean `namespace`?"
    problem = only({"apps/kustomization.yaml": "resources: []\nxyz: shop\n"})
    assert problem.message == "`xyz` is not a field of a kustomization: kustomize refuses the file. Take it out."


def test_fields_may_be_written_in_any_case() -> None:
    assert Units().check(view({"kustomization.yaml": "namePrefix: a-\nnamesuffix: -b\nImageTags: []\n"})).problems == ()


def test_what_helm_prints_beside_a_chart_is_no_missing_file() -> None:
    chart: Files = {"web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n"}
    look = Units().check(view({**chart, "web/kustomization.yaml": "resources:\n  - ./all.yaml\n"}, "web/kustomization.yaml"))
    assert look.problems == ()
    assert any("`./all.yaml` is not here" in note.why for note in look.coverage.not_checked)
    problem = only({**chart, "web/kustomization.yaml": "resources:\n  - other/all.yaml\n"}, "web/kustomization.yaml")
    assert problem.rule == "unit/missing-input"


@pytest.mark.parametrize("reference", ["../../outside", "/etc/passwd", "~/x"])
def test_a_reference_out_of_the_repository_is_an_error(reference: str) -> None:
    problem = only({"apps/kustomization.yaml": f"resources:\n  - {reference}\n"})
    assert "outside of the repository" in problem.message


def test_a_link_out_of_the_tree_is_an_error_where_it_is_listed() -> None:
    files: Files = {"a/kustomization.yaml": "resources:\n- x.yaml\n", "a/x.yaml": Symlink("/etc/passwd")}
    problem = only(files, "a/kustomization.yaml")
    assert problem.location.line == 2
    assert "`a/x.yaml` is a symbolic link that leaves the repository" in problem.message


def test_a_link_that_the_change_brings_is_told_once_by_the_validator_of_files() -> None:
    files: Files = {"a/kustomization.yaml": "resources:\n- x.yaml\n", "a/x.yaml": Symlink("/etc/passwd")}
    assert Units().check(view(files)).problems == ()


def test_links_inside_of_the_repository_are_followed() -> None:
    files: Files = {
        "a/kustomization.yaml": "resources: [x.yaml, shared]\n",
        "a/x.yaml": Symlink("../real/deployment.yaml"),
        "a/shared": Symlink("../real"),
        "real/deployment.yaml": DEPLOYMENT,
        "real/kustomization.yaml": "resources: [deployment.yaml]\n",
    }
    assert Units().check(view(files)).problems == ()
    assert Kustomizations(tree(files)).inputs("a") == {
        "a/x.yaml",
        "a/kustomization.yaml",
        "real/deployment.yaml",
        "real/kustomization.yaml",
    }


def test_two_kustomizations_in_one_folder_are_an_error_on_the_second() -> None:
    problem = only({"a/kustomization.yaml": "resources: []\n", "a/Kustomization": "resources: []\n"}, "a/kustomization.yaml")
    assert (problem.rule, problem.location.path) == ("unit/several-kustomizations", "a/Kustomization")


def test_a_folder_without_a_kustomization_is_no_base() -> None:
    problem = only({"a/kustomization.yaml": "resources: [b]\n", "a/b/x.yaml": DEPLOYMENT}, "a/kustomization.yaml")
    assert "has no kustomization.yaml" in problem.message


def test_deleting_a_listed_file_is_new_on_the_untouched_line_that_lists_it() -> None:
    after = {path: text for path, text in BASE.items() if path != "apps/web/base/deployment.yaml"}
    assert told(BASE, after) == [("unit/missing-input", FindingStatus.NEW, "apps/web/base/kustomization.yaml", 2)]


def test_deleting_a_base_is_new_on_each_overlay_that_includes_it() -> None:
    after = {path: text for path, text in BASE.items() if not path.startswith("apps/web/base/")}
    places = [(path, line) for _, status, path, line in told(BASE, after) if status is FindingStatus.NEW]
    assert places == [("apps/web/overlays/dev/kustomization.yaml", 2), ("apps/web/overlays/prod/kustomization.yaml", 1)]


def test_a_reference_that_was_broken_before_is_existing_and_mended_is_fixed() -> None:
    broken = {"a/kustomization.yaml": "resources:\n- x.yaml\n"}
    (finding,) = findings(Units(), broken, {"a/kustomization.yaml": "namespace: a\nresources:\n- x.yaml\n"})
    assert finding.status is FindingStatus.EXISTING
    fixed: tuple[Finding, ...] = findings(Units(), broken, {**broken, "a/x.yaml": DEPLOYMENT})
    assert [each.status for each in fixed] == [FindingStatus.FIXED]


def test_a_broken_reference_elsewhere_is_not_this_changes_business() -> None:
    before = {"a/kustomization.yaml": "resources: [gone.yaml]\n", "b/x.yaml": DEPLOYMENT}
    assert findings(Units(), before, {**before, "b/x.yaml": DEPLOYMENT + "spec: {}\n"}) == ()


@pytest.mark.parametrize(
    ("first", "second"), [("resources: [../b]", "resources: [../a]"), ("components: [../b]", "resources: [../c]")]
)
def test_kustomizations_that_include_each_other_are_one_error(first: str, second: str) -> None:
    files: Files = {
        "a/kustomization.yaml": f"{first}\n",
        "b/kustomization.yaml": f"{second}\n",
        "c/kustomization.yaml": "resources: [../a]\n",
    }
    problem = only(files)
    assert (problem.rule, problem.severity) == ("unit/cycle", Severity.ERROR)
    assert "`a` and `b` include" in problem.message or "`a`, `b` and `c` include" in problem.message


@pytest.mark.parametrize("last", ["../k0", "../end"])
def test_very_long_chains_and_circles_are_done_in_time(last: str) -> None:
    length = 1000
    files: Files = {
        f"k{number}/kustomization.yaml": f"resources: [{last if number == length - 1 else f'../k{number + 1}'}]\n"
        for number in range(length)
    }
    assert [
        problem.rule for problem in Units().check(view({**files, "end/kustomization.yaml": "resources: []\n"})).problems
    ] == (["unit/cycle"] if last == "../k0" else [])


@pytest.mark.parametrize("reference", [".", "..", "../../a"])
def test_a_kustomization_that_includes_itself_or_a_folder_around_it_is_an_error(reference: str) -> None:
    files: Files = {"a/kustomization.yaml": "resources: []\n", "a/b/kustomization.yaml": f"resources: ['{reference}']\n"}
    assert only(files).rule == "unit/cycle"


def test_every_overlay_of_a_touched_base_is_told_as_not_rendered() -> None:
    notes = left_out(Units(), BASE, "apps/web/base/deployment.yaml")
    assert [note.what for note in notes] == ["apps/web/overlays/dev", "apps/web/overlays/prod"]
    assert all(note.why.startswith("not rendered: ") for note in notes)


def test_only_the_overlay_of_a_touched_patch_is_told() -> None:
    assert [note.what for note in left_out(Units(), BASE, "apps/web/overlays/prod/patch.yaml")] == ["apps/web/overlays/prod"]


def test_more_touched_files_than_are_searched_for_by_name_come_to_the_same() -> None:
    many = {
        f"apps/a{index}/base/{name}": text
        for index in range(12)
        for name, text in (("kustomization.yaml", "resources: [d.yaml]\n"), ("d.yaml", DEPLOYMENT))
    }
    overlays = {f"apps/a{index}/prod/kustomization.yaml": "resources: [../base]\n" for index in range(12)}
    notes = left_out(Units(), {**many, **overlays}, *many)
    assert [note.what for note in notes] == sorted(path.rpartition("/")[0] for path in overlays)


@pytest.mark.parametrize(
    "reference",
    [
        "https://git.example.com/platform/metrics//deploy?ref=v1",
        "github.com/org/repo//base?ref=v1",
        "git@github.com:org/repo.git",
        "ssh://git@host/org/repo",
        "git::https://host/repo",
        "file:///srv/repo",
        "oci://registry/x",
        "https://user:token@host.example.com/file.yaml",
    ],
)
def test_a_remote_base_is_not_checked_and_no_finding(reference: str) -> None:
    files: Files = {"apps/metrics/kustomization.yaml": f"resources:\n  - {reference}\n"}
    look = Units().check(view(files))
    assert look.problems == ()
    assert any("remote" in note.why for note in look.coverage.not_checked)
    assert "token" not in str(look.coverage)


@pytest.mark.parametrize("reference", ["base", "../base", "./a.yaml", "deployment.yaml", "a.b/c.yaml"])
def test_a_path_is_no_remote_base(reference: str) -> None:
    assert only({"apps/x/kustomization.yaml": f"resources: [{reference}]\n"}).rule == "unit/missing-input"


def test_charts_and_plugins_of_a_kustomization_are_not_checked() -> None:
    files: Files = {
        "a/kustomization.yaml": "helmCharts: [{name: redis, repo: 'https://charts.example.com'}]\ngenerators: [g.yaml]\n",
        "a/g.yaml": "apiVersion: viaduct.ai/v1\nkind: ksops\n",
    }
    whys = " ".join(note.why for note in left_out(Units(), files))
    assert "redis of https://charts.example.com" in whys
    assert "`g.yaml` starts a plugin" in whys


def test_a_transformer_of_kustomizes_own_is_no_plugin() -> None:
    files: Files = {
        "a/kustomization.yaml": "transformers: [labels.yaml]\n",
        "a/labels.yaml": "apiVersion: builtin\nkind: LabelTransformer\n",
    }
    assert "plugin" not in str(left_out(Units(), files))


def test_a_file_that_no_kustomization_beside_it_lists_is_told() -> None:
    after = {**BASE, "apps/web/overlays/prod/networkpolicy.yaml": DEPLOYMENT}
    (finding,) = findings(Units(), BASE, after)
    assert (finding.rule, finding.severity, finding.status) == ("unit/not-listed", Severity.INFO, FindingStatus.NEW)


def test_a_file_that_another_kustomization_lists_is_not() -> None:
    after = {
        **BASE,
        "apps/web/overlays/prod/x.yaml": DEPLOYMENT,
        "other/kustomization.yaml": "resources: [../apps/web/overlays/prod/x.yaml]\n",
    }
    assert findings(Units(), BASE, after) == ()


def test_a_kustomization_that_can_not_be_read_is_told() -> None:
    assert "not rendered" in str(left_out(Units(), {"a/kustomization.yaml": "resources: [\n"}))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_kustomization_or_said_to_be_none(data: bytes) -> None:
    parsed = kustomization.parse(data)
    assert parsed.unreadable or parsed.references or parsed.charts or not parsed.references


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=15))
def test_whatever_includes_whatever_discovery_ends_and_tells_cycles_only_where_there_are_some(
    edges: list[tuple[int, int]],
) -> None:
    files: Files = {
        f"k{folder}/kustomization.yaml": "resources: ["
        + ", ".join(f"../k{to}" for source, to in edges if source == folder)
        + "]\n"
        for folder in range(6)
    }
    look = Units().check(view(files))
    reachable = {(source, to) for source, to in edges}
    for _ in range(6):
        reachable |= {(a, d) for a, b in reachable for c, d in reachable if b == c}
    assert bool(look.problems) == any(source == to for source, to in reachable)
    assert {problem.rule for problem in look.problems} <= {"unit/cycle"}
