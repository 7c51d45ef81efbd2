"""What the doctor finds at GitHub: each thing that can be wrong with an App has a line that names it, and what to click."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path

import pytest
from answering import Answering, answering
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from demo_process import eventually
from forge_stage.held import held

from app.devforge import apps
from app.devforge.apps import AppKeys
from app.devforge.forge import Forge
from app.devforge.records import Delivery, Installation
from app.examined import Line, Standing
from app.forges.github.app_manifest import EVENTS, permissions
from app.forges.github.examination import examine
from app.forges.github.settings import GitHubSettings

HOOK = "http://127.0.0.1:9/webhooks/github"


class World:
    """A forge with an organization and a repository, and an App that is as it should be until something is done to it."""

    def __init__(self, forge: Forge, keys: AppKeys) -> None:
        self.forge, self.keys = forge, keys

    def settings(self, private_key: str = "", api_url: str = "") -> GitHubSettings:
        key, api = private_key or self.keys.private_key, api_url or f"{self.forge.base_url}/api/v3"
        return GitHubSettings(self.keys.id, key, ("s",), api, self.forge.base_url)

    def app(self, **changed: str) -> None:
        self.forge.database.update(apps.find(self.forge, "guard"), **changed)

    def look(self, settings: GitHubSettings | None = None, skew: float = 0.0) -> dict[str, Line]:
        """The lines by name; of several with one name the worst."""
        found: dict[str, Line] = {}
        for line in examine(settings or self.settings(), HOOK, lambda: time.time() + skew):
            if line.name not in found or line.standing is not Standing.OK:
                found[line.name] = line
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with held(tmp_path / "forge") as forge:
        forge.add_user("olga", "Olga Berg")
        forge.add_organisation("shop", "The Shop", ["olga"])
        forge.create_repository("shop/gitops")
        asked = apps.Manifest("guard", permissions(), [event.name for event in EVENTS], "", "s3cret")
        keys = apps.register(forge, "shop", asked)
        made = World(forge, keys)
        made.app(webhook_url=HOOK)
        yield made


def install(world: World) -> Installation:
    number = apps.install(world.forge, "guard", "shop", ["shop/gitops"])
    found = world.forge.database.one(Installation, id=number)
    assert found
    return found


def test_an_app_that_is_as_it_should_be(world: World) -> None:
    install(world)
    deliver(world, 202, "OK")
    found = world.look()
    assert {line.name: line.said for line in found.values() if line.standing is not Standing.OK} == {}
    assert found["App"].said == f"guard, id {world.keys.id}, of shop"
    assert found["installed on shop"].said == "1 repository: shop/gitops"
    assert found["webhook"].said == f"goes to {HOOK}, signed"


def test_a_permission_that_is_missing_is_named_with_the_page_to_click_on(world: World) -> None:
    install(world)
    world.app(permissions='{"metadata": "read", "contents": "read", "checks": "read", "administration": "write"}')
    found = world.look()
    page = f"{world.forge.base_url}/organizations/shop/settings/apps/guard/permissions"
    assert (found["permission statuses"].standing, found["permission statuses"].url) == (Standing.MISSING, page)
    assert "none, needs write" in found["permission statuses"].said
    assert "read, needs write" in found["permission checks"].said
    assert "stay open" in found["permission contents"].said
    assert found["permission contents"].standing is Standing.NOTE
    assert "administration: write" in found["permissions"].said


def test_permissions_that_nobody_has_accepted_yet_are_told(world: World) -> None:
    before = install(world)
    world.forge.database.update(before, permissions='{"metadata": "read", "contents": "write", "pull_requests": "write"}')
    found = world.look()
    line = found["installed on shop"]
    assert "has not accepted" in line.said
    assert "Checks: write" in line.said
    assert "Contents" not in line.said
    assert line.url == f"{world.forge.base_url}/settings/installations/{before.id}/permissions/update"


def test_an_event_that_is_not_subscribed_is_named(world: World) -> None:
    install(world)
    world.app(events='["pull_request", "push", "issue_comment", "pull_request_review", "pull_request_review_comment"]')
    found = world.look()
    assert "event check_run" not in found, "it comes with checks: write"
    assert found["event merge_group"].standing is Standing.NOTE
    world.app(events='["push"]')
    found = world.look()
    assert found["event issue_comment"].standing is Standing.MISSING
    assert "tick Issue comment" in found["event issue_comment"].todo


def test_an_app_that_is_installed_nowhere_has_a_link_to_install_it(world: World) -> None:
    line = world.look()["installations"]
    assert (line.standing, line.url) == (Standing.MISSING, f"{world.forge.base_url}/apps/guard/installations/new")


def test_a_suspended_installation_is_told(world: World) -> None:
    world.forge.database.update(install(world), suspended_at="2026-01-02T03:04:05Z")
    found = world.look()
    assert "suspended since 2026-01-02" in found["installed on shop"].said
    assert found["installations"].standing is Standing.MISSING


def test_an_installation_without_repositories_is_told(world: World) -> None:
    apps.install(world.forge, "guard", "shop", [])
    assert "no repository is selected" in world.look()["installed on shop"].said


def test_a_webhook_that_goes_elsewhere_is_told(world: World) -> None:
    world.app(webhook_url="https://old.example/webhooks/github")
    assert world.look()["webhook"].said == "goes to https://old.example/webhooks/github"
    world.app(webhook_url="")
    assert "tick Active" in world.look()["webhook"].todo


@pytest.mark.parametrize(
    ("code", "status", "todo"),
    [
        (401, "Invalid HTTP Response: 401", "the secret that Fairlead has is not that of the App"),
        (404, "Invalid HTTP Response: 404", "reverse proxy"),
        (503, "Invalid HTTP Response: 503", "was Fairlead running then"),
        (302, "Invalid HTTP Response: 302", "asks for a login"),
        (0, "failed to connect", "GitHub can't reach"),
    ],
)
def test_a_delivery_that_did_not_arrive_says_why(world: World, code: int, status: str, todo: str) -> None:
    install(world)
    deliver(world, 202, "OK")
    deliver(world, code, status)
    line = world.look()["deliveries"]
    assert line.standing is Standing.MISSING
    assert status in line.said
    assert todo in line.todo
    assert line.url.endswith("/settings/apps/guard/advanced")
    deliver(world, 202, "OK")
    assert world.look()["deliveries"].standing is Standing.NOTE


def test_deliveries_that_arrive_are_well(world: World) -> None:
    assert "none yet" in world.look()["deliveries"].said
    install(world)
    deliver(world, 202, "OK")
    assert world.look()["deliveries"] == Line("deliveries", Standing.OK, "the last 1 arrived")


def deliver(world: World, code: int, status: str) -> None:
    """The delivery that told of the installation, once more, with this end; the first time nobody listened."""
    known = world.forge.database.all(Delivery, event="installation")
    eventually(lambda: world.forge.database.all(Delivery, status="pending") == [], "all is sent")
    first = world.forge.database.all(Delivery, event="installation")[-1]
    if len(known) == 1 and not first.redelivery:
        world.forge.database.delete(first)
    world.forge.database.insert(replace(first, id=0, redelivery=True, status=status, status_code=code))


def test_a_key_of_another_app_is_told_apart_from_an_unknown_app(world: World) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain).decode()
    line = world.look(world.settings(private_key=pem))["private key"]
    assert f"not a key of the App {world.keys.id}" in line.said
    unknown = replace(world.settings(), app_id=99999)
    assert "knows no App with the id 99999" in world.look(unknown)["App id"].said


def test_a_key_that_can_not_sign_is_told_and_not_shown(world: World) -> None:
    broken = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"
    found = world.look(world.settings(private_key=broken))
    assert "can't sign" in found["private key"].said
    assert "AAAA" not in str(found)


@pytest.mark.parametrize(
    ("skew", "standing", "words"),
    [
        (5, Standing.OK, "from GitHub's"),
        (45, Standing.NOTE, "ahead of"),
        (-45, Standing.NOTE, "behind"),
        (-900, Standing.MISSING, "behind"),
    ],
)
def test_a_clock_that_is_off_is_told_with_what_comes_of_it(world: World, skew: float, standing: Standing, words: str) -> None:
    line = world.look(skew=skew)["clock"]
    assert line.standing is standing
    assert words in line.said
    assert standing is Standing.OK or re.search(r"refuses us when we are 6\d s ahead or 4[78]\d s behind", line.todo)


@pytest.fixture
def github() -> Iterator[Answering]:
    """Something that answers as it is told."""
    with answering() as server:
        yield server


def test_a_github_that_can_not_be_reached_ends_it(world: World, github: Answering) -> None:
    github.stop()
    found = world.look(world.settings(api_url=github.url))
    assert list(found) == ["GitHub's API"]
    assert "can't be reached" in found["GitHub's API"].said
    assert "HTTPS_PROXY" in found["GitHub's API"].todo


def test_something_that_is_no_github_is_told(world: World, github: Answering) -> None:
    github.say(200, {"hello": "there"}, date=formatdate(usegmt=True))
    line = world.look(world.settings(api_url=github.url))["GitHub's API"]
    assert "does not answer as GitHub does" in line.said
    assert "/api/v3" in line.todo


@pytest.mark.parametrize(
    ("status", "message", "name"),
    [
        (401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued", "clock"),
        (401, "'Expiration time' claim ('exp') is too far in the future", "clock"),
        (401, "A JSON web token could not be decoded", "private key"),
        (404, "Integration not found", "App id"),
        (503, "Service unavailable", "App"),
    ],
)
def test_each_refusal_of_github_means_one_thing(world: World, github: Answering, status: int, message: str, name: str) -> None:
    github.say(status, {"message": message}, date=formatdate(usegmt=True))
    line = world.look(world.settings(api_url=github.url))[name]
    assert line.standing is Standing.MISSING
    assert message in line.said
    assert line.todo
