"""When a pull request merges, when it does not, and how else it ends."""

import pytest
from devforge_shop import NUMBERS, Shop
from github import GithubException
from github.PullRequest import PullRequest


def opened(shop: Shop, name: str, files: dict[str, str], *, draft: bool = False) -> PullRequest:
    """A pull request by Ada."""
    shop.clone.branch(name, files)
    made: PullRequest = (
        shop.user("ada").get_repo("shop/gitops").create_pull(base="main", head=name, title=f"About {name}", draft=draft)
    )
    return made


def refusal(pull: PullRequest, **how: str) -> tuple[int, str]:
    """Status and words of a merge that is refused."""
    with pytest.raises(GithubException) as refused:
        pull.merge(**how)  # type: ignore[arg-type] # the names are those of merge
    return refused.value.status, refused.value.data["message"]


def test_conflicts_are_found_and_not_merged(shop: Shop) -> None:
    one = opened(shop, "one", {"numbers": NUMBERS.replace("line 5\n", "five\n")})
    two = opened(shop, "two", {"numbers": NUMBERS.replace("line 5\n", "FIVE\n")})
    one.merge()
    repository = shop.user("ada").get_repo("shop/gitops")
    assert repository.get_pull(two.number).mergeable is None
    now = repository.get_pull(two.number)
    assert (now.mergeable, now.mergeable_state) == (False, "dirty")
    assert refusal(two) == (405, "Pull Request is not mergeable")


def test_squashing_makes_one_commit(shop: Shop) -> None:
    pull = opened(shop, "one", {"new": "1\n"})
    shop.clone.commit({"new": "2\n"})
    shop.clone.git("push", "-q", "origin", "one")
    before = shop.clone.git("rev-parse", "origin/main")
    pull.merge(merge_method="squash")
    shop.clone.git("fetch", "-q", "origin")
    assert shop.clone.git("log", "-1", "--format=%s|%P", "origin/main") == f"About one (#{pull.number})|{before}"


def test_drafts_and_closed_ones_do_not_merge(shop: Shop) -> None:
    draft = opened(shop, "one", {"new": "1\n"}, draft=True)
    assert refusal(draft) == (405, "Pull Request is still a draft")
    other = opened(shop, "two", {"new": "2\n"})
    other.edit(state="closed")
    assert refusal(other)[0] == 405


def test_readers_do_not_merge(shop: Shop) -> None:
    pull = opened(shop, "one", {"new": "1\n"})
    assert refusal(shop.user("rita").get_repo("shop/gitops").get_pull(pull.number))[0] == 404


def test_strict_protection_wants_the_newest_base(shop: Shop) -> None:
    shop.forge.protect_branch("shop/gitops", "main", [], strict=True)
    one, two = opened(shop, "one", {"one": "1\n"}), opened(shop, "two", {"two": "2\n"})
    one.merge()
    assert refusal(two) == (405, "Head branch is not up to date with main")


def test_several_missing_statuses_are_counted(shop: Shop) -> None:
    shop.forge.protect_branch("shop/gitops", "main", ["fairlead/checks", "fairlead/approvals", "other"])
    pull = opened(shop, "one", {"new": "1\n"})
    commit = shop.bot().get_repo("shop/gitops").get_commit(pull.head.sha)
    commit.create_status("error", context="fairlead/checks")
    commit.create_status("success", context="other")
    assert refusal(pull) == (405, "2 of 3 required status checks have not succeeded: 1 failing and 1 expected.")


def test_a_check_run_of_the_name_counts_as_the_status(shop: Shop) -> None:
    shop.forge.protect_branch("shop/gitops", "main", ["Fairlead"])
    pull = opened(shop, "one", {"new": "1\n"})
    run = shop.bot().get_repo("shop/gitops").create_check_run("Fairlead", pull.head.sha, status="in_progress")
    assert refusal(pull) == (405, 'Required status check "Fairlead" is pending.')
    run.edit(status="completed", conclusion="neutral")
    assert pull.merge().merged


def test_pushing_its_commits_to_the_base_merges_it(shop: Shop) -> None:
    pull = opened(shop, "one", {"new": "1\n"})
    shop.clone.git("push", "-q", "origin", "one:main")
    pull.update()
    assert (pull.state, pull.merged) == ("closed", True)


def test_deleting_its_branch_closes_it(shop: Shop) -> None:
    pull = opened(shop, "one", {"new": "1\n"})
    shop.clone.git("push", "-q", "origin", ":one")
    pull.update()
    assert (pull.state, pull.merged) == ("closed", False)


@pytest.mark.parametrize(
    ("base", "head", "complaint"),
    [
        ("main", "one", "A pull request already exists for shop:one."),
        ("main", "main", "No commits between main and main"),
        ("main", "none", "invalid"),
        ("none", "one", "invalid"),
        ("main", "nobody:one", "invalid"),
    ],
)
def test_what_cannot_be_opened(shop: Shop, base: str, head: str, complaint: str) -> None:
    opened(shop, "one", {"new": "1\n"})
    with pytest.raises(GithubException) as refused:
        shop.user("ada").get_repo("shop/gitops").create_pull(base=base, head=head, title="Again")
    assert refused.value.status == 422
    assert complaint in str(refused.value.data["errors"])
