"""The switches by which the forge has bad days."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from devforge_shop import Shop
from webhook_receiver import Receiver, receiving

from app.devforge import apps
from app.devforge.faults import Faults, RequestFault, Sending, Way, WebhookFault
from app.devforge.records import IssueComment

COMMENTS = "/repos/shop/gitops/issues/1/comments"


@pytest.fixture
def pull(shop: Shop) -> str:
    """Where the comments of an open pull request are."""
    shop.clone.branch("more", {"new": "1\n"})
    shop.user("ada").get_repo("shop/gitops").create_pull(base="main", head="more", title="More")
    return shop.api + COMMENTS


@pytest.fixture
def receiver(shop: Shop) -> Iterator[Receiver]:
    """What the app gets told."""
    with receiving() as inbox:
        apps.point_webhooks(shop.forge, "fairlead", inbox.url)
        yield inbox


def say(shop: Shop, url: str, words: str = "Hello", timeout: float = 10) -> requests.Response:
    headers = {"Authorization": f"token {shop.tokens['ada']}"}
    return requests.post(url, json={"body": words}, headers=headers, timeout=timeout)


def said(shop: Shop, url: str) -> list[str]:
    answer = requests.get(url, headers={"Authorization": f"token {shop.tokens['ada']}"}, timeout=10)
    return [one["body"] for one in answer.json()]


# ------------------------------------------------------------------ requests


def test_a_request_that_is_dropped_is_not_done(shop: Shop, pull: str) -> None:
    shop.forge.faults.add(RequestFault(way=Way.DROP, method="POST", path="/comments$"))
    with pytest.raises(requests.ConnectionError):
        say(shop, pull)
    assert said(shop, pull) == []
    assert say(shop, pull).status_code == 201


def test_an_answer_that_gets_lost_leaves_its_deed(shop: Shop, pull: str) -> None:
    shop.forge.faults.add(RequestFault(way=Way.DROP, path="/comments$", done=True))
    with pytest.raises(requests.ConnectionError):
        say(shop, pull)
    assert said(shop, pull) == ["Hello"]


@pytest.mark.parametrize("done", [False, True])
def test_another_answer_with_and_without_the_deed(shop: Shop, pull: str, *, done: bool) -> None:
    wrong = RequestFault(way=Way.ANSWER, method="POST", done=done, status=503, headers={"Retry-After": "7"}, body='{"a": 1}')
    shop.forge.faults.add(wrong)
    answer = say(shop, pull)
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (503, "7", {"a": 1})
    assert said(shop, pull) == (["Hello"] if done else [])


def test_a_late_answer_finds_nobody_waiting_and_its_deed_done(shop: Shop, pull: str) -> None:
    shop.forge.faults.add(RequestFault(way=Way.DELAY, method="POST", seconds=0.6))
    with pytest.raises(requests.ReadTimeout):
        say(shop, pull, timeout=0.2)
    assert said(shop, pull) == ["Hello"]


def test_git_goes_wrong_like_the_rest(shop: Shop) -> None:
    shop.forge.faults.add(RequestFault(way=Way.ANSWER, path="/info/refs$", status=500))
    with pytest.raises(AssertionError, match="500"):
        shop.clone.git("fetch", "-q", "origin")
    shop.clone.git("fetch", "-q", "origin")


def test_a_fault_strikes_where_and_as_often_as_it_says_and_is_remembered() -> None:
    faults = Faults()
    first = faults.add(RequestFault(way=Way.DROP, method="POST", path="/b", skip=1, times=2))
    asked = [("POST", "/a"), ("GET", "/b"), ("POST", "/b"), ("POST", "/b"), ("POST", "/x/b/c"), ("POST", "/b")]
    assert [faults.of_request(*one) is not None for one in asked] == [False, False, False, True, True, False]
    assert [(one.fault, one.what) for one in faults.struck] == [(first, "POST /b"), (first, "POST /x/b/c")]
    assert faults.standing == {}


def test_the_same_seed_makes_the_same_history() -> None:
    def history(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(RequestFault(way=Way.DROP, times=None, chance=0.3))
        return [faults.of_request("GET", "/") is not None for _ in range(200)]

    assert history(7) == history(7) != history(8)
    assert 30 < sum(history(7)) < 90


def test_lifted_faults_strike_no_more() -> None:
    faults = Faults()
    one, _ = (faults.add(RequestFault(way=Way.DROP, path=path, times=None)) for path in ("/a", "/b"))
    faults.lift(one)
    assert faults.of_request("GET", "/a") is None
    assert faults.of_request("GET", "/b") is not None
    faults.lift_all()
    assert faults.of_request("GET", "/b") is None


# ------------------------------------------------------------------ webhooks


def comments(receiver: Receiver, count: int) -> list[str]:
    return [str(one.at("comment", "body")) for one in receiver.wait_for("issue_comment.created", count)]


def test_a_webhook_that_is_dropped_stays_in_the_log_and_can_be_sent_again(shop: Shop, pull: str, receiver: Receiver) -> None:
    shop.forge.faults.add(WebhookFault(way=Sending.DROP, event="issue_comment.created"))
    say(shop, pull, "lost")
    say(shop, pull, "heard")
    assert comments(receiver, 1) == ["heard"]
    app = shop.bot_as_app().requester
    _, log = app.requestJsonAndCheck("GET", "/app/hook/deliveries")
    [failed] = [one for one in log if one["event"] == "issue_comment" and one["status_code"] == 0]
    app.requestJsonAndCheck("POST", f"/app/hook/deliveries/{failed['id']}/attempts")
    assert comments(receiver, 2) == ["heard", "lost"]
    assert receiver.received[-1].headers["X-GitHub-Delivery"] == failed["guid"]


def test_a_webhook_that_comes_often_keeps_its_guid(shop: Shop, pull: str, receiver: Receiver) -> None:
    shop.forge.faults.add(WebhookFault(way=Sending.DUPLICATE, event="issue_comment", copies=5))
    say(shop, pull)
    assert comments(receiver, 5) == ["Hello"] * 5
    assert len({one.headers["X-GitHub-Delivery"] for one in receiver.received}) == 1


def test_a_webhook_that_is_late_is_overtaken(shop: Shop, pull: str, receiver: Receiver) -> None:
    shop.forge.faults.add(WebhookFault(way=Sending.DELAY, event="issue_comment", seconds=0.3))
    for words in ("first", "second"):
        say(shop, pull, words)
    assert comments(receiver, 2) == ["second", "first"]


def test_a_webhook_that_is_swapped_comes_after_the_next(shop: Shop, pull: str, receiver: Receiver) -> None:
    shop.forge.faults.add(WebhookFault(way=Sending.SWAP, event="issue_comment", seconds=5))
    for words in ("first", "second", "third"):
        say(shop, pull, words)
    assert comments(receiver, 3) == ["second", "first", "third"]


def test_a_webhook_with_nothing_to_swap_with_comes_at_last(shop: Shop, pull: str, receiver: Receiver) -> None:
    shop.forge.faults.add(WebhookFault(way=Sending.SWAP, event="issue_comment", seconds=0.2))
    say(shop, pull)
    assert comments(receiver, 1) == ["Hello"]


# ------------------------------------------------------------------ reads that lag


def test_reads_lag_behind_writes_for_as_long_as_said(shop: Shop, pull: str) -> None:
    shop.forge.faults.lag(1.0)
    say(shop, pull)
    assert said(shop, pull) == []
    assert len(shop.forge.database.all(IssueComment)) == 1
    until = time.monotonic() + 5
    while said(shop, pull) != ["Hello"]:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_without_lag_reads_see_everything_at_once(shop: Shop, pull: str) -> None:
    shop.forge.faults.lag(30)
    say(shop, pull)
    assert said(shop, pull) == []
    shop.forge.faults.lag(0)
    assert said(shop, pull) == ["Hello"]


# ------------------------------------------------------------------ from another process


def test_the_switches_over_http(tmp_path: Path) -> None:
    port = _free_port()
    command = [sys.executable, "-m", "app.devforge", "--data-dir", str(tmp_path / "d"), "--port", str(port), "--faults"]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as forge:
        try:
            _until_up(url)
            fault: dict[str, str | int] = {"on": "request", "way": "answer", "path": "/meta", "status": 599}
            made = requests.post(f"{url}/_faults", json=fault, timeout=5)
            assert (made.status_code, made.json()) == (201, {"number": 1})
            assert requests.get(f"{url}/api/v3/meta", timeout=5).status_code == 599
            shown = requests.get(f"{url}/_faults", timeout=5).json()
            assert shown == {"standing": {}, "struck": [{"fault": 1, "what": "GET /api/v3/meta"}], "lag_seconds": 0.0}
            assert requests.put(f"{url}/_faults/lag", json={"seconds": 2.5}, timeout=5).status_code == 204
            assert requests.get(f"{url}/_faults", timeout=5).json()["lag_seconds"] == 2.5
            requests.post(f"{url}/_faults", json={"on": "webhook", "way": "drop", "times": None}, timeout=5)
            assert requests.delete(f"{url}/_faults?seed=3", timeout=5).status_code == 204
            assert requests.get(f"{url}/_faults", timeout=5).json() == {"standing": {}, "struck": [], "lag_seconds": 0.0}
            for wrong in ('{"on": "request", "way": "explode"}', '{"on": "request", "way": "drop", "pathh": "/x"}', "{"):
                assert requests.post(f"{url}/_faults", data=wrong, timeout=5).status_code == 422
        finally:
            forge.terminate()


def test_nobody_switches_faults_on_where_the_forge_was_not_told_to_let_them(shop: Shop) -> None:
    fault = {"on": "request", "way": "drop", "times": None}
    assert requests.post(f"{shop.forge.base_url}/_faults", json=fault, timeout=5).status_code == 404
    assert requests.get(f"{shop.api}/meta", timeout=5).status_code == 200


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _until_up(url: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            requests.get(f"{url}/api/v3/meta", timeout=5)
        except requests.ConnectionError:
            assert time.monotonic() < until, "the forge did not start"
            time.sleep(0.05)
        else:
            return
