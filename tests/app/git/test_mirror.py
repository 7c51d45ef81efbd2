"""Mirrors fetch what a change needs, and no more than that, whatever the other side offers."""

import asyncio
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from repositories import Repository, new_repository

from app.git.errors import (
    BadRefName,
    CommitNotFound,
    GitError,
    HostUnreachable,
    ObjectsRefused,
    RepositoryNotFound,
    TimedOut,
    TooLarge,
)
from app.git.merging import Conflict, Merged
from app.git.mirror import FETCH_LIMITS, Mirror, Want, mirror_folder
from app.git.remote import Remote
from validators.confinement import Limits
from validators.trees.git_objects import GitObjects
from validators.trees.memory import Submodule


@pytest.fixture
def upstream(tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "upstream.git", bare=True)


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    return Mirror(mirror_folder(tmp_path / "mirrors", "github", "shop/gitops"))


@pytest.fixture
def silent_host() -> Iterator[str]:
    """A URL whose host takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x.git"


def refs_of(mirror: Mirror) -> list[str]:
    return Repository(mirror.path).git("for-each-ref", "--format=%(refname)").splitlines()


async def test_a_commit_is_fetched_by_its_id_under_a_name_of_our_own(upstream: Repository, mirror: Mirror) -> None:
    first = upstream.commit({"a.yaml": b"a: 1\n"}, branch="main")
    upstream.commit({"a.yaml": b"a: 2\n"}, first, branch="main")
    want = Want(first, "refs/heads/main")
    await mirror.fetch(Remote(str(upstream.path)), [want])
    assert refs_of(mirror) == [want.kept_as]
    assert want.kept_as.startswith("refs/fairlead/")
    with GitObjects(mirror.path) as objects:
        assert [entry.path for entry in objects.tree(first).walk()] == ["a.yaml"]


async def test_what_is_there_is_not_asked_for_again(upstream: Repository, mirror: Mirror) -> None:
    commit = upstream.commit({"a.yaml": b"a"}, branch="main")
    await mirror.fetch(Remote(str(upstream.path)), [Want(commit, "refs/heads/main")])
    await mirror.fetch(Remote("/nowhere"), [Want(commit, "refs/heads/main")])


async def test_a_host_that_gives_no_ids_is_asked_for_the_ref(upstream: Repository, mirror: Mirror) -> None:
    upstream.git("config", "protocol.version", "0")
    commit = upstream.commit({"a.yaml": b"a"})
    upstream.git("update-ref", "refs/pull/7/head", commit)
    upstream.git("config", "uploadpack.hideRefs", "refs/none")
    await mirror.fetch(Remote(str(upstream.path)), [Want(commit, "refs/pull/7/head")])
    assert refs_of(mirror) == [Want(commit, "refs/pull/7/head").kept_as]


async def test_a_branch_may_take_the_name_of_a_folder_of_branches_and_the_other_way_round(
    upstream: Repository, mirror: Mirror
) -> None:
    for number, branch in enumerate(("release", "release/1", "release")):
        commit = upstream.commit({"a.yaml": b"%d" % number}, branch=branch)
        await mirror.fetch(Remote(str(upstream.path)), [Want(commit, f"refs/heads/{branch}")])
        upstream.git("update-ref", "-d", f"refs/heads/{branch}")


async def test_a_commit_that_is_gone_is_said_to_be(upstream: Repository, mirror: Mirror) -> None:
    upstream.commit({"a.yaml": b"a"}, branch="main")
    with pytest.raises(CommitNotFound, match="no longer offers"):
        await mirror.fetch(Remote(str(upstream.path)), [Want("1" * 40, "refs/heads/main")])


async def test_many_fetches_at_once_wait_for_each_other(upstream: Repository, mirror: Mirror) -> None:
    commits = [upstream.commit({"a.yaml": b"a: %d" % number}, branch=f"b{number}") for number in range(8)]
    twin = Mirror(mirror.path)
    await asyncio.gather(
        *(
            (mirror, twin)[number % 2].fetch(Remote(str(upstream.path)), [Want(commit, f"refs/heads/b{number}")])
            for number, commit in enumerate(commits)
        )
    )
    assert len(refs_of(mirror)) == len(commits)


async def test_nothing_of_another_host_but_silence(mirror: Mirror, unused_tcp_port: int) -> None:
    with pytest.raises(HostUnreachable, match=r"127\.0\.0\.1") as caught:
        await mirror.fetch(Remote(f"http://127.0.0.1:{unused_tcp_port}/x.git"), [Want("1" * 40, "refs/heads/main")])
    assert caught.value.passing


async def test_a_folder_without_repository_is_not_found(mirror: Mirror, tmp_path: Path) -> None:
    with pytest.raises(RepositoryNotFound):
        await mirror.fetch(Remote(str(tmp_path / "no.git")), [Want("1" * 40, "refs/heads/main")])


async def test_a_pack_above_the_limit_is_refused(upstream: Repository, tmp_path: Path) -> None:
    commit = upstream.commit({"random": os.urandom(3 * 1024**2)}, branch="main")
    small = Mirror(tmp_path / "small.git", Limits(memory=None, cpu=None, file_size=1024**2))
    with pytest.raises(TooLarge):
        await small.fetch(Remote(str(upstream.path)), [Want(commit, "refs/heads/main")])


async def test_a_host_that_never_answers_is_given_up(tmp_path: Path, silent_host: str) -> None:
    mirror = Mirror(tmp_path / "m.git", Limits(memory=None, cpu=None, wall=0.5))
    with pytest.raises(TimedOut, match=r"fetching from 127\.0\.0\.1 took longer"):
        await mirror.fetch(Remote(silent_host), [Want("1" * 40, "refs/heads/main")])


async def test_cancelling_stops_git_and_frees_the_mirror(tmp_path: Path, upstream: Repository, silent_host: str) -> None:
    mirror = Mirror(tmp_path / "m.git", FETCH_LIMITS)
    commit = upstream.commit({"a.yaml": b"a"}, branch="main")
    stuck = asyncio.create_task(mirror.fetch(Remote(silent_host), [Want(commit, "refs/heads/main")]))
    await asyncio.sleep(0.5)
    stuck.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stuck
    await asyncio.wait_for(mirror.fetch(Remote(str(upstream.path)), [Want(commit, "refs/heads/main")]), 10)


async def test_what_a_killed_fetch_left_is_cleared_away(upstream: Repository, mirror: Mirror) -> None:
    first = upstream.commit({"a.yaml": b"a: 1\n"}, branch="main")
    want = Want(first, "refs/heads/main")
    await mirror.fetch(Remote(str(upstream.path)), [want])
    half_a_pack = mirror.path / "objects" / "pack" / "tmp_pack_x1Y2z3"
    half_a_pack.write_bytes(b"PACK")
    (mirror.path / f"{want.kept_as}.lock").touch()
    second = upstream.commit({"a.yaml": b"a: 2\n"}, first, branch="main")
    await mirror.fetch(Remote(str(upstream.path)), [Want(second, "refs/heads/main")])
    assert not half_a_pack.exists()
    assert Repository(mirror.path).git("rev-parse", want.kept_as) == second


async def test_tidying_keeps_what_was_fetched(upstream: Repository, mirror: Mirror) -> None:
    await mirror.tidy()
    commits = [upstream.commit({"a.yaml": b"a: %d\n" % number}, branch=f"b{number}") for number in range(3)]
    for number, commit in enumerate(commits):
        await mirror.fetch(Remote(str(upstream.path)), [Want(commit, f"refs/heads/b{number}")])
    await mirror.tidy()
    await mirror.fetch(Remote("/nowhere"), [Want(commit, f"refs/heads/b{number}") for number, commit in enumerate(commits)])
    later = upstream.commit({"a.yaml": b"later\n"}, commits[0], branch="b0")
    await mirror.fetch(Remote(str(upstream.path)), [Want(later, "refs/heads/b0")])
    assert len(refs_of(mirror)) == len(commits)


@pytest.mark.parametrize("name", [".git", ".GIT", "git~1", ".g\u200cit"])
async def test_a_tree_that_holds_a_git_folder_is_refused(upstream: Repository, mirror: Mirror, name: str) -> None:
    inner = upstream.git("mktree", stdin=f"100644 blob {upstream.blob(b'[core]')}\tconfig\n".encode())
    evil = upstream.git("mktree", "--missing", stdin=f"040000 tree {inner}\t{name}\n".encode())
    commit = upstream.commit(evil, branch="main")
    with pytest.raises(ObjectsRefused, match="git's check refused"):
        await mirror.fetch(Remote(str(upstream.path)), [Want(commit, "refs/heads/main")])
    sound = upstream.commit({"a.yaml": b"a"}, branch="sound")
    await mirror.fetch(Remote(str(upstream.path)), [Want(sound, "refs/heads/sound")])


async def test_submodules_are_not_fetched(upstream: Repository, mirror: Mirror, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    modules = f'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c touch% {canary}\n'.encode()
    commit = upstream.commit({".gitmodules": modules, "x": Submodule("2" * 40)}, branch="main")
    await mirror.fetch(Remote(str(upstream.path)), [Want(commit, "refs/heads/main")])
    assert not canary.exists()


@pytest.mark.parametrize(
    "branch", ["--upload-pack=touch CANARY", "--upload-pack=touch${IFS}canary", "a$(touch canary)b", "-x", "ü"]
)
async def test_a_branch_is_a_name_and_nothing_else(upstream: Repository, mirror: Mirror, branch: str) -> None:
    commit = upstream.commit({"a.yaml": b"a"})
    if " " in branch:
        with pytest.raises(BadRefName, match="no ref of this name"):
            Want(commit, f"refs/heads/{branch}")
        return
    upstream.git("update-ref", f"refs/heads/{branch}", commit)
    await mirror.fetch(Remote(str(upstream.path)), [Want(commit, f"refs/heads/{branch}")])
    assert not [path for folder in (mirror.path, upstream.path) for path in folder.rglob("canary")]


@pytest.mark.parametrize("commit", ["--upload-pack=x", "HEAD", "abc", "1" * 39, "1" * 41, "G" * 40, "1" * 40 + "\n"])
def test_only_full_ids_are_commits(commit: str) -> None:
    with pytest.raises(ValueError, match="not a full commit id"):
        Want(commit, "refs/heads/main")


@pytest.mark.parametrize(
    "ref",
    ["main", "--x", "refs/heads/a b", "refs/heads/..", "refs/heads/a:b", "refs/heads/*", "refs/heads/x.lock", "refs/heads/"],
)
def test_only_full_names_are_refs(ref: str) -> None:
    with pytest.raises(BadRefName, match="no ref of this name"):
        Want("1" * 40, ref)


@pytest.mark.parametrize(
    "url", ["ext::sh -c touch% x", "ssh://host/x", "git://host/x", "host:x", "-x", "--upload-pack=x", "fd::3"]
)
def test_other_protocols_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="fetched by https"):
        Remote(url)


async def test_a_merge_gives_the_tree_that_would_be(upstream: Repository, mirror: Mirror) -> None:
    base = upstream.commit({"a.yaml": b"a: 1\n", "b.yaml": b"b: 1\n"}, branch="main")
    main = upstream.commit({"a.yaml": b"a: 2\n", "b.yaml": b"b: 1\n"}, base, branch="main")
    head = upstream.commit({"a.yaml": b"a: 1\n", "b.yaml": b"b: 2\n"}, base, branch="head")
    await mirror.fetch(Remote(str(upstream.path)), [Want(main, "refs/heads/main"), Want(head, "refs/heads/head")])
    merged = await mirror.merge_result(main, head)
    assert isinstance(merged, Merged)
    assert await mirror.merge_base(main, head) == base
    with GitObjects(mirror.path) as objects:
        tree = objects.tree(merged.tree)
        assert {entry.path: tree.read(entry) for entry in tree.walk()} == {"a.yaml": b"a: 2\n", "b.yaml": b"b: 2\n"}
    assert [file.path for file in await mirror.changed_files(main, merged.tree)] == ["b.yaml"]


async def test_a_conflict_names_its_files(upstream: Repository, mirror: Mirror) -> None:
    odd = "odd\nname.yaml"
    base = upstream.commit({"a.yaml": b"1\n", odd: b"1\n", "gone.yaml": b"1\n", "fine.yaml": b"1\n"})
    main = upstream.commit({"a.yaml": b"2\n", odd: b"2\n", "fine.yaml": b"1\n"}, base, branch="main")
    head = upstream.commit({"a.yaml": b"3\n", odd: b"3\n", "gone.yaml": b"3\n", "fine.yaml": b"2\n"}, base, branch="head")
    await mirror.fetch(Remote(str(upstream.path)), [Want(main, "refs/heads/main"), Want(head, "refs/heads/head")])
    assert await mirror.merge_result(main, head) == Conflict(("a.yaml", "gone.yaml", odd))


async def test_histories_without_a_common_commit_do_not_merge(upstream: Repository, mirror: Mirror) -> None:
    one, two = upstream.commit({"a": b"1"}, branch="one"), upstream.commit({"a": b"2"}, branch="two")
    await mirror.fetch(Remote(str(upstream.path)), [Want(one, "refs/heads/one"), Want(two, "refs/heads/two")])
    assert await mirror.merge_base(one, two) is None
    with pytest.raises(GitError, match="no commit in common"):
        await mirror.merge_result(one, two)


def test_two_repositories_never_share_a_place(tmp_path: Path) -> None:
    paths = ["a/b", "a%2Fb", "a_b", "..", "../x", "a/b.git"]
    places = {mirror_folder(tmp_path, "github", path) for path in paths} | {mirror_folder(tmp_path, "gitlab", "a/b")}
    assert len(places) == len(paths) + 1
    assert all(place.resolve().is_relative_to(tmp_path) for place in places)
