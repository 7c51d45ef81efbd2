"""Every webhook payload that GitHub publishes as an example, and what forks, deleted accounts and nulls make of them."""

import copy
import json
from collections.abc import Callable, Iterator

import pytest
from forge_stage import contract, deliveries
from syrupy.assertion import SnapshotAssertion

from app.forges.base import AccessChanged, ChangeTouched, CommentWritten, Event, HeadTouched, Ignored, Malformed
from app.forges.github.webhooks import GitHubReader

Json = dict[str, object]
APP = 29310
"""The app of most of GitHub's examples."""
READER = GitHubReader("github", APP, (deliveries.SECRET,))
TAKEN = frozenset(contract.events_described())
ON_PULL_REQUESTS = ("pull_request", "pull_request_review", "pull_request_review_comment", "pull_request_review_thread")


def read(event: str, payload: Json) -> Event:
    body = json.dumps(payload).encode()
    return READER.read(deliveries.headers(event, body), body).event


def named(event: str, payload: Json) -> str:
    action = payload.get("action")
    return f"{event}.{action}" if action else event


def decisions(cases: list[tuple[str, Json]]) -> str:
    """What becomes of each case, one line each, the same ones once."""
    return "\n".join(dict.fromkeys(f"{named(event, payload)}: {read(event, payload)!r}" for event, payload in cases))


def changed(payload: Json, way: str, value: object) -> Json:
    """The payload with another value at "a.b.c"; as it is where there is no such place."""
    made = copy.deepcopy(payload)
    *parts, last = way.split(".")
    target: object = made
    for part in parts:
        target = target.get(part) if isinstance(target, dict) else None
    if isinstance(target, dict) and last in target:
        target[last] = value
    return made


EXAMPLES = [(event, changed(payload, f"{event}.app.id", APP)) for event, payload in contract.examples()]
"""All of them, as if every check were of our app."""


def test_every_published_example_is_read_and_taken_for_what_it_is(snapshot: SnapshotAssertion) -> None:
    assert decisions(EXAMPLES) == snapshot


def test_events_that_mean_nothing_here_are_ignored() -> None:
    for event, payload in EXAMPLES:
        if event not in TAKEN:
            assert isinstance(read(event, payload), Ignored), event


# ------------------------------------------------------------------ derived: forks and nulls

FORK = {"id": 99, "name": "Hello-World", "full_name": "Contributor/Hello-World", "fork": True, "private": False}


@pytest.mark.parametrize(
    ("way", "value"),
    [
        ("pull_request.head.repo", FORK),
        ("pull_request.head.repo", None),
        ("pull_request.head.user", None),
        ("pull_request.user", None),
        ("pull_request.body", None),
        ("pull_request.head.label", None),
        ("organization", None),
        ("installation", None),
    ],
    ids=lambda value: "fork" if isinstance(value, dict) else None,
)
def test_check_12_forks_and_what_is_deleted_change_nothing_about_a_pull_request(way: str, value: object) -> None:
    happened = 0
    for event, payload in EXAMPLES:
        if event in ON_PULL_REQUESTS:
            assert read(event, changed(payload, way, value)) == read(event, payload), named(event, payload)
            happened += changed(payload, way, value) != payload
    assert happened or way == "organization", "no example has such a place"


def test_check_9_a_check_of_a_fork_names_no_pull_request_and_no_branch() -> None:
    cases = [(event, payload) for event, payload in EXAMPLES if event in ("check_run", "check_suite")]
    for event, payload in cases:
        fork = changed(changed(payload, f"{event}.pull_requests", []), f"{event}.head_branch", None)
        fork = changed(changed(fork, "check_run.check_suite.head_branch", None), "check_run.check_suite.pull_requests", [])
        assert read(event, fork) == read(event, payload), named(event, payload)
    asked = [read(event, payload) for event, payload in cases if payload["action"] in ("rerequested", "requested_action")]
    assert len(asked) == 5
    assert all(isinstance(one, HeadTouched) and one.again for one in asked)


def test_check_10_the_same_of_another_app_is_none_of_ours() -> None:
    for event, payload in EXAMPLES:
        if event in ("check_run", "check_suite"):
            for app in ({"id": APP + 1}, None):
                assert isinstance(read(event, changed(payload, f"{event}.app", app)), Ignored)


def test_check_7_the_same_by_a_bot_is_not_answered() -> None:
    for event, payload in EXAMPLES:
        by_bot = changed(changed(payload, "sender.type", "Bot"), "comment.user.type", "Bot")
        if event in ("issue_comment", "pull_request_review", "pull_request_review_comment"):
            assert isinstance(read(event, by_bot), Ignored), named(event, payload)


def test_a_comment_on_a_pull_request_is_heard_and_that_of_a_deleted_account_is_no_command() -> None:
    created = [payload for event, payload in EXAMPLES if named(event, payload) == "issue_comment.created"]
    for payload in created:
        issue = payload["issue"]
        assert isinstance(issue, dict)
        on_pull_request = {**payload, "issue": {**issue, "pull_request": {"url": "https://api.github.com/repos/a/b/pulls/1"}}}
        assert isinstance(read("issue_comment", on_pull_request), CommentWritten)
        assert isinstance(read("issue_comment", changed(on_pull_request, "comment.user", None)), Ignored)


def test_check_13_every_change_of_an_installation_makes_us_look_at_what_there_is() -> None:
    events = [read(event, payload) for event, payload in EXAMPLES if event in ("installation", "installation_repositories")]
    assert len(events) == 10
    assert all(isinstance(one, AccessChanged) for one in events)


def test_check_6_an_action_of_tomorrow_is_ignored_and_not_malformed() -> None:
    for event, payload in EXAMPLES:
        if event in TAKEN and event not in ("ping", "push", "status", "installation", "installation_repositories"):
            assert isinstance(read(event, {**payload, "action": "exploded"}), Ignored), event


# ------------------------------------------------------------------ any value null


def places(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*at, key)
        yield from places(one, (*at, key))


def without(payload: Json, way: tuple[str | int, ...]) -> Json:
    """The payload with null there."""
    made = copy.deepcopy(payload)
    target: object = made
    for part in way[:-1]:
        target = target[part] if isinstance(target, dict | list) else None  # type: ignore[index]  # as JSON has it
    target[way[-1]] = None  # type: ignore[index]
    return made


def one_of_each() -> list[tuple[str, Json]]:
    """One example of every event and action that is described."""
    return [*{named(*one): one for one in EXAMPLES if one[0] in TAKEN}.values()]


def outcome(work: Callable[[], Event]) -> Event | None:
    try:
        return work()
    except Malformed:
        return None


@pytest.mark.slow
def test_a_value_that_may_be_null_by_the_schema_never_makes_a_payload_malformed() -> None:
    read_ones = nulls = 0
    for event, payload in one_of_each():
        faults = set(contract.webhook_faults(event, payload))
        for way in places(payload):
            null = without(payload, way)
            found = outcome(lambda: READER.event(event, null))  # noqa: B023 - called at once
            read_ones += 1
            if found is None:
                assert set(contract.webhook_faults(event, null)) - faults, f"{named(event, payload)}: {way} may be null"
            else:
                nulls += 1
    assert read_ones > 10_000
    assert nulls > 10_000


def test_a_null_anywhere_in_an_opened_pull_request_is_read_or_malformed() -> None:
    [payload] = [payload for event, payload in one_of_each() if named(event, payload) == "pull_request.opened"]
    outcomes = [outcome(lambda: READER.event("pull_request", without(payload, way))) for way in places(payload)]  # noqa: B023
    assert sum(isinstance(one, ChangeTouched) for one in outcomes) > 400
