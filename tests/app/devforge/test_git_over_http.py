"""Clone, fetch and push with the real git."""

import subprocess
from pathlib import Path

import pytest
import requests
from devforge_shop import ENVIRONMENT, NUMBERS, Shop, WorkTree, clone_to


def refused(tree: WorkTree, *words: str) -> str:
    """What git says when it fails."""
    done = subprocess.run(["git", *words], cwd=tree.path, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert done.returncode != 0
    return done.stderr


def test_a_private_repository_asks_who_you_are(shop: Shop, tmp_path: Path) -> None:
    assert "could not read Username" in refused(WorkTree(tmp_path), "clone", f"{shop.forge.base_url}/shop/gitops.git", "x")
    assert "not found" in refused(WorkTree(tmp_path), "clone", shop.url("stranger"), "y")


def test_everybody_clones_a_public_one(shop: Shop, tmp_path: Path) -> None:
    shop.forge.create_repository("shop/open")
    clone_to(tmp_path / "open", f"{shop.forge.base_url}/shop/open.git")


def test_readers_clone_but_do_not_push(shop: Shop, tmp_path: Path) -> None:
    theirs = clone_to(tmp_path / "rita", shop.url("rita"))
    theirs.git("checkout", "-q", "-b", "mine")
    theirs.commit({"new": "1\n"})
    assert "403" in refused(theirs, "push", "origin", "mine")


def test_an_installation_token_fetches_by_commit(shop: Shop, tmp_path: Path) -> None:
    sha = shop.clone.branch("topic", {"numbers": NUMBERS + "more\n"})
    token = shop.bot().requester.auth
    assert token is not None
    mirror = WorkTree(tmp_path / "mirror")
    mirror.path.mkdir()
    mirror.git("init", "-q", "--bare")
    url = shop.forge.base_url.replace("://", f"://x-access-token:{token.token}@") + "/shop/gitops.git"
    mirror.git("fetch", "-q", "--depth=1", url, sha)
    assert mirror.git("cat-file", "-t", sha) == "commit"


def test_a_large_push_in_chunks_arrives_whole(shop: Shop) -> None:
    text = "".join(f"{number * 7919 % 1_000_003}\n" for number in range(300_000))
    shop.clone.git("config", "http.postBuffer", "65536")
    shop.clone.git("config", "core.compression", "0")
    sha = shop.clone.branch("large", {"large": text})
    assert shop.clone.git("ls-remote", "origin", "refs/heads/large").split()[0] == sha
    assert shop.forge.git(shop.forge.repository("shop/gitops")).blob(sha, "large") == text.encode()


@pytest.mark.parametrize("version", ["0", "2"])
def test_old_and_new_protocol(shop: Shop, tmp_path: Path, version: str) -> None:
    tree = WorkTree(tmp_path)
    tree.git("-c", f"protocol.version={version}", "clone", "-q", shop.url("rita"), "copy")
    assert (tmp_path / "copy" / "numbers").read_text() == NUMBERS


def test_a_protected_branch_moves_by_the_merge_button_only(shop: Shop, tmp_path: Path) -> None:
    shop.forge.protect_branch("shop/gitops", "main", [])
    shop.clone.git("checkout", "-q", "main")
    shop.clone.commit({"new": "1\n"})
    assert "GH006: Protected branch update failed for refs/heads/main" in refused(shop.clone, "push", "origin", "main")
    owner = clone_to(tmp_path / "olga", shop.url("olga"))
    owner.commit({"new": "1\n"})
    owner.git("push", "-q", "origin", "main")


def test_nobody_pushes_to_the_refs_of_pull_requests(shop: Shop) -> None:
    assert "hidden ref" in refused(shop.clone, "push", "origin", "main:refs/pull/1/head")


def test_a_new_branch_is_told_where_to_open_a_pull_request(shop: Shop) -> None:
    shop.clone.git("checkout", "-q", "-b", "fresh")
    shop.clone.commit({"new": "1\n"})
    done = subprocess.run(
        ["git", "push", "origin", "fresh"], cwd=shop.clone.path, capture_output=True, text=True, env=ENVIRONMENT, check=True
    )
    assert f"{shop.forge.base_url}/shop/gitops/compare/fresh" in done.stderr


def test_a_request_for_anything_else_is_refused(shop: Shop) -> None:
    answer = requests.get(f"{shop.forge.base_url}/shop/gitops.git/info/refs?service=git-shell", timeout=10)
    assert answer.status_code == 403


def test_a_pull_request_from_a_fork_has_its_commits_here(shop: Shop, tmp_path: Path) -> None:
    shop.forge.fork_repository("shop/gitops", "rita")
    theirs = clone_to(tmp_path / "fork", shop.url("rita", "rita/gitops"))
    sha = theirs.branch("topic", {"numbers": NUMBERS + "more\n"})
    pull = shop.user("rita").get_repo("shop/gitops").create_pull(base="main", head="rita:topic", title="From afar")
    assert (pull.head.label, pull.head.repo.full_name, pull.head.repo.fork) == ("rita:topic", "rita/gitops", True)
    assert shop.clone.git("ls-remote", "origin", f"refs/pull/{pull.number}/head").split()[0] == sha
    moved = theirs.commit({"numbers": NUMBERS + "even more\n"})
    theirs.git("push", "-q", "origin", "topic")
    assert shop.user("ada").get_repo("shop/gitops").get_pull(pull.number).head.sha == moved
    assert shop.clone.git("ls-remote", "origin", f"refs/pull/{pull.number}/head").split()[0] == moved
