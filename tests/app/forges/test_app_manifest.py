"""The App that Fairlead is: one table, from which the manifest comes and which the code agrees with."""

import pytest

from app.forges.github.app_manifest import (
    EVENTS,
    NOT_ASKED_FOR,
    PERMISSIONS,
    Wanted,
    allows,
    api_url_of,
    lacking,
    manifest,
    permissions,
    registration_page,
    settings_page,
    unheard,
)
from app.forges.github.events import READERS
from app.forges.github.tokens import Purpose

FULL = permissions()


def test_it_asks_for_what_tokens_and_events_need_and_for_nothing_else() -> None:
    of_tokens: dict[str, str] = {}
    for purpose in Purpose:
        for name, level in purpose.permissions.items():
            of_tokens[name] = max(of_tokens.get(name, "none"), level, key=("none", "read", "write").index)
    of_events = {event.needs: "read" for event in EVENTS if event.needs not in of_tokens}
    assert {**of_events, **of_tokens} == FULL


def test_it_hears_what_is_read_and_nothing_else() -> None:
    assert {event.name for event in EVENTS} | NOT_ASKED_FOR == set(READERS) | NOT_ASKED_FOR


def test_every_event_has_the_permission_that_github_asks_for() -> None:
    assert [event.name for event in EVENTS if not allows(FULL, event.needs, "read")] == []
    assert [event.name for event in EVENTS if event.name in NOT_ASKED_FOR] == []


def test_every_line_of_the_table_says_why() -> None:
    assert [each.name for each in PERMISSIONS if not each.why or not each.label] == []
    assert [each.name for each in EVENTS if not each.why or not each.label] == []


def test_the_manifest_says_all_of_it() -> None:
    made = manifest(Wanted("Fairlead acme", "acme", "read", "https://fairlead.example", "http://127.0.0.1:1/setup/done"))
    assert made["hook_attributes"] == {"url": "https://fairlead.example/webhooks/github", "active": True}
    assert made["public"] is False
    assert made["default_permissions"] == {**FULL, "contents": "read"}
    assert made["redirect_url"] == "http://127.0.0.1:1/setup/done"


def test_what_is_lacking_is_named_and_what_can_be_done_without_is_not() -> None:
    assert lacking(permissions("read")) == ()
    assert [each.name for each in lacking({**FULL, "statuses": "read"})] == ["statuses"]
    assert [each.name for each in lacking({})] == [each.name for each in PERMISSIONS if each.least != "none"]


def test_events_that_come_with_a_permission_are_heard_without_subscribing() -> None:
    subscribed = frozenset(event.name for event in EVENTS if not event.automatic)
    assert unheard(subscribed, FULL) == ()
    assert {event.name for event in unheard(subscribed, {**FULL, "checks": "read"})} == {"check_run", "check_suite"}
    assert [event.name for event in unheard(subscribed - {"push"}, FULL)] == ["push"]


@pytest.mark.parametrize(
    ("web", "api"),
    [
        ("https://github.com", "https://api.github.com"),
        ("https://acme.ghe.com", "https://api.acme.ghe.com"),
        ("https://github.example.com", "https://github.example.com/api/v3"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000/api/v3"),
    ],
)
def test_each_github_has_its_api(web: str, api: str) -> None:
    assert api_url_of(web) == api


def test_pages_are_those_of_the_owner() -> None:
    assert registration_page("https://github.com", "") == "https://github.com/settings/apps/new"
    assert registration_page("https://github.com", "a/b") == "https://github.com/organizations/a%2Fb/settings/apps/new"
    assert settings_page("https://github.com", "acme", "f") == "https://github.com/organizations/acme/settings/apps/f"
