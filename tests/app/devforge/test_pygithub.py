"""The forge as PyGithub sees it."""

import pytest
from devforge_shop import NUMBERS, Shop
from github import Auth, Github, GithubException, GithubIntegration
from github.PullRequest import ReviewComment


def opened(shop: Shop, name: str = "topic", files: dict[str, str] | None = None) -> int:
    """A pull request by Ada; returns its number."""
    shop.clone.branch(name, files or {"numbers": NUMBERS.replace("line 20\n", "line twenty\n")})
    return shop.user("ada").get_repo("shop/gitops").create_pull(base="main", head=name, title=f"About {name}").number


def test_an_app_finds_its_installation_and_speaks_as_its_bot(shop: Shop) -> None:
    integration = GithubIntegration(auth=Auth.AppAuth(shop.keys.id, shop.keys.private_key), base_url=shop.api)
    assert integration.get_app().slug == "fairlead"
    assert integration.get_repo_installation("shop", "gitops").id == shop.installation
    assert [one.full_name for one in integration.get_installations()[0].get_repos()] == ["shop/gitops"]
    number = opened(shop)
    comment = shop.bot().get_repo("shop/gitops").get_pull(number).create_issue_comment("hello")
    assert comment.user.login == "fairlead[bot]"
    assert comment.user.type == "Bot"


def test_a_pull_request_tells_what_git_says(shop: Shop) -> None:
    number = opened(shop)
    pull = shop.bot().get_repo("shop/gitops").get_pull(number)
    assert (pull.title, pull.state, pull.user.login, pull.base.ref, pull.head.ref) == (
        "About topic",
        "open",
        "ada",
        "main",
        "topic",
    )
    assert pull.head.sha == shop.clone.git("rev-parse", "HEAD")
    assert [(one.filename, one.additions, one.deletions, one.status) for one in pull.get_files()] == [
        ("numbers", 1, 1, "modified")
    ]
    assert [one.sha for one in pull.get_commits()] == [pull.head.sha]
    assert pull.changed_files == 1


def test_whether_it_can_merge_is_unknown_at_first(shop: Shop) -> None:
    number = opened(shop)
    repository = shop.bot().get_repo("shop/gitops")
    assert repository.get_pull(number).mergeable is None
    assert repository.get_pull(number).mergeable is True


def test_a_push_moves_the_head_and_its_hidden_ref(shop: Shop) -> None:
    number = opened(shop)
    sha = shop.clone.commit({"more": "1\n"})
    shop.clone.git("push", "-q", "origin", "topic")
    assert shop.user("rita").get_repo("shop/gitops").get_pull(number).head.sha == sha
    assert shop.clone.git("ls-remote", "origin", f"refs/pull/{number}/head").split()[0] == sha


def test_a_review_stands_on_lines_of_the_diff_and_is_answered_and_resolved(shop: Shop) -> None:
    number = opened(shop)
    pull = shop.bot().get_repo("shop/gitops").get_pull(number)
    commit = shop.bot().get_repo("shop/gitops").get_commit(pull.head.sha)
    review = pull.create_review(
        commit=commit, body="look", event="COMMENT", comments=[{"path": "numbers", "line": 20, "body": "word"}]
    )
    assert review.state == "COMMENTED"
    (comment,) = pull.get_review_comments()
    assert (comment.path, comment.line, comment.original_line, comment.user.login) == ("numbers", 20, 20, "fairlead[bot]")
    assert comment.diff_hunk.splitlines()[-1] == "+line twenty"
    answer = shop.user("ada").get_repo("shop/gitops").get_pull(number).create_review_comment_reply(comment.id, "done")
    assert answer.in_reply_to_id == comment.id


def test_one_bad_line_refuses_the_whole_review(shop: Shop) -> None:
    number = opened(shop)
    pull = shop.bot().get_repo("shop/gitops").get_pull(number)
    good: ReviewComment = {"path": "numbers", "line": 20, "body": "a"}
    bad: ReviewComment = {"path": "numbers", "line": 2, "body": "b"}
    with pytest.raises(GithubException) as refused:
        pull.create_review(event="COMMENT", body="x", comments=[good, bad])
    assert refused.value.status == 422
    assert "line must be part of the diff" in str(refused.value.data)
    assert list(pull.get_review_comments()) == []
    assert list(pull.get_reviews()) == []


def test_statuses_and_check_runs_gate_the_merge(shop: Shop) -> None:
    shop.forge.protect_branch("shop/gitops", "main", ["fairlead/checks"])
    number = opened(shop)
    theirs = shop.user("ada").get_repo("shop/gitops").get_pull(number)
    with pytest.raises(GithubException) as refused:
        theirs.merge()
    assert (refused.value.status, refused.value.data["message"]) == (
        405,
        'Required status check "fairlead/checks" is expected.',
    )
    commit = shop.bot().get_repo("shop/gitops").get_commit(theirs.head.sha)
    commit.create_status("pending", context="fairlead/checks", description="looking")
    with pytest.raises(GithubException, match="is pending"):
        theirs.merge()
    commit.create_status("success", context="fairlead/checks", description="fine")
    combined = commit.get_combined_status()
    assert (combined.state, [one.context for one in combined.statuses]) == ("success", ["fairlead/checks"])
    with pytest.raises(GithubException) as stale:
        theirs.merge(sha="0" * 40)
    assert stale.value.status == 409
    done = theirs.merge(sha=theirs.head.sha)
    assert done.merged
    shop.clone.git("fetch", "-q", "origin")
    assert shop.clone.git("log", "-1", "--format=%s", "origin/main") == "Merge pull request #1 from shop/topic"
    assert shop.clone.git("rev-parse", "origin/main^2") == theirs.head.sha


def test_check_runs_take_annotations_in_batches(shop: Shop) -> None:
    number = opened(shop)
    repository = shop.bot().get_repo("shop/gitops")
    sha = repository.get_pull(number).head.sha
    note: dict[str, str | int] = {
        "path": "numbers",
        "start_line": 20,
        "end_line": 20,
        "annotation_level": "failure",
        "message": "m",
        "title": "t",
    }
    run = repository.create_check_run(
        "Fairlead",
        sha,
        status="in_progress",
        external_id="x1",
        output={"title": "t", "summary": "s", "annotations": [note] * 50},
    )
    run.edit(output={"title": "t", "summary": "s", "annotations": [note]})
    run.edit(status="completed", conclusion="failure")
    (found,) = repository.get_commit(sha).get_check_runs()
    assert (found.external_id, found.status, found.conclusion, found.output.annotations_count) == (
        "x1",
        "completed",
        "failure",
        51,
    )
    assert len(list(found.get_annotations())) == 51
    with pytest.raises(GithubException) as refused:
        run.edit(output={"title": "t", "summary": "s", "annotations": [note] * 51})
    assert refused.value.status == 422
    with pytest.raises(GithubException) as forbidden:
        shop.user("olga").get_repo("shop/gitops").create_check_run("Mine", sha)
    assert forbidden.value.status == 403


def test_reactions_are_given_once(shop: Shop) -> None:
    number = opened(shop)
    comment = shop.user("ada").get_repo("shop/gitops").get_pull(number).create_issue_comment("/recheck")
    seen = shop.bot().get_repo("shop/gitops").get_pull(number).get_issue_comment(comment.id)
    first, second = seen.create_reaction("eyes"), seen.create_reaction("eyes")
    assert first.id == second.id
    assert [one.content for one in seen.get_reactions()] == ["eyes"]


def test_an_author_cannot_approve_the_own_pull_request(shop: Shop) -> None:
    number = opened(shop)
    with pytest.raises(GithubException, match="Can not approve your own pull request"):
        shop.user("ada").get_repo("shop/gitops").get_pull(number).create_review(event="APPROVE")
    assert shop.user("rita").get_repo("shop/gitops").get_pull(number).create_review(event="APPROVE").state == "APPROVED"


@pytest.mark.parametrize(("login", "status"), [("stranger", 404), ("rita", 404)])
def test_readers_set_no_statuses(shop: Shop, login: str, status: int) -> None:
    sha = shop.clone.git("rev-parse", "origin/main")
    theirs = Github(auth=Auth.Token(shop.tokens[login]), base_url=shop.api, seconds_between_requests=0, lazy=True)
    with pytest.raises(GithubException) as refused:
        theirs.get_repo("shop/gitops").get_commit(sha).create_status("success")
    assert refused.value.status == status


def test_permissions_by_role(shop: Shop) -> None:
    repository = shop.bot().get_repo("shop/gitops")
    assert {login: repository.get_collaborator_permission(login) for login in ("olga", "ada", "rita", "stranger")} == {
        "olga": "admin",
        "ada": "write",
        "rita": "read",
        "stranger": "none",
    }


def test_lists_come_in_pages(shop: Shop) -> None:
    number = opened(shop)
    pull = shop.user("ada").get_repo("shop/gitops").get_pull(number)
    for at in range(7):
        pull.create_issue_comment(f"comment {at}")
    paged = Github(auth=Auth.Token(shop.tokens["ada"]), base_url=shop.api, per_page=3, seconds_between_requests=0)
    assert [one.body for one in paged.get_repo("shop/gitops").get_pull(number).get_issue_comments()] == [
        f"comment {at}" for at in range(7)
    ]
