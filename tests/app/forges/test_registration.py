"""A code becomes keys: on a forge that makes Apps from manifests, and from a GitHub that answers in all the wrong ways."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from answering import Answering, answering
from forge_stage.held import held

from app.devforge import manifests
from app.devforge.forge import Forge
from app.forges.github.app_manifest import Wanted, manifest
from app.forges.github.registration import NotRegistered, register

WANTED = Wanted("Guard", "shop", "write", "http://127.0.0.1:9", "http://127.0.0.1:9/setup/done")
WHOLE = {
    "id": 7,
    "slug": "guard",
    "name": "Guard",
    "html_url": "https://elsewhere.example/apps/guard",
    "owner": {"login": "olga", "type": "User"},
    "pem": "the private key",
    "webhook_secret": "the webhook secret",
    "client_secret": "not needed",
}


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    """A forge with an organization."""
    with held(tmp_path / "forge") as running:
        running.add_user("olga", "Olga Berg")
        running.add_organisation("shop", "The Shop", ["olga"])
        yield running


@pytest.fixture
def github() -> Iterator[Answering]:
    """Something that answers as it is told."""
    with answering() as server:
        yield server


def test_the_code_becomes_the_keys_of_the_app(forge: Forge) -> None:
    silent = {**manifest(WANTED), "hook_attributes": None}  # the ping names events that GitHub's published payloads lag behind
    draft = manifests.draft(forge, "shop", json.dumps(silent), "state")
    _, code = manifests.confirm(forge, draft, forge.account("olga"), "Guard")
    app = register(f"{forge.base_url}/api/v3", forge.base_url, code)
    assert (app.slug, app.organization, app.install_page) == ("guard", "shop", f"{forge.base_url}/apps/guard/installations/new")
    assert app.private_key.startswith("-----BEGIN RSA PRIVATE KEY-----")
    assert app.private_key not in repr(app)
    assert app.webhook_secret not in repr(app)
    with pytest.raises(NotRegistered, match="one hour and one use") as used:
        register(f"{forge.base_url}/api/v3", forge.base_url, code)
    assert not used.value.again


def test_a_page_elsewhere_is_not_led_to(github: Answering) -> None:
    github.say(201, WHOLE)
    assert register(github.url, github.url, "abc").page == f"{github.url}/apps/guard"


@pytest.mark.parametrize("code", ["", "../app", "a b", "x" * 201])
def test_what_is_no_code_is_not_sent(github: Answering, code: str) -> None:
    with pytest.raises(NotRegistered, match="holds no code"):
        register(github.url, github.url, code)
    assert github.asked == []


@pytest.mark.parametrize(
    ("status", "body", "said", "again"),
    [
        (404, {"message": "Not Found"}, "one hour and one use", False),
        (403, {"message": "API rate limit exceeded"}, "asks to wait .*rate limit", True),
        (429, None, "asks to wait", True),
        (502, None, "failed with 502", True),
        (422, {"message": "Nope"}, "refuses with 422: Nope", False),
        (201, ["odd"], "is not that of a GitHub", False),
        (201, {**WHOLE, "webhook_secret": None}, "without a webhook secret", False),
    ],
)
def test_every_other_answer_is_told_with_what_to_do(
    github: Answering, status: int, body: object, said: str, again: bool
) -> None:
    github.say(status, body)
    with pytest.raises(NotRegistered, match=said) as told:
        register(github.url, github.url, "abc")
    assert told.value.again is again
    assert "abc" not in str(told.value)


def test_a_github_that_can_not_be_reached_is_told(github: Answering) -> None:
    github.stop()
    with pytest.raises(NotRegistered, match="can't be reached") as told:
        register(github.url, github.url, "abc")
    assert told.value.again
