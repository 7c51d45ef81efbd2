"""The manifests for Kubernetes build, pass Fairlead's own checks and the real kubeconform, and keep to `restricted`."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from repositories import new_repository

from app.settings import Settings
from app.settings_reference import variable
from validators.programs import TOOLS_FOLDER

ROOT = Path(__file__).parents[2]
BASE = ROOT / "deploy/kubernetes"
KUSTOMIZE = shutil.which("kustomize", path=str(TOOLS_FOLDER)) or shutil.which("kustomize")
Yaml = Any  # as it stands in the file


@pytest.fixture(scope="module")
def built() -> str:
    """What kustomize makes of the base."""
    if KUSTOMIZE is None:
        pytest.skip("make tools")
    return subprocess.run([KUSTOMIZE, "build", BASE], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def pods(built: str) -> dict[str, Yaml]:
    """The pods of the Deployments, by component."""
    deployments = [one for one in yaml.safe_load_all(built) if one["kind"] == "Deployment"]
    return {one["metadata"]["labels"]["app.kubernetes.io/component"]: one["spec"]["template"]["spec"] for one in deployments}


def judged(folder: Path, files: dict[str, bytes]) -> Yaml:
    """What `fairlead check --all` says of a repository with these files, as JSON."""
    repository = new_repository(folder)
    repository.commit(files, branch="main")
    repository.git("reset", "-q", "--hard", "main")
    program = "from app.cli.main import run; run()"
    words = [sys.executable, "-c", program, "check", "--repo", str(repository.path), "--all", "--format", "json"]
    return json.loads(subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT).stdout)


def validator(report: Yaml, name: str) -> Yaml:
    return next(one for one in report["validators"] if one["name"] == name)


def test_the_manifests_pass_fairlead(tmp_path: Path) -> None:
    files = {f"deploy/kubernetes/{path.name}": path.read_bytes() for path in BASE.iterdir()}
    report = judged(tmp_path / "repository", files)
    assert report["findings"] == []
    assert report["verdict"]["state"] == "success"
    assert validator(report, "schema")["coverage"]["resources"] >= 9


def test_what_kustomize_builds_passes_the_real_kubeconform(tmp_path: Path, built: str) -> None:
    settings = b"version: 1\nschema:\n  engine: both\n"
    report = judged(tmp_path / "repository", {".fairlead.yaml": settings, "built.yaml": built.encode()})
    assert report["findings"] == []
    schema = validator(report, "schema")
    assert (schema["outcome"], schema["coverage"]["not_checked"]) == ("completed", [])
    assert schema["coverage"]["resources"] == len(list(yaml.safe_load_all(built)))


def test_pods_keep_to_the_standard_restricted(pods: dict[str, Yaml]) -> None:
    """https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted"""
    assert set(pods) == {"web", "worker"}
    for pod in pods.values():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == 10001
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert {next(key for key in volume if key != "name") for volume in pod["volumes"]} <= {"emptyDir", "secret"}
        [container] = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert all(probe in container for probe in ("startupProbe", "readinessProbe", "livenessProbe"))
        assert "memory" in container["resources"]["limits"]


def test_pods_are_told_settings_that_exist_and_files_that_the_guide_makes(built: str, pods: dict[str, Yaml]) -> None:
    [told] = [one["data"] for one in yaml.safe_load_all(built) if one["kind"] == "ConfigMap"]
    assert set(told) - {variable(name) for name in Settings.model_fields} == set()
    guide = (ROOT / "docs/how-to/run-on-kubernetes.md").read_text("utf-8")
    for pod in pods.values():
        [where] = [mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"] if mount["name"] == "secrets"]
        for file in (value for value in told.values() if value.startswith("/")):
            assert file.startswith(f"{where}/")
            assert f"{Path(file).name}=" in guide


def test_the_policies_speak_of_all_pods_and_of_no_others(built: str) -> None:
    policies = [one for one in yaml.safe_load_all(built) if one["kind"] == "NetworkPolicy"]
    assert {kind for one in policies for kind in one["spec"]["policyTypes"]} == {"Ingress", "Egress"}
    assert all(one["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/name"] == "fairlead" for one in policies)


def test_pods_are_given_longer_to_stop_than_fairlead_takes(pods: dict[str, Yaml]) -> None:
    for pod in pods.values():
        assert pod["terminationGracePeriodSeconds"] >= Settings.model_fields["shutdown_seconds"].default + 20


def test_a_worker_may_have_the_memory_that_it_needs(pods: dict[str, Yaml]) -> None:
    fields = Settings.model_fields
    needed = fields["engine_memory"].default * fields["engine_processes"].default + 1024
    limit = pods["worker"]["containers"][0]["resources"]["limits"]["memory"]
    assert int(limit.removesuffix("Gi")) * 1024 >= needed
