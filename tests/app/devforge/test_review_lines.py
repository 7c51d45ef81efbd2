"""Where a review comment may stand, by GitHub's rules, and what becomes of it when the head moves."""

import pytest
import requests
from devforge_shop import NUMBERS, Shop

# Two hunks: line 10 is replaced, and line 30 deleted. Lines 7 to 13 and 27 to 33 (old numbers) are within a hunk.
CHANGED = NUMBERS.replace("line 10\n", "line ten\n").replace("line 30\n", "")


def opened(shop: Shop) -> int:
    """A pull request with CHANGED; returns its number."""
    shop.clone.branch("topic", {"numbers": CHANGED})
    return int(shop.user("ada").get_repo("shop/gitops").create_pull(base="main", head="topic", title="Change").number)


@pytest.fixture
def number(shop: Shop) -> int:
    """A pull request of this test's own."""
    return opened(shop)


@pytest.fixture(scope="module")
def one_number(one_shop: Shop) -> int:
    """A pull request for tests that only comment on it."""
    return opened(one_shop)


def post(shop: Shop, number: int, **place: str | int) -> requests.Response:
    """Post one comment as Rita, who may only read."""
    head = shop.clone.git("rev-parse", "topic")
    body = {"body": "word", "commit_id": head, "path": "numbers", **place}
    headers = {"Authorization": f"token {shop.tokens['rita']}"}
    return requests.post(f"{shop.api}/repos/shop/gitops/pulls/{number}/comments", json=body, headers=headers, timeout=10)


@pytest.mark.parametrize(
    "place",
    [
        {"line": 10},
        {"line": 7},
        {"line": 13, "side": "RIGHT"},
        {"line": 10, "side": "LEFT"},
        {"line": 30, "side": "LEFT"},
        {"line": 7, "side": "LEFT"},
        {"start_line": 8, "line": 10},
        {"start_line": 10, "start_side": "LEFT", "line": 10, "side": "RIGHT"},
        {"position": 4},
        {"subject_type": "file"},
    ],
)
def test_a_comment_may_stand_on_a_line_of_a_hunk(one_shop: Shop, one_number: int, place: dict[str, str | int]) -> None:
    answer = post(one_shop, one_number, **place)
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize(
    ("place", "complaint"),
    [
        ({"line": 6}, "pull_request_review_thread.line must be part of the diff"),
        ({"line": 14}, "pull_request_review_thread.line must be part of the diff"),
        ({"line": 5000}, "pull_request_review_thread.line must be part of the diff"),
        ({"line": 34, "side": "LEFT"}, "pull_request_review_thread.line must be part of the diff"),
        ({"line": 10, "path": "app/web.yaml"}, "pull_request_review_thread.path could not be resolved"),
        ({"line": 10, "path": "nothing"}, "pull_request_review_thread.path could not be resolved"),
        ({"start_line": 10, "line": 10}, "pull_request_review_thread.start_line must precede the end line."),
        ({"start_line": 11, "line": 10}, "pull_request_review_thread.start_line must precede the end line."),
        ({"start_line": 10, "line": 30}, "pull_request_review_thread.start_line must be part of the same hunk as the line."),
        ({"start_line": 2, "line": 10}, "pull_request_review_thread.start_line must be part of the same hunk as the line."),
        ({"position": 500}, "pull_request_review_thread.position is invalid"),
        ({}, "pull_request_review_thread.position is invalid"),
        ({"line": 10, "commit_id": "0" * 40}, "commit_id is not part of the pull request"),
        ({"line": 10, "body": "x" * 65_537}, "body is too long (maximum is 65536 characters)"),
    ],
)
def test_a_comment_elsewhere_is_refused(one_shop: Shop, one_number: int, place: dict[str, str | int], complaint: str) -> None:
    answer = post(one_shop, one_number, **place)
    assert answer.status_code == 422
    assert answer.json()["message"] == "Validation Failed"
    assert complaint in [error.get("message") for error in answer.json()["errors"]]


def test_the_base_is_no_commit_of_the_pull_request(one_shop: Shop, one_number: int) -> None:
    answer = post(one_shop, one_number, line=10, commit_id=one_shop.clone.git("rev-parse", "origin/main"))
    assert "commit_id is not part of the pull request" in answer.text


@pytest.mark.parametrize(
    ("after", "line"),
    [
        (CHANGED.replace("line 40\n", "line forty\n"), 10),
        ("zero\n" + CHANGED, 11),
        (CHANGED.replace("line 1\n", ""), 9),
        (CHANGED.replace("line ten\n", "line TEN\n"), None),
        (NUMBERS, None),
    ],
    ids=["elsewhere", "line above added", "line above removed", "line changed", "change taken back"],
)
def test_a_comment_follows_its_line_until_it_changes(shop: Shop, number: int, after: str, line: int | None) -> None:
    made = post(shop, number, line=10).json()
    head = shop.clone.commit({"numbers": after, "other": "1\n"})
    shop.clone.git("push", "-q", "origin", "topic")
    now = requests.get(made["url"], headers={"Authorization": f"token {shop.tokens['rita']}"}, timeout=10).json()
    assert (now["line"], now["original_line"], now["original_commit_id"]) == (line, 10, made["commit_id"])
    assert (now["position"] is None) == (line is None)
    assert now["commit_id"] == (head if line else made["commit_id"])


def test_a_comment_on_an_older_commit_is_outdated_at_once_when_its_line_has_changed(shop: Shop, number: int) -> None:
    old = shop.clone.git("rev-parse", "topic")
    shop.clone.commit({"numbers": CHANGED.replace("line ten\n", "line TEN\n")})
    shop.clone.git("push", "-q", "origin", "topic")
    made = post(shop, number, line=10, commit_id=old)
    assert (made.status_code, made.json()["line"], made.json()["original_line"]) == (201, None, 10)


def test_a_deleted_file_outdates_its_threads(shop: Shop, number: int) -> None:
    made = post(shop, number, line=10).json()
    shop.clone.commit({"numbers": ""})
    shop.clone.git("push", "-q", "origin", "topic")
    now = requests.get(made["url"], headers={"Authorization": f"token {shop.tokens['rita']}"}, timeout=10).json()
    assert now["line"] is None
