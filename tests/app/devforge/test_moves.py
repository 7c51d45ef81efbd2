"""Repositories that are renamed, given away, forked and deleted; old addresses lead to them."""

import json
from collections.abc import Iterator

import pytest
import requests
from devforge_shop import NUMBERS, Shop
from webhook_receiver import Receiver, receiving

from app.devforge import apps, moves
from app.devforge.forge import Unknown
from app.devforge.records import Installation


@pytest.fixture
def receiver(shop: Shop) -> Iterator[Receiver]:
    """What the app gets told."""
    with receiving() as inbox:
        apps.point_webhooks(shop.forge, "fairlead", inbox.url)
        yield inbox


def ask(shop: Shop, method: str, path: str, login: str = "ada", **body: str | bool) -> requests.Response:
    headers = {"Authorization": f"token {shop.tokens[login]}"}
    return requests.request(
        method, shop.api + path, data=json.dumps(body) if body else None, headers=headers, timeout=10, allow_redirects=False
    )


def rename(shop: Shop, name: str = "fleet") -> None:
    shop.user("olga").get_repo("shop/gitops").edit(name=name)


def test_a_renamed_repository_is_found_by_its_old_name(shop: Shop) -> None:
    number = shop.forge.repository("shop/gitops").id
    rename(shop)
    moved = ask(shop, "GET", "/repos/shop/gitops/pulls?state=all")
    assert (moved.status_code, moved.json()["message"]) == (301, "Moved Permanently")
    assert moved.headers["Location"] == f"{shop.api}/repositories/{number}/pulls?state=all"
    assert ask(shop, "GET", moved.headers["Location"].removeprefix(shop.api)).json() == []
    assert shop.user("ada").get_repo("shop/gitops").full_name == "shop/fleet"


def test_what_writes_to_the_old_name_is_sent_on_with_its_body(shop: Shop) -> None:
    shop.clone.branch("topic", {"new": "1\n"})
    rename(shop)
    asked = {"title": "One", "head": "topic", "base": "main"}
    moved = ask(shop, "POST", "/repos/shop/gitops/pulls", **asked)
    assert moved.status_code == 307
    made = ask(shop, "POST", moved.headers["Location"].removeprefix(shop.api), **asked)
    assert (made.status_code, made.json()["base"]["repo"]["full_name"]) == (201, "shop/fleet")


def test_git_follows_to_the_new_name(shop: Shop) -> None:
    rename(shop)
    shop.clone.git("fetch", "-q", "origin")
    shop.clone.branch("topic", {"new": "1\n"})
    assert "topic" in shop.forge.git(shop.forge.repository("shop/fleet")).branches()


def test_who_may_not_see_it_does_not_learn_of_the_move(shop: Shop) -> None:
    rename(shop)
    moved = ask(shop, "GET", "/repos/shop/gitops", "stranger")
    assert ask(shop, "GET", moved.headers["Location"].removeprefix(shop.api), "stranger").status_code == 404


def test_a_new_repository_takes_the_name_over(shop: Shop) -> None:
    rename(shop)
    shop.forge.create_repository("shop/gitops")
    assert shop.user("olga").get_repo("shop/gitops").full_name == "shop/gitops"


def test_a_name_that_is_taken_is_refused(shop: Shop) -> None:
    shop.forge.create_repository("shop/fleet")
    assert ask(shop, "PATCH", "/repos/shop/gitops", "olga", name="fleet").status_code == 422
    assert ask(shop, "PATCH", "/repos/shop/gitops", "ada", name="other").status_code == 403


def test_renames_transfers_and_ends_are_told(shop: Shop, receiver: Receiver) -> None:
    olga = shop.forge.account("olga")
    shop.forge.add_organisation("harbour", "The Harbour", ["olga"])
    apps.install(shop.forge, "fairlead", "harbour", None)
    for one in shop.forge.database.all(Installation):
        shop.forge.database.update(one, events='["repository"]')
    fleet = moves.rename(shop.forge, shop.forge.repository("shop/gitops"), "fleet", olga)
    [renamed] = receiver.wait_for("repository.renamed")
    assert renamed.at("changes", "repository", "name", "from") == "gitops"
    given = moves.transfer(shop.forge, fleet, "harbour", olga)
    [transferred] = receiver.wait_for("repository.transferred")
    assert transferred.at("changes", "owner", "from", "organization", "login") == "shop"
    assert transferred.at("repository", "full_name") == "harbour/fleet"
    moves.delete(shop.forge, given, olga)
    [gone] = receiver.wait_for("repository.deleted")
    assert gone.at("repository", "full_name") == "harbour/fleet"
    with pytest.raises(Unknown):
        shop.forge.repository("harbour/fleet")


def test_a_fork_is_made_once_and_its_pull_request_outlives_it(shop: Shop) -> None:
    rita = shop.user("rita")
    fork = rita.get_repo("shop/gitops").create_fork()
    assert (fork.full_name, fork.fork, fork.parent.full_name) == ("rita/gitops", True, "shop/gitops")
    assert rita.get_repo("shop/gitops").create_fork().id == fork.id
    shop.clone.git("checkout", "-q", "-b", "theirs")
    head = shop.clone.commit({"numbers": NUMBERS + "more\n"})
    shop.clone.git("push", "-q", shop.url("rita", "rita/gitops"), "theirs")
    pull = rita.get_repo("shop/gitops").create_pull(base="main", head="rita:theirs", title="From afar")
    fork.delete()
    left = ask(shop, "GET", f"/repos/shop/gitops/pulls/{pull.number}").json()
    assert (left["state"], left["head"]["repo"], left["head"]["sha"]) == ("open", None, head)
    assert head in shop.clone.git("ls-remote", "origin", f"refs/pull/{pull.number}/head")


def test_an_archived_repository_says_so(shop: Shop) -> None:
    assert ask(shop, "PATCH", "/repos/shop/gitops", "olga", archived=True).json()["archived"] is True
