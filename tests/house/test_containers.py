"""The files for Docker fit the program: settings that exist, images by plain names, a user without rights."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.cli.serve import Part
from app.cli.serving import STREAMS_SECONDS
from app.settings import OF_THE_APP, Settings
from app.settings_reference import variable

ROOT = Path(__file__).parents[2]
OURS = ("web", "worker")
VARIABLES = {variable(name) for name in Settings.model_fields}
REQUEST_SECONDS = 15
"""How long a request to the forge may still be waited for."""
IMAGE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?::[a-z0-9.-]+)?")
"""A name and a tag; no host of a registry before it."""

Yaml = Any  # as it stands in the file


@pytest.fixture(scope="module")
def compose() -> Yaml:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def keys() -> Yaml:
    """What those add who keep the App's keys themselves."""
    return yaml.safe_load((ROOT / "deploy/docker/keys.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """The instructions of the Dockerfile with their arguments, continuation lines joined."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = (line.split(None, 1) for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return [(name, rest) for name, rest in lines]


@pytest.mark.parametrize("file", ["docker-compose.yml", "deploy/docker/keys.yml"])
def test_compose_sets_only_settings_that_exist(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    services = yaml.safe_load(text)["services"]
    for name in OURS:
        assert set(services[name]["environment"]) - VARIABLES == set()
    assert set(re.findall(r"\$\{(\w+)", text)) - VARIABLES == set()


def test_the_image_sets_only_settings_that_exist(instructions: list[tuple[str, str]]) -> None:
    given = {name for key, rest in instructions if key == "ENV" for name in re.findall(r"(FAIRLEAD_\w+)=", rest)}
    assert given
    assert given - VARIABLES == set()


def test_secrets_are_files_that_are_declared_and_never_committed(compose: Yaml, keys: Yaml) -> None:
    for file in (compose, keys):
        for service in file["services"].values():
            named = {path for path in map(str, service["environment"].values()) if path.startswith("/run/secrets/")}
            assert named == {f"/run/secrets/{name}" for name in service["secrets"]}
            assert set(service["secrets"]) <= set(file["secrets"])
        assert all(secret["file"].startswith("secrets/") for secret in file["secrets"].values())
    assert "/secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_the_guide_makes_every_secret(compose: Yaml, keys: Yaml) -> None:
    guide = (ROOT / "docs/how-to/run-with-docker.md").read_text("utf-8")
    files = [secret["file"] for secret in (*compose["secrets"].values(), *keys["secrets"].values())]
    assert [file for file in files if f" {file}\n" not in guide] == []


def test_without_an_app_of_ones_own_the_set_up_begins(compose: Yaml) -> None:
    for name in OURS:
        assert {variable(one) for one in OF_THE_APP} & set(compose["services"][name]["environment"]) == set()


def test_images_are_named_without_a_registry(compose: Yaml, instructions: list[tuple[str, str]]) -> None:
    images = [service["image"] for service in compose["services"].values()]
    images += [rest.split()[0] for key, rest in instructions if key == "FROM"]
    assert [image for image in images if not IMAGE.fullmatch(image)] == []


def test_volumes_and_conditions_are_there(compose: Yaml) -> None:
    services = compose["services"]
    mounted = {volume.partition(":")[0] for service in services.values() for volume in service["volumes"]}
    assert mounted == set(compose["volumes"])
    assert all("healthcheck" in service for service in services.values())
    assert all(set(services[name]["depends_on"]) <= set(services) for name in OURS)
    assert {network for service in services.values() for network in service["networks"]} == set(compose["networks"])


def test_the_container_has_no_rights_that_it_does_not_need(compose: Yaml, instructions: list[tuple[str, str]]) -> None:
    last = len(instructions) - 1 - [key for key, _ in reversed(instructions)].index("FROM")
    users = [rest for key, rest in instructions[last:] if key == "USER"]
    assert users == ["10001:10001"]
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert compose["networks"]["database"] == {"internal": True}
    assert compose["services"]["postgres"]["networks"] == ["database"]


def test_the_command_line_knows_what_the_containers_are_told_to_do(compose: Yaml) -> None:
    roles = [compose["services"][name]["command"] for name in OURS]
    assert roles == [["serve", "--role", part.value] for part in (Part.WEB, Part.WORKER)]


def test_containers_are_given_longer_to_stop_than_fairlead_takes(compose: Yaml) -> None:
    longest = Settings.model_fields["shutdown_seconds"].default + STREAMS_SECONDS + REQUEST_SECONDS
    assert all(int(compose["services"][name]["stop_grace_period"].removesuffix("s")) > longest for name in OURS)


def test_what_the_image_copies_is_there_and_let_through(instructions: list[tuple[str, str]]) -> None:
    ignore = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignore
    allowed = {line[1:] for line in ignore if line.startswith("!")}
    for key, rest in instructions:
        if key == "COPY" and not rest.startswith("--from="):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source
                assert source in allowed, source
