"""What is the same for all calls: pages, caching, limits, errors."""

import pytest
import requests
from devforge_shop import NUMBERS, Shop


def session_of(shop: Shop) -> requests.Session:
    """Ada's."""
    made = requests.Session()
    made.headers["Authorization"] = f"token {shop.tokens['ada']}"
    return made


@pytest.fixture
def session(shop: Shop) -> requests.Session:
    """Ada's in a shop of the test's own."""
    return session_of(shop)


@pytest.fixture
def one_session(one_shop: Shop) -> requests.Session:
    """Ada's in the shop that tests share."""
    return session_of(one_shop)


def test_links_lead_through_all_pages(shop: Shop, session: requests.Session) -> None:
    for at in range(5):
        shop.clone.branch(f"b{at}", {"new": f"{at}\n"})
    url: str | None = f"{shop.api}/repos/shop/gitops/branches?per_page=2"
    seen: list[str] = []
    while url:
        answer = session.get(url, timeout=10)
        seen += [one["name"] for one in answer.json()]
        url = answer.links.get("next", {}).get("url")
    assert seen == ["b0", "b1", "b2", "b3", "b4", "main"]
    middle = session.get(f"{shop.api}/repos/shop/gitops/branches?per_page=2&page=2", timeout=10)
    assert {name: link["url"].rsplit("page=", 1)[1] for name, link in middle.links.items()} == {
        "prev": "1",
        "next": "3",
        "last": "3",
        "first": "1",
    }


def test_what_has_not_changed_is_not_sent_again_and_costs_nothing(shop: Shop, session: requests.Session) -> None:
    url = f"{shop.api}/repos/shop/gitops"
    first = session.get(url, timeout=10)
    again = session.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["X-RateLimit-Used"] == first.headers["X-RateLimit-Used"]
    shop.clone.branch("new", {"new": "1\n"})
    branches = session.get(f"{url}/branches", headers={"If-None-Match": first.headers["ETag"]}, timeout=10)
    assert branches.status_code == 200
    assert int(branches.headers["X-RateLimit-Used"]) == int(first.headers["X-RateLimit-Used"]) + 1


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "/repos/shop/nothing", None, 404, "Not Found"),
        ("GET", "/nothing/at/all", None, 404, "Not Found"),
        ("GET", "/repos/shop/gitops/pulls/7", None, 404, "Not Found"),
        ("GET", "/repos/shop/gitops/pulls/seven", None, 404, "Not Found"),
        ("POST", "/repos/shop/gitops/pulls", b"{", 400, "Problems parsing JSON"),
        ("POST", "/repos/shop/gitops/pulls", b"{}", 422, "Invalid request."),
        ("POST", "/repos/shop/gitops/pulls", b'{"title": 1, "head": "a", "base": "b"}', 422, "Invalid request."),
        ("PUT", "/repos/shop/gitops/branches/main/protection", b"{}", 403, "Must have admin rights to Repository."),
    ],
)
def test_errors_are_told_as_json(
    one_shop: Shop, one_session: requests.Session, method: str, path: str, body: bytes | None, status: int, message: str
) -> None:
    answer = one_session.request(method, one_shop.api + path, data=body, timeout=10)
    assert (answer.status_code, answer.json()["message"].split("\n")[0]) == (status, message)
    assert answer.json()["documentation_url"].startswith("https://docs.github.com/")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"state": "green"}, "state"),
        ({"state": "success", "description": "x" * 141}, "description"),
        ({"state": "success", "target_url": "javascript:alert(1)"}, "target_url"),
    ],
)
def test_statuses_have_limits(one_shop: Shop, one_session: requests.Session, said: dict[str, str], field: str) -> None:
    sha = one_shop.clone.git("rev-parse", "origin/main")
    answer = one_session.post(f"{one_shop.api}/repos/shop/gitops/statuses/{sha}", json=said, timeout=10)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_a_status_needs_its_commit(one_shop: Shop, one_session: requests.Session) -> None:
    answer = one_session.post(f"{one_shop.api}/repos/shop/gitops/statuses/{'0' * 40}", json={"state": "success"}, timeout=10)
    assert (answer.status_code, answer.json()["message"]) == (422, f"No commit found for SHA: {'0' * 40}")


@pytest.mark.slow
def test_a_context_takes_a_thousand_statuses(shop: Shop, session: requests.Session) -> None:
    sha = shop.clone.git("rev-parse", "origin/main")
    url = f"{shop.api}/repos/shop/gitops/statuses/{sha}"
    for _ in range(1000):
        assert session.post(url, json={"state": "pending"}, timeout=10).status_code == 201
    assert session.post(url, json={"state": "success"}, timeout=10).status_code == 422
    assert session.post(url, json={"state": "success", "context": "other"}, timeout=10).status_code == 201


def test_changed_files_are_told_with_their_patch(shop: Shop, session: requests.Session) -> None:
    shop.clone.git("checkout", "-q", "-B", "topic", "origin/main")
    shop.clone.git("mv", "app/web.yaml", 'app/ship shape – "é".yaml')
    shop.clone.commit({"numbers": NUMBERS.replace("line 40\n", "line 40"), "new": "1\n"})
    shop.clone.git("push", "-q", "origin", "topic")
    found = session.get(f"{shop.api}/repos/shop/gitops/compare/main...topic", timeout=10).json()["files"]
    assert [(one["filename"], one["status"], one.get("previous_filename")) for one in found] == [
        ('app/ship shape – "é".yaml', "renamed", "app/web.yaml"),
        ("new", "added", None),
        ("numbers", "modified", None),
    ]
    assert found[2]["patch"].endswith("-line 40\n+line 40\n\\ No newline at end of file")
    assert "patch" not in found[0]
