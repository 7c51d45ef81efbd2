"""Review threads over GraphQL, however a client writes its documents."""

from typing import Any

import pytest
import requests
from devforge_shop import NUMBERS, PERMISSIONS, Shop
from github import Auth

from app.devforge.graphql.language import GraphqlError, Selection, Variable, parse

QUERY = """
query ($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 2, after: $after) {
        pageInfo { hasNextPage endCursor }
        totalCount
        nodes { id isResolved isOutdated path line
          comments(first: 1) { nodes { databaseId body author { login __typename ... on Bot { databaseId } } } } }
      }
    }
  }
}
"""
TERSE = (
    "query T($o:String!$r:String!){repo:repository(owner:$o,name:$r){pullRequest(number:1){...P}}}"
    "fragment P on PullRequest{reviewThreads(last:1){edges{cursor node{path}}}} # end"
)
RESOLVE = "mutation Settle($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { id isResolved resolvedBy { login } } } }"


@pytest.fixture
def number(shop: Shop) -> int:
    """A pull request with three threads of the bot."""
    shop.clone.branch("topic", {"numbers": NUMBERS.replace("line", "number")})
    number: int = shop.user("ada").get_repo("shop/gitops").create_pull(base="main", head="topic", title="Change").number
    pull = shop.bot().get_repo("shop/gitops").get_pull(number)
    pull.create_review(
        event="COMMENT", body="", comments=[{"path": "numbers", "line": at, "body": f"at {at}"} for at in (1, 2, 3)]
    )
    return number


def ask(shop: Shop, token: str, query: str, **variables: str | int) -> Any:
    """POST a document."""
    headers = {"Authorization": f"bearer {token}"}
    url = f"{shop.forge.base_url}/api/graphql"
    return requests.post(url, json={"query": query, "variables": variables}, headers=headers, timeout=10).json()


def bot_token(shop: Shop, **permissions: str) -> str:
    """An installation token with these permissions."""
    app = Auth.AppAuth(shop.keys.id, shop.keys.private_key)
    headers = {"Authorization": f"Bearer {app.create_jwt()}"}
    url = f"{shop.api}/app/installations/{shop.installation}/access_tokens"
    token: str = requests.post(url, json={"permissions": permissions}, headers=headers, timeout=10).json()["token"]
    return token


def test_threads_come_in_pages(shop: Shop, number: int) -> None:
    variables: dict[str, str | int] = {"owner": "shop", "name": "gitops", "number": number}
    first = ask(shop, bot_token(shop, **PERMISSIONS), QUERY, **variables)["data"]["repository"]["pullRequest"]["reviewThreads"]
    assert [(one["path"], one["line"], one["isResolved"], one["isOutdated"]) for one in first["nodes"]] == [
        ("numbers", 1, False, False),
        ("numbers", 2, False, False),
    ]
    author = first["nodes"][0]["comments"]["nodes"][0]["author"]
    assert (author["login"], author["__typename"]) == ("fairlead", "Bot")
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    rest = ask(shop, shop.tokens["ada"], QUERY, **variables, after=first["pageInfo"]["endCursor"])
    assert [one["line"] for one in rest["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"]] == [3]


def test_aliases_fragments_and_edges_are_understood(shop: Shop, number: int) -> None:
    found = ask(shop, shop.tokens["ada"], TERSE, o="shop", r="gitops")
    assert found["data"]["repo"]["pullRequest"]["reviewThreads"]["edges"][0]["node"] == {"path": "numbers"}


def test_a_thread_is_resolved_and_opened_again(shop: Shop, number: int) -> None:
    token = bot_token(shop, **PERMISSIONS)
    variables: dict[str, str | int] = {"owner": "shop", "name": "gitops", "number": number}
    thread = ask(shop, token, QUERY, **variables)["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"][0]["id"]
    done = ask(shop, token, RESOLVE, id=thread)["data"]["resolveReviewThread"]["thread"]
    assert done == {"id": thread, "isResolved": True, "resolvedBy": {"login": "fairlead"}}
    again = ask(shop, token, RESOLVE.replace("resolveReviewThread", "unresolveReviewThread"), id=thread)
    assert again["data"]["unresolveReviewThread"]["thread"]["isResolved"] is False


def test_resolving_takes_write_access_to_contents_too(shop: Shop, number: int) -> None:
    token = bot_token(shop, pull_requests="write", contents="read")
    variables: dict[str, str | int] = {"owner": "shop", "name": "gitops", "number": number}
    thread = ask(shop, token, QUERY, **variables)["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"][0]["id"]
    refused = ask(shop, token, RESOLVE, id=thread)
    assert refused["data"] == {"resolveReviewThread": None}
    assert (refused["errors"][0]["type"], refused["errors"][0]["message"]) == (
        "FORBIDDEN",
        "Resource not accessible by integration",
    )


def test_strangers_and_unknown_things(shop: Shop, number: int) -> None:
    assert ask(shop, "nonsense", QUERY)["message"] == "Bad credentials"
    missing = ask(shop, shop.tokens["stranger"], QUERY, owner="shop", name="gitops", number=number)
    assert missing["errors"][0]["type"] == "NOT_FOUND"
    assert ask(shop, shop.tokens["ada"], "{ viewer { shoeSize } }")["errors"] == [
        {"message": "Field 'shoeSize' doesn't exist on type 'User'"}
    ]


def test_values_of_all_kinds_are_read() -> None:
    (operation,) = parse('{ f(a: 1, b: -2.5, c: "x\\"y", d: [true, null], e: {k: $v, w: WORD}) }').operations
    assert operation.selections == (
        Selection("f", "f", {"a": 1, "b": -2.5, "c": 'x"y', "d": [True, None], "e": {"k": Variable("v"), "w": "WORD"}}),
    )


@pytest.mark.parametrize(
    "text", ["{", "query { a(", "subscription { a }", "{ a @skip(if: true) }", '{ a(b: """x""") }', "}", "{ % }"]
)
def test_what_is_not_understood_is_said_so(text: str) -> None:
    with pytest.raises(GraphqlError):
        parse(text)
