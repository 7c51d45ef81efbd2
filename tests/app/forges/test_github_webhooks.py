"""What GitHub's webhooks are taken for, and that nothing but a signed, sound one is taken for anything."""

import copy
import hashlib
import hmac
import json

import pytest
from forge_stage import deliveries
from forge_stage.deliveries import APP_ID, BOT, SECRET, SHA, Json
from hypothesis import given, settings
from hypothesis import strategies as st

from app.forges.base import (
    AccessChanged,
    Account,
    BadSignature,
    BranchMoved,
    ChangeRef,
    ChangeTouched,
    CommentWritten,
    Event,
    GroupFormed,
    GroupGone,
    HeadTouched,
    Ignored,
    Malformed,
    RepositoryMoved,
    RepositoryRef,
)
from app.forges.github.webhooks import GitHubReader

FLEET = RepositoryRef("github", "acme/fleet")
READER = GitHubReader("github", APP_ID, (SECRET,))


def read(event: str, payload: Json, reader: GitHubReader = READER) -> Event:
    body = deliveries.body(payload)
    return reader.read(deliveries.headers(event, body), body).event


def touched(reason: str, *, again: bool = False) -> ChangeTouched:
    return ChangeTouched(ChangeRef(FLEET, 7), reason, again)


# ------------------------------------------------------------------ what they mean


@pytest.mark.parametrize(
    "action",
    [
        "opened",
        "synchronize",
        "reopened",
        "edited",
        "labeled",
        "unlabeled",
        "ready_for_review",
        "converted_to_draft",
        "closed",
    ],
)
def test_a_pull_request_is_looked_at_again(action: str) -> None:
    assert read("pull_request", deliveries.pull_request(action)) == touched(f"pull request {action}")


def test_a_delivery_keeps_the_id_by_which_it_is_known_when_sent_again() -> None:
    body = deliveries.body(deliveries.pull_request())
    assert READER.read(deliveries.headers("pull_request", body), body).id == "0b989ba4-242f-11e5-81e1-c7b6966d2516"


def test_check_12_a_deleted_head_repository_and_a_ghost_author_are_no_obstacle() -> None:
    gone = deliveries.pull_request("synchronize", user=None, head={"sha": SHA, "ref": "x", "repo": None})
    assert read("pull_request", gone) == touched("pull request synchronize")


def test_what_people_review_is_looked_at() -> None:
    assert read("pull_request_review", deliveries.review()) == touched("review submitted")
    assert read("pull_request_review_comment", deliveries.review_comment()) == touched("review comment created")


def test_a_comment_on_a_pull_request_comes_with_its_words_and_its_author_by_id() -> None:
    assert read("issue_comment", deliveries.issue_comment(body="/check\nplease")) == CommentWritten(
        ChangeRef(FLEET, 7), "31", Account("1001", "priya"), "/check\nplease"
    )


def test_a_branch_that_moved() -> None:
    assert read("push", deliveries.push("refs/heads/release/1.2")) == BranchMoved(FLEET, "release/1.2")


def test_check_9_a_fork_names_no_pull_requests_so_the_run_itself_says_which_change_it_is_of() -> None:
    assert read("check_run", deliveries.check_run(pull_requests=[])) == touched("check run rerequested", again=True)


def test_check_10_a_rerequested_suite_of_ours_is_run_again_and_those_of_other_apps_are_not() -> None:
    asked = HeadTouched(FLEET, SHA, "check suite rerequested", again=True)
    assert read("check_suite", deliveries.check_suite()) == asked
    assert read("check_suite", deliveries.check_suite(pull_requests=[])) == asked
    assert read("check_run", deliveries.check_run("requested_action")) == touched("check run requested_action", again=True)
    assert read("check_run", deliveries.check_run(external_id="")) == HeadTouched(
        FLEET, SHA, "check run rerequested", again=True
    )
    assert isinstance(read("check_suite", deliveries.check_suite(app={"id": 1})), Ignored)
    assert isinstance(read("check_run", deliveries.check_run(app={"id": 1})), Ignored)
    assert isinstance(read("check_run", deliveries.check_run(app=None)), Ignored)


def test_a_new_suite_asks_for_a_look_at_its_head_and_not_for_judging_again() -> None:
    assert read("check_suite", deliveries.check_suite("requested")) == HeadTouched(FLEET, SHA, "check suite requested")


QUEUED = f"gh-readonly-queue/release/1.2/pr-7-{SHA}"


def test_check_11_a_merge_queue_asks_about_the_head_of_its_group() -> None:
    group = GroupFormed(FLEET, SHA, QUEUED, "release/1.2")
    assert read("merge_group", deliveries.merge_group("checks_requested", "release/1.2")) == group
    assert read("merge_group", deliveries.merge_group("destroyed", "release/1.2")) == GroupGone(FLEET, SHA)
    again = GroupFormed(FLEET, SHA, QUEUED, "release/1.2", again=True)
    assert read("check_run", deliveries.check_run(external_id=f"acme/fleet@{QUEUED}")) == again
    assert read("check_suite", deliveries.check_suite(head_branch=QUEUED)) == again
    assert isinstance(read("push", deliveries.push(f"refs/heads/{QUEUED}")), Ignored)


@pytest.mark.parametrize("ref", ["refs/heads/../x", "refs/heads/--upload-pack=x", ""])
def test_a_group_with_a_ref_that_git_would_not_take_is_malformed(ref: str) -> None:
    payload = deliveries.merge_group()
    group = payload["merge_group"]
    assert isinstance(group, dict)
    with pytest.raises(Malformed):
        read("merge_group", {**payload, "merge_group": {**group, "head_ref": ref}})


@pytest.mark.parametrize(
    ("event", "action"),
    [
        ("installation", "created"),
        ("installation", "deleted"),
        ("installation", "suspend"),
        ("installation", "new_permissions_accepted"),
        ("installation_repositories", "added"),
        ("installation_repositories", "removed"),
        ("repository", "deleted"),
        ("repository", "archived"),
    ],
)
def test_check_13_what_we_may_see_is_different_now(event: str, action: str) -> None:
    kind = event.partition("_")[0]
    said: Json = {"action": action, "repository": deliveries.REPOSITORY}
    assert read(event, said) == AccessChanged("github", f"{kind} {action}")


def test_a_repository_that_was_renamed_or_transferred_is_known_by_both_names() -> None:
    renamed: Json = {"repository": {"name": {"from": "flotilla"}}}
    assert read("repository", deliveries.repository("renamed", renamed)) == RepositoryMoved(
        RepositoryRef("github", "acme/flotilla"), FLEET
    )
    for kind in ("user", "organization"):
        moved: Json = {"owner": {"from": {kind: {"login": "umbrella", "id": 9}}}}
        assert read("repository", deliveries.repository("transferred", moved)) == RepositoryMoved(
            RepositoryRef("github", "umbrella/fleet"), FLEET
        )


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("issue_comment", deliveries.issue_comment(user=BOT)),
        ("issue_comment", deliveries.issue_comment(performed_via_github_app={"id": APP_ID})),
        ("pull_request_review", deliveries.review(sender=BOT)),
        ("pull_request_review_comment", deliveries.review_comment(sender=BOT)),
        ("check_run", deliveries.check_run("created")),
        ("check_run", deliveries.check_run("completed")),
        ("status", {"state": "success", "repository": deliveries.REPOSITORY}),
    ],
)
def test_check_7_nothing_that_bots_post_is_answered(event: str, payload: Json) -> None:
    assert isinstance(read(event, payload), Ignored)


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("pull_request", deliveries.pull_request("assigned")),
        ("pull_request", deliveries.pull_request("an action of tomorrow")),
        ("issue_comment", deliveries.issue_comment("edited")),
        ("issue_comment", {**deliveries.issue_comment(), "issue": {"number": 7}}),
        ("issue_comment", deliveries.issue_comment(user=None)),
        ("check_suite", deliveries.check_suite("completed")),
        ("merge_group", deliveries.merge_group("an action of tomorrow")),
        ("repository", deliveries.repository("edited", {})),
        ("push", deliveries.push("refs/tags/v1")),
        ("push", deliveries.push(deleted=True)),
        ("ping", {"zen": "Keep it logically awesome."}),
        ("an event of tomorrow", {"action": None}),
    ],
)
def test_check_6_what_asks_for_nothing_is_ignored_and_says_why(event: str, payload: Json) -> None:
    found = read(event, payload)
    assert isinstance(found, Ignored)
    assert found.reason


# ------------------------------------------------------------------ signatures


def test_check_1_the_signature_is_over_the_raw_bytes_and_comes_before_parsing() -> None:
    body = b'{"action": "opened"'  # no JSON: the fault that is told must be the signature's
    with pytest.raises(BadSignature):
        READER.read(deliveries.headers("pull_request", body + b" "), body)
    with pytest.raises(Malformed):
        READER.read(deliveries.headers("pull_request", body), body)


def test_check_2_an_unsigned_delivery_or_one_with_sha1_only_is_refused() -> None:
    body = deliveries.body(deliveries.pull_request())
    sha1 = "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    unsigned = {"x-github-event": "pull_request", "x-github-delivery": "1"}
    for shown in (unsigned, {**unsigned, "x-hub-signature": sha1}, {**unsigned, "x-hub-signature-256": sha1}):
        with pytest.raises(BadSignature):
            READER.read(shown, body)


def test_a_sound_sha1_does_not_help_a_wrong_sha256() -> None:
    body = deliveries.body(deliveries.pull_request())
    sha1 = "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
    wrong = deliveries.headers("pull_request", body, x_hub_signature=sha1, x_hub_signature_256="sha256=" + "0" * 64)
    with pytest.raises(BadSignature):
        READER.read(wrong, body)


@pytest.mark.parametrize("shown", ["", "sha256=", "sha256=ü", "\udcff", "sha256=" + "A" * 64, "sha256=" + "0" * 65, "\x00"])
def test_odd_signatures_are_refused_without_a_crash(shown: str) -> None:
    body = deliveries.body(deliveries.pull_request())
    with pytest.raises(BadSignature):
        READER.read(deliveries.headers("pull_request", body, x_hub_signature_256=shown), body)


def test_while_a_secret_is_replaced_both_are_good_and_afterwards_the_old_one_is_not() -> None:
    body = deliveries.body(deliveries.pull_request())
    old = deliveries.headers("pull_request", body, x_hub_signature_256=deliveries.signature(body, "old"))
    assert isinstance(GitHubReader("github", APP_ID, ("new", "old")).read(old, body).event, ChangeTouched)
    with pytest.raises(BadSignature):
        GitHubReader("github", APP_ID, ("new",)).read(old, body)


@pytest.mark.parametrize("secrets", [(), ("",), ("good", "")])
def test_no_reader_works_without_a_secret(secrets: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="secret"):
        GitHubReader("github", APP_ID, secrets)


def test_check_16_the_secret_does_not_show() -> None:
    assert SECRET not in repr(READER)


@settings(max_examples=300)
@given(st.text(max_size=80), st.binary(max_size=200))
def test_no_forgery_is_accepted(shown: str, body: bytes) -> None:
    with pytest.raises(BadSignature):
        READER.read(deliveries.headers("push", body, x_hub_signature_256=shown), body)


# ------------------------------------------------------------------ bad bodies


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"not JSON",
        b"\xff\xfe",
        b"payload=%7B%7D",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"number": ' + b"9" * 5000 + b"}",
        b'{"number": NaN}',
        b'{"number": -Infinity}',
        b'{"title": "\\ud800"}',
        b'{"title": "\xed\xa0\x80"}',
        b'{"a": 1} {"a": 2}',
    ],
    ids=lambda body: repr(body[:20]),
)
def test_a_body_that_is_no_sound_json_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        READER.read(deliveries.headers("pull_request", body), body)


def test_a_form_says_how_to_set_the_webhook_up() -> None:
    with pytest.raises(Malformed, match="application/json"):
        READER.read(deliveries.headers("push", b"payload=%7B%7D"), b"payload=%7B%7D")


@pytest.mark.parametrize("head", ["--help", "5b7f2a9", SHA[:-1], SHA.upper(), f"{SHA}\n", "", None, 5])
def test_a_head_that_is_no_commit_is_malformed(head: object) -> None:
    with pytest.raises(Malformed, match=r"head\.sha"):
        read("pull_request", deliveries.pull_request(head={"sha": head}))


@pytest.mark.parametrize(
    "ref", ["refs/heads/../..", "refs/heads/--upload-pack=x", "refs/heads/", "refs/heads/a b", "refs/heads/a\n"]
)
def test_a_ref_that_git_would_not_take_is_malformed(ref: str) -> None:
    with pytest.raises(Malformed):
        read("push", deliveries.push(ref))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "fleet",
        "acme/fleet/x",
        "../fleet",
        "acme/..",
        "acme/fleet\n",
        "acme/fl eet",
        "-acme/fleet",
        "acme/fleet?x",
        "ácme/x",
        None,
        3,
    ],
)
def test_a_repository_name_that_github_would_not_give_is_malformed(name: object) -> None:
    with pytest.raises(Malformed, match="full_name"):
        read("push", {**deliveries.push(), "repository": {"full_name": name}})


@pytest.mark.parametrize("number", [0, -1, 2**31, 1.0, True, "7", None, [7]])
def test_a_number_that_is_none_is_malformed(number: object) -> None:
    with pytest.raises(Malformed, match="number"):
        read("pull_request", deliveries.pull_request(number=number))


@pytest.mark.parametrize("delivery", ["", "a b", "x" * 65, "../1", "ü"])
def test_a_delivery_without_a_usable_id_is_malformed(delivery: str) -> None:
    body = deliveries.body(deliveries.pull_request())
    with pytest.raises(Malformed, match="Delivery"):
        READER.read(deliveries.headers("pull_request", body, x_github_delivery=delivery), body)


def test_a_delivery_without_an_event_is_malformed() -> None:
    body = deliveries.body(deliveries.pull_request())
    with pytest.raises(Malformed, match="Event"):
        READER.read(deliveries.headers("", body), body)


def test_what_is_malformed_is_told_without_repeating_the_payload() -> None:
    with pytest.raises(Malformed) as told:
        read("pull_request", deliveries.pull_request(number="a secret that a person put here"))
    assert "secret" not in str(told.value)


# ------------------------------------------------------------------ any payload at all

SOUND: dict[str, Json] = {
    "pull_request": deliveries.pull_request(),
    "pull_request_review": deliveries.review(),
    "pull_request_review_comment": deliveries.review_comment(),
    "issue_comment": deliveries.issue_comment(),
    "check_run": deliveries.check_run(),
    "check_suite": deliveries.check_suite(),
    "push": deliveries.push(),
    "ping": {"zen": "x"},
    "merge_group": deliveries.merge_group(),
    "repository": deliveries.repository("renamed", {"repository": {"name": {"from": "flotilla"}}}),
    "installation": {"action": "created"},
}
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["", "../..", "--help", "\udc80", 2**63, -1]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: object, at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The way to every value of a payload."""
    inner = value.items() if isinstance(value, dict) else ()
    return [at, *(place for key, one in inner for place in places(one, (*at, key)))]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, Json]:
    """A sound payload of which up to three parts are missing or something else."""
    event = draw(st.sampled_from(sorted(SOUND)))
    payload = copy.deepcopy(SOUND[event])
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from([place for place in places(payload) if place]))
        target: object = payload
        for key in way:
            target = target[key] if isinstance(target, dict) else None
        if isinstance(target, dict):
            if draw(st.booleans()):
                target.pop(last)
            else:
                target[last] = draw(ANYTHING)
        if not payload:
            break
    return event, payload


def outcome(event: str, body: bytes) -> Event | str:
    """The event that a signed body is taken for, or what is wrong with it. Anything else that is raised fails the test."""
    try:
        return READER.read(deliveries.headers(event, body), body).event
    except Malformed as told:
        return str(told)


@settings(max_examples=600, deadline=None)
@given(mutated())
def test_no_payload_gets_anything_out_but_a_delivery_or_malformed(case: tuple[str, Json]) -> None:
    event, payload = case
    assert outcome(event, json.dumps(payload).encode())


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(mutated())
def test_ten_thousand_payloads_get_nothing_else_out(case: tuple[str, Json]) -> None:
    event, payload = case
    assert outcome(event, json.dumps(payload).encode())


@given(st.binary(max_size=300), st.sampled_from(sorted(SOUND)))
def test_no_body_gets_anything_out_but_a_delivery_or_malformed(body: bytes, event: str) -> None:
    assert outcome(event, body)
