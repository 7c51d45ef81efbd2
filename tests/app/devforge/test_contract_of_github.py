"""That what devforge is held against is GitHub's own description, and catches what is not so."""

import json
from pathlib import Path

import pytest
import requests
from forge_stage import contract
from forge_stage.held import held

from app.devforge.rest.api import ENDPOINTS


def faults_of(method: str, path: str, body: object) -> list[str]:
    found = contract.operation(method, path)
    assert found is not None
    return found.request_faults("", json.dumps(body).encode())


def test_everything_that_devforge_serves_is_published_but_one_address_that_redirects_lead_to() -> None:
    assert contract.unpublished() == ["GET /repositories/{id}"]
    assert len(contract.operations()) == len(ENDPOINTS) - 1, "run tools/github_contract.py: there are new operations"


RUN = {"name": "Fairlead", "head_sha": "5b7f2a9c" * 5}
NOTE = {"path": "a", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "x"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "Fairlead"}, "head_sha"),
        ({**RUN, "statuss": "completed"}, "statuss"),
        ({**RUN, "conclusion": "error"}, "conclusion"),
        ({**RUN, "output": {"title": "x", "summary": "y", "annotations": [NOTE] * 51}}, "annotations"),
        ({**RUN, "output": {"title": "x", "summary": "y", "annotations": [{**NOTE, "annotation_level": "bad"}]}}, "bad"),
        ({**RUN, "output": {"title": "x", "summary": "y", "annotations": [{**NOTE, "line": 1}]}}, "line"),
        ({**RUN, "actions": [{"label": "x" * 21, "description": "x", "identifier": "x"}]}, "longer"),
    ],
)
def test_a_check_run_that_github_would_not_take_is_found(body: object, said: str) -> None:
    [fault] = faults_of("POST", "/repos/shop/gitops/check-runs", body)
    assert said in fault
    assert faults_of("POST", "/repos/shop/gitops/check-runs", {**RUN, "output": {"title": "x", "summary": "y"}}) == []


def test_an_unknown_name_in_a_query_is_found() -> None:
    listing = contract.operation("GET", "/repos/shop/gitops/pulls")
    assert listing is not None
    assert listing.request_faults("state=open&per_page=100", b"") == []
    assert len(listing.request_faults("status=open", b"")) == 1
    assert len(listing.request_faults("state=opened", b"")) == 1


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/repos/a/b/commits/feature/x/statuses", "/repos/{owner}/{repo}/commits/{ref}/statuses"),
        ("/repos/a/b/commits/feature/x", "/repos/{owner}/{repo}/commits/{ref}"),
        ("/repos/a/b/branches/x/y/protection", "/repos/{owner}/{repo}/branches/{branch}/protection"),
        ("/repos/a/b/compare/x...y/z", "/repos/{owner}/{repo}/compare/{basehead}"),
        ("/repos/a/b/pulls/comments/5", "/repos/{owner}/{repo}/pulls/comments/{comment_id}"),
        ("/repos/a/b/pulls/5/comments", "/repos/{owner}/{repo}/pulls/{pull_number}/comments"),
    ],
)
def test_an_address_is_taken_for_what_it_means(path: str, template: str) -> None:
    found = contract.operation("GET", path)
    assert found is not None
    assert found.path == template


def test_an_answer_or_a_webhook_that_github_would_not_give_is_found() -> None:
    statuses = contract.operation("POST", "/repos/a/b/statuses/" + "0" * 40)
    assert statuses is not None
    assert statuses.answer_faults(201, b"{}")
    assert statuses.answer_faults(200, b"{}") == ["GitHub never answers 200 here"]
    assert contract.webhook_faults("push", {"ref": "refs/heads/main"})
    assert contract.webhook_faults("pull_request", {"action": "exploded"})


def test_what_fairlead_asks_wrongly_fails_the_test_that_asks(tmp_path: Path) -> None:
    def ask() -> None:
        with held(tmp_path / "forge") as forge:
            headers = {"User-Agent": "fairlead", "Authorization": f"token {forge.add_user('ada', 'Ada')}"}
            requests.get(f"{forge.base_url}/api/v3/user?colour=red", headers=headers, timeout=5).raise_for_status()

    with pytest.raises(AssertionError, match="GET /user: query: GitHub knows no colour"):
        ask()


def test_every_published_example_is_there() -> None:
    assert len(contract.examples()) == 329
