"""Hostile kustomizations and charts: nothing runs, nothing connects, nothing outside is read, and the answer says so."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from memory_changes import Files, changed, tree

from validators.dry_run import Effects, effects
from validators.rendering import targets
from validators.rendering.model import Rendering
from validators.rendering.rendered import render
from validators.trees.memory import Symlink
from validators.units.discovery import Discovery

CHART = "apiVersion: v2\nname: web\nversion: 0.1.0\n"
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: {{ %s | toJson }}}\n"
MOST_SECONDS = 30


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file of this machine that no rendering may show."""
    path = tmp_path / "canary"
    path.write_text("a: CANARY\n")
    return path


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port of this machine, and who connected to it."""
    seen: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        done = threading.Event()

        def accept() -> None:
            while not done.is_set():
                try:
                    seen.append(server.accept())
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1], seen
        done.set()
        thread.join()


def rendered(files: Files) -> tuple[Rendering, ...]:
    found = Discovery(tree(files), None, tuple(files))
    return render(found, targets.plans(found, "1.31"))


def shown(renderings: tuple[Rendering, ...]) -> str:
    return str([(one.failures, one.why, [each.resource.value for each in one.resources]) for one in renderings])


def known(files: Files) -> Effects:
    began = time.monotonic()
    found = effects(changed({}, files))
    assert time.monotonic() - began < MOST_SECONDS
    return found


def test_a_values_file_by_a_link_out_of_the_repository_is_not_read(canary: Path) -> None:
    files: Files = {"c/Chart.yaml": CHART, "c/values.yaml": Symlink(str(canary)), "c/templates/a.yaml": CONFIG % ".Values"}
    assert "CANARY" not in shown(rendered(files))


@pytest.mark.parametrize("link", ["../../../../../../../../etc", "/etc", "/proc/self"])
def test_a_base_by_a_link_out_of_the_repository_is_not_built(link: str) -> None:
    files: Files = {"base": Symlink(link), "prod/kustomization.yaml": "resources: [../base]\n"}
    assert all(each.resources == () for each in rendered(files))


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../../../../../../etc/passwd"])
def test_files_of_this_machine_do_not_get_into_a_chart(path: str) -> None:
    files = {"c/Chart.yaml": CHART, "c/templates/a.yaml": CONFIG % f'(.Files.Get "{path}")'}
    assert "root:" not in shown(rendered(files))


def test_plugins_of_kustomize_are_never_started(tmp_path: Path) -> None:
    function = (
        "apiVersion: example.com/v1\nkind: Evil\nmetadata:\n  name: a\n  annotations:\n"
        "    config.kubernetes.io/function: 'exec: {path: ./evil.sh}'\n"
    )
    script = f"#!/bin/sh\ntouch {tmp_path / 'ran'}\n"
    for field in ("generators", "transformers", "validators"):
        files = {"k/kustomization.yaml": f"{field}: [f.yaml]\n", "k/f.yaml": function, "k/evil.sh": script}
        (one,) = rendered(files)
        assert "plugins are never run" in one.unknown
    assert not (tmp_path / "ran").exists()


def test_nothing_connects_to_anywhere(listener: tuple[int, list[object]]) -> None:
    port, seen = listener
    url = f"http://127.0.0.1:{port}"
    files = {
        "a/kustomization.yaml": f"resources: ['{url}/base.yaml']\n",
        "b/kustomization.yaml": f"resources: ['git::{url}/x.git']\nopenapi: {{path: '{url}/o.json'}}\n",
        "c/kustomization.yaml": f"helmCharts: [{{name: x, repo: '{url}', version: 1.0.0}}]\nhelmGlobals: {{chartHome: x}}\n",
        "d/Chart.yaml": f"{CHART}dependencies: [{{name: x, version: 1.0.0, repository: '{url}'}}]\n",
        "e/Chart.yaml": CHART,
        "e/values.schema.json": f'{{"$ref": "{url}/schema.json"}}',
        "f/Chart.yaml": CHART,
        "f/templates/a.yaml": CONFIG % f'(getHostByName "{port}.example.com")',
        "g/Chart.yaml": f"{CHART}dependencies: [{{name: x, version: 1.0.0, repository: 'file://../../../..'}}]\n",
    }
    renderings = rendered(files)
    assert seen == []
    assert {each.plan.unit.name for each in renderings if each.unknown} >= {"a", "b", "c", "d", "e", "g"}


def test_a_chart_can_not_ask_a_cluster(monkeypatch: pytest.MonkeyPatch, canary: Path) -> None:
    monkeypatch.setenv("KUBECONFIG", str(canary))
    files = {"c/Chart.yaml": CHART, "c/templates/a.yaml": CONFIG % '(lookup "v1" "Secret" "" "")'}
    (one,) = rendered(files)
    assert [dict(each.resource.value)["data"] for each in one.resources] == [{"a": {}}]


def test_plugins_of_helm_in_the_repository_are_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = f"name: evil\nversion: 1.0.0\ncommand: touch {tmp_path / 'ran'}\nhooks: {{install: touch {tmp_path / 'ran'}}}\n"
    monkeypatch.setenv("HELM_PLUGINS", str(tmp_path))
    files = {
        "c/Chart.yaml": CHART,
        "c/plugins/evil/plugin.yaml": plugin,
        "c/.env": "HELM_PLUGINS=plugins\n",
        "c/templates/a.yaml": CONFIG % '"x"',
    }
    assert [len(each.resources) for each in rendered(files)] == [1]
    assert not (tmp_path / "ran").exists()


def test_templates_that_call_themselves_end_and_never_pass() -> None:
    text = '{{- define "x" }}{{ tpl "{{ include \\"x\\" . }}" . }}{{ end }}\na: {{ include "x" . }}\n'
    found = known({"c/Chart.yaml": CHART, "c/templates/a.yaml": text})
    assert found.broken.startswith("helm could not render c: ") or [each.location.line for each in found.problems] == [1]


def test_kustomizations_that_include_each_other_end() -> None:
    found = known({"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"})
    assert found.changes == ()


def test_a_schema_that_reads_a_device_of_this_machine_ends() -> None:
    files = {
        "c/Chart.yaml": CHART,
        "c/values.schema.json": '{"$ref": "file:///dev/zero"}',
        "c/templates/a.yaml": CONFIG % '"x"',
    }
    found = known(files)
    assert found.broken or found.problems


def test_many_patches_with_expensive_targets_end() -> None:
    patch = "  - {target: {kind: ConfigMap, name: '(a+)+$'}, patch: '[{op: add, path: /data/b, value: c}]'}\n"
    base = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n" % ("a" * 60 + "b")
    files = {"base/kustomization.yaml": "resources: [c.yaml]\n", "base/c.yaml": base}
    files |= {f"o{index}/kustomization.yaml": f"resources: [../base]\npatches:\n{patch * 100}" for index in range(20)}
    known(files)


def test_output_without_end_breaks_the_check_and_never_passes() -> None:
    text = (
        '{{- range until 2000 }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a{{ . }}}\ndata: {a: "%s"}\n{{- end }}\n'
        % ("x" * 10000)
    )
    found = known({"c/Chart.yaml": CHART, "c/templates/a.yaml": text})
    assert "printed more than" in found.broken
    assert [note.what for note in found.coverage.not_checked] == ["c"]
