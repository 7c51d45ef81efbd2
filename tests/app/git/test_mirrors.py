"""Mirrors are packed and removed only while nobody uses them."""

import os
import time
from pathlib import Path

import pytest
from repositories import Repository, new_repository

from app.git.mirror import Mirror, Want, mirror_folder
from app.git.mirrors import Mirrors, Tidied
from app.git.remote import Remote

WEEK = 7 * 86_400


@pytest.fixture
def upstream(tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "upstream")


async def mirrored(root: Path, upstream: Repository, name: str = "shop/gitops", *, idle: float = 0) -> tuple[Mirror, str]:
    """A mirror with a commit, last used so many seconds ago."""
    commit = upstream.commit({"a.yaml": b"a: 1\n"}, branch="main")
    mirror = Mirror(mirror_folder(root, "github", name))
    async with mirror.used():
        await mirror.fetch(Remote(str(upstream.path)), [Want(commit, "refs/heads/main")])
    at = time.time() - idle
    for mark in (mirror.path, mirror.path.with_suffix(".used")):
        os.utime(mark, (at, at))
    return mirror, commit


async def test_a_mirror_in_use_is_neither_packed_nor_removed(tmp_path: Path, upstream: Repository) -> None:
    mirror, _ = await mirrored(tmp_path / "mirrors", upstream, idle=9 * WEEK)
    async with mirror.used(), Mirror(mirror.path).used():
        assert await mirror.tidy() is False
        assert await mirror.remove() is False
        assert mirror.path.exists()
    assert await mirror.tidy() is True


async def test_what_nobody_uses_is_removed_and_fetched_anew_when_it_is_wanted(tmp_path: Path, upstream: Repository) -> None:
    root = tmp_path / "mirrors"
    old, commit = await mirrored(root, upstream, "shop/old", idle=9 * WEEK)
    recent, _ = await mirrored(root, upstream, "shop/recent")
    assert await Mirrors(root).tidy(unused_days=30) == Tidied(packed=1, removed=1)
    assert (old.path.exists(), recent.path.exists()) == (False, True)
    await old.fetch(Remote(str(upstream.path)), [Want(commit, "refs/heads/main")])
    assert await old.merge_base(commit, commit) == commit


async def test_where_there_is_no_mirror_there_is_nothing_to_do(tmp_path: Path) -> None:
    assert await Mirrors(tmp_path / "none").tidy(unused_days=1) == Tidied()
