"""Webhooks as a receiver gets them."""

import hmac
import re
import time
from collections.abc import Iterator
from hashlib import sha256

import pytest
import requests
from devforge_shop import NUMBERS, Shop
from github import Auth
from webhook_receiver import Receiver, receiving

from app.devforge import apps


@pytest.fixture
def receiver(shop: Shop) -> Iterator[Receiver]:
    """A receiver for the webhooks of the app."""
    with receiving() as inbox:
        apps.point_webhooks(shop.forge, "fairlead", inbox.url)
        yield inbox


def test_deliveries_are_signed_and_named(shop: Shop, receiver: Receiver) -> None:
    shop.clone.branch("topic", {"numbers": NUMBERS + "more\n"})
    (push,) = receiver.wait_for("push")
    expected = "sha256=" + hmac.new(b"s3cret", push.body, sha256).hexdigest()
    assert push.headers["X-Hub-Signature-256"] == expected
    assert push.headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", push.headers["X-GitHub-Delivery"])
    assert push.at("installation", "id") == shop.installation
    assert push.at("ref") == "refs/heads/topic"


def test_a_pull_request_tells_its_life_in_order(shop: Shop, receiver: Receiver) -> None:
    shop.clone.branch("topic", {"numbers": NUMBERS.replace("line 20\n", "line twenty\n")})
    pull = shop.user("ada").get_repo("shop/gitops").create_pull(base="main", head="topic", title="One")
    old = shop.clone.git("rev-parse", "HEAD")
    new = shop.clone.commit({"numbers": NUMBERS.replace("line 20\n", "line 2O\n")})
    shop.clone.git("push", "-q", "origin", "topic")
    pull.edit(title="Two")
    pull.edit(state="closed")
    pull.edit(state="open")
    pull.create_issue_comment("well")
    pull.create_review_comment("hm", pull.get_commits().reversed[0], "numbers", line=20)
    pull.update()
    pull.merge()
    receiver.wait_for("pull_request.closed", 2)
    assert [one.event for one in receiver.received] == [
        "push", "pull_request.opened", "push", "pull_request.synchronize", "pull_request.edited", "pull_request.closed",
        "pull_request.reopened", "issue_comment.created", "pull_request_review.submitted", "pull_request_review_comment.created",
        "pull_request.closed", "push",
    ][: len(receiver.received)]  # fmt: skip
    (moved,) = receiver.wait_for("pull_request.synchronize")
    assert (moved.at("before"), moved.at("after")) == (old, new)
    assert moved.at("pull_request", "head", "sha") == new
    assert receiver.wait_for("pull_request.edited")[0].at("changes") == {"title": {"from": "One"}}
    assert receiver.wait_for("pull_request.closed", 2)[1].at("pull_request", "merged") is True


def test_a_failed_delivery_is_logged_and_sent_again_with_its_guid(shop: Shop, receiver: Receiver) -> None:
    receiver.status = 500
    shop.clone.branch("topic", {"numbers": NUMBERS + "more\n"})
    receiver.wait_for("push")
    token = Auth.AppAuth(shop.keys.id, shop.keys.private_key).create_jwt()
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{shop.api}/app/hook/deliveries"
    until = time.monotonic() + 10
    while (first := requests.get(url, headers=headers, timeout=5).json()[0])[
        "status"
    ] == "pending" and time.monotonic() < until:
        time.sleep(0.01)
    assert (first["event"], first["status_code"], first["redelivery"]) == ("push", 500, False)
    receiver.status = 202
    assert requests.post(f"{url}/{first['id']}/attempts", headers=headers, timeout=5).status_code == 202
    again = receiver.wait_for("push", 2)
    assert again[0].headers["X-GitHub-Delivery"] == again[1].headers["X-GitHub-Delivery"] == first["guid"]
    assert again[0].body == again[1].body


def test_only_the_app_of_a_check_run_hears_that_it_is_wanted_again(shop: Shop, receiver: Receiver) -> None:
    sha = shop.clone.branch("topic", {"numbers": NUMBERS + "more\n"})
    other = apps.register(
        shop.forge, "olga", apps.Manifest("other", {"checks": "write"}, ("check_run",), receiver.url, "other")
    )
    apps.install(shop.forge, "other", "shop", None)
    run = (
        shop.bot()
        .get_repo("shop/gitops")
        .create_check_run("Fairlead", sha, status="completed", conclusion="failure", external_id="x")
    )
    created = receiver.wait_for("check_run.created", 2)
    assert {one.headers["X-GitHub-Hook-ID"] for one in created} == {str(shop.keys.id), str(other.id)}
    headers = {"Authorization": f"token {shop.tokens['ada']}"}
    requests.post(f"{run.url}/rerequest", headers=headers, timeout=5)
    (asked,) = receiver.wait_for("check_run.rerequested")
    assert asked.headers["X-GitHub-Hook-ID"] == str(shop.keys.id)
    assert asked.at("check_run", "external_id") == "x"


def test_a_new_app_gets_a_ping_and_hears_of_its_installation(shop: Shop, receiver: Receiver) -> None:
    apps.register(shop.forge, "olga", apps.Manifest("other", {}, (), receiver.url, "other"))
    apps.install(shop.forge, "other", "shop", ["shop/gitops"])
    assert receiver.wait_for("ping")[0].at("hook", "type") == "App"
    (made,) = receiver.wait_for("installation.created")
    assert made.at("installation", "repository_selection") == "selected"
