"""What becomes of pull requests and installations over time: drafts, reopening, suspending, buttons, limits."""

import time
from collections.abc import Iterator

import pytest
import requests
from devforge_shop import NUMBERS, Shop
from github.GithubException import GithubException
from github.PullRequest import PullRequest
from webhook_receiver import Receiver, receiving

from app.devforge import apps


@pytest.fixture
def receiver(shop: Shop) -> Iterator[Receiver]:
    """What the app gets told."""
    with receiving() as inbox:
        apps.point_webhooks(shop.forge, "fairlead", inbox.url)
        yield inbox


def propose(shop: Shop, *, draft: bool = False) -> PullRequest:
    shop.clone.branch("topic", {"numbers": NUMBERS.replace("line 20\n", "line twenty\n")})
    return shop.user("ada").get_repo("shop/gitops").create_pull(base="main", head="topic", title="One", draft=draft)


def said(problem: GithubException) -> str:
    return str(problem.data)


# ------------------------------------------------------------------ drafts


def test_a_draft_becomes_ready_and_a_draft_again(shop: Shop, receiver: Receiver) -> None:
    pull = propose(shop, draft=True)
    pull.mark_ready_for_review()
    [ready] = receiver.wait_for("pull_request.ready_for_review")
    assert ready.at("pull_request", "draft") is False
    pull.convert_to_draft()
    receiver.wait_for("pull_request.converted_to_draft")
    assert shop.user("ada").get_repo("shop/gitops").get_pull(pull.number).draft


def test_only_who_may_write_or_wrote_it_makes_a_draft_ready(shop: Shop) -> None:
    pull = propose(shop, draft=True)
    with pytest.raises(GithubException, match="permissions"):
        shop.user("rita").get_repo("shop/gitops").get_pull(pull.number).mark_ready_for_review()


# ------------------------------------------------------------------ reopening


def test_what_was_pushed_while_it_was_closed_counts_when_it_is_reopened(shop: Shop, receiver: Receiver) -> None:
    pull = propose(shop)
    pull.edit(state="closed")
    newer = shop.clone.commit({"more": "1\n"})
    shop.clone.git("push", "-q", "origin", "topic")
    repository = shop.user("ada").get_repo("shop/gitops")
    assert repository.get_pull(pull.number).head.sha != newer
    pull.edit(state="open")
    [told] = receiver.wait_for("pull_request.reopened")
    assert told.at("pull_request", "head", "sha") == newer
    assert not [one for one in receiver.received if one.event == "pull_request.synchronize"]


def test_at_the_same_head_it_is_just_reopened(shop: Shop, receiver: Receiver) -> None:
    pull = propose(shop)
    head = pull.head.sha
    pull.edit(state="closed")
    pull.edit(state="open")
    assert receiver.wait_for("pull_request.reopened")[0].at("pull_request", "head", "sha") == head


def test_it_cannot_be_reopened_after_a_force_push_or_without_its_branch(shop: Shop) -> None:
    pull = propose(shop)
    pull.edit(state="closed")
    shop.clone.git("commit", "-q", "--amend", "-m", "another")
    shop.clone.git("push", "-q", "--force", "origin", "topic")
    with pytest.raises(GithubException) as told:
        pull.edit(state="open")
    assert (told.value.status, "force-pushed" in said(told.value)) == (422, True)
    shop.clone.git("push", "-q", "origin", ":topic")
    with pytest.raises(GithubException) as told:
        pull.edit(state="open")
    assert "deleted" in said(told.value)


def test_it_cannot_be_reopened_beside_another_one(shop: Shop) -> None:
    pull = propose(shop)
    pull.edit(state="closed")
    shop.user("ada").get_repo("shop/gitops").create_pull(base="main", head="topic", title="Two")
    with pytest.raises(GithubException) as told:
        pull.edit(state="open")
    assert "already an open pull request" in said(told.value)


# ------------------------------------------------------------------ installations


def test_a_suspended_installation_does_nothing_until_it_is_let_again(shop: Shop, receiver: Receiver) -> None:
    bot = shop.bot().get_repo("shop/gitops")
    app = shop.bot_as_app().requester
    app.requestJsonAndCheck("PUT", f"/app/installations/{shop.installation}/suspended")
    assert receiver.wait_for("installation.suspend")[0].at("installation", "suspended_at")
    with pytest.raises(GithubException) as told:
        bot.get_pulls()[0]
    assert (told.value.status, "suspended" in said(told.value)) == (403, True)
    shop.clone.branch("unheard", {"x": "1\n"})
    app.requestJsonAndCheck("DELETE", f"/app/installations/{shop.installation}/suspended")
    receiver.wait_for("installation.unsuspend")
    assert list(bot.get_pulls()) == []
    assert not [one for one in receiver.received if one.event == "push"]


def test_an_app_deletes_its_installation(shop: Shop, receiver: Receiver) -> None:
    shop.bot_as_app().requester.requestJsonAndCheck("DELETE", f"/app/installations/{shop.installation}")
    receiver.wait_for("installation.deleted")


def test_repositories_that_are_given_and_taken_are_named(shop: Shop, receiver: Receiver) -> None:
    shop.forge.create_repository("shop/other", private=True)
    shop.forge.create_repository("shop/third", private=True)
    apps.choose(shop.forge, shop.installation, ["shop/gitops", "shop/other"])
    [removed] = receiver.wait_for("installation_repositories.removed")
    assert removed.at("repositories_removed") == [{**_named(shop, "shop/third")}]
    apps.choose(shop.forge, shop.installation, ["shop/third", "shop/gitops", "shop/other"])
    [added] = receiver.wait_for("installation_repositories.added")
    assert added.at("repositories_added") == [_named(shop, "shop/third")]
    with pytest.raises(GithubException):
        shop.bot().get_repo("shop/elsewhere").get_pulls()[0]


def _named(shop: Shop, full_name: str) -> dict[str, object]:
    found = shop.forge.repository(full_name)
    shown = shop.user("olga").get_repo(full_name)
    return {"id": found.id, "node_id": shown.node_id, "name": found.name, "full_name": full_name, "private": True}


# ------------------------------------------------------------------ limits


def test_a_secondary_limit_lets_reads_go_on_and_says_how_long_to_wait(shop: Shop) -> None:
    pull = propose(shop)
    shop.forge.limits.writes_per_minute = 3
    headers = {"Authorization": f"token {shop.tokens['ada']}"}
    url = f"{shop.api}/repos/shop/gitops/issues/{pull.number}/comments"
    answers = [requests.post(url, json={"body": "x"}, headers=headers, timeout=10) for _ in range(4)]
    assert [one.status_code for one in answers] == [201, 201, 201, 403]
    assert 50 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert "secondary rate limit" in answers[-1].json()["message"]
    assert requests.get(url, headers=headers, timeout=10).status_code == 200


def test_the_primary_limit_counts_all_tokens_of_an_installation(shop: Shop) -> None:
    shop.forge.limits.calls_per_hour = 4
    tokens = [_token(shop) for _ in range(2)]
    url = f"{shop.api}/repos/shop/gitops"
    answers = [requests.get(url, headers={"Authorization": f"token {tokens[at % 2]}"}, timeout=10) for at in range(5)]
    assert [one.status_code for one in answers] == [200] * 4 + [403]
    assert answers[-1].headers["X-RateLimit-Remaining"] == "0"
    assert int(answers[-1].headers["X-RateLimit-Reset"]) > time.time()


def test_tokens_live_as_long_as_the_limits_say(shop: Shop) -> None:
    shop.forge.limits.token_seconds = 1
    headers = {"Authorization": f"token {_token(shop)}"}
    url = f"{shop.api}/repos/shop/gitops"
    assert requests.get(url, headers=headers, timeout=10).status_code == 200
    time.sleep(1.1)
    assert requests.get(url, headers=headers, timeout=10).status_code == 401


def _token(shop: Shop) -> str:
    app = shop.bot_as_app().requester
    _, made = app.requestJsonAndCheck("POST", f"/app/installations/{shop.installation}/access_tokens")
    return str(made["token"])


# ------------------------------------------------------------------ on the pages


def test_the_button_of_a_check_run_tells_its_app(shop: Shop, receiver: Receiver, ada: requests.Session) -> None:
    pull = propose(shop)
    button = {"label": "Judge again", "description": "Anew", "identifier": "again"}
    run = shop.bot().get_repo("shop/gitops").create_check_run("Fairlead", pull.head.sha, conclusion="success", actions=[button])
    page = ada.get(f"{shop.forge.base_url}/shop/gitops/runs/{run.id}", timeout=10).text
    assert "Judge again" in page
    post(ada, f"{shop.forge.base_url}/shop/gitops/runs/{run.id}/action", page, identifier="again")
    [told] = receiver.wait_for("check_run.requested_action")
    assert told.at("requested_action", "identifier") == "again"
    assert ada.post(f"{shop.forge.base_url}/shop/gitops/runs/{run.id}/action", timeout=10).status_code == 403


def test_a_draft_is_made_ready_by_its_button(shop: Shop, ada: requests.Session) -> None:
    pull = propose(shop, draft=True)
    url = f"{shop.forge.base_url}/shop/gitops/pull/{pull.number}"
    page = ada.get(url, timeout=10).text
    assert "Ready for review" in page
    assert "Merge pull request" in post(ada, f"{url}/draft", page, draft="no").text


def test_a_fork_is_made_and_proposed_from_on_the_pages(shop: Shop, ada: requests.Session) -> None:
    page = ada.get(f"{shop.forge.base_url}/shop/gitops", timeout=10).text
    assert post(ada, f"{shop.forge.base_url}/shop/gitops/fork", page).url == f"{shop.forge.base_url}/ada/gitops"
    shop.clone.git("checkout", "-q", "-b", "theirs")
    shop.clone.commit({"numbers": NUMBERS + "more\n"})
    shop.clone.git("push", "-q", shop.url("ada", "ada/gitops"), "theirs")
    fork = ada.get(f"{shop.forge.base_url}/ada/gitops", timeout=10).text
    assert 'href="/shop/gitops/compare/main...ada:theirs"' in fork
    compare = ada.get(f"{shop.forge.base_url}/shop/gitops/compare/main...ada:theirs", timeout=10).text
    made = post(ada, f"{shop.forge.base_url}/shop/gitops/pulls", compare, base="main", head="ada:theirs", title="From afar")
    assert "ada:</" in made.text or "ada:" in made.text
    [pull] = shop.user("ada").get_repo("shop/gitops").get_pulls()
    assert (pull.title, pull.head.label) == ("From afar", "ada:theirs")


@pytest.fixture
def ada(shop: Shop) -> requests.Session:
    """Ada's browser, signed in."""
    browser = requests.Session()
    page = browser.get(f"{shop.forge.base_url}/login", timeout=10).text
    post(browser, f"{shop.forge.base_url}/login", page, login="ada", after="/")
    return browser


def post(browser: requests.Session, url: str, page: str, **fields: str) -> requests.Response:
    """Send a form that stood on `page`."""
    token = page.partition('name="form_token" value="')[2].partition('"')[0]
    answer = browser.post(url, data={"form_token": token, **fields}, timeout=10)
    answer.raise_for_status()
    return answer
