"""A folder as a Tree: what lies on disk now, and nothing that a link leads to."""

import os
from pathlib import Path

import pytest
from repositories import new_repository

from validators.change import ToolFailed
from validators.trees.folder import FolderTree
from validators.trees.git_objects import GitObjects


def paths(root: Path) -> list[str]:
    return [entry.path for entry in FolderTree(root).walk()]


def test_git_keeps_its_own_files_to_itself(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a")
    (tmp_path / "vendor" / ".git").mkdir(parents=True)
    (tmp_path / "vendor" / ".git" / "config").write_text("x")
    assert paths(tmp_path) == ["a.yaml"]
    new_repository(tmp_path)
    tree = FolderTree(tmp_path)
    assert [entry.path for entry in tree.walk()] == ["a.yaml"]
    assert tree.entry(".git/config") is tree.entry("vendor/.git/config") is None


def test_ignored_files_are_not_there(tmp_path: Path) -> None:
    new_repository(tmp_path)
    (tmp_path / ".gitignore").write_text("build/\n*.secret\n")
    (tmp_path / "build").mkdir()
    for name in ("build/out.yaml", "key.secret", "a.yaml"):
        (tmp_path / name).write_text("x")
    tree = FolderTree(tmp_path)
    assert [entry.path for entry in tree.walk()] == [".gitignore", "a.yaml"]
    assert tree.entry("key.secret") is tree.entry("build/out.yaml") is None


def test_a_tracked_file_that_matches_an_ignore_rule_is_there(tmp_path: Path) -> None:
    repository = new_repository(tmp_path)
    (tmp_path / "key.secret").write_text("x")
    repository.git("add", "key.secret")
    (tmp_path / ".gitignore").write_text("*.secret\n")
    assert paths(tmp_path) == [".gitignore", "key.secret"]


def test_an_edited_file_has_the_id_it_would_get(tmp_path: Path) -> None:
    repository = new_repository(tmp_path)
    (tmp_path / "a.yaml").write_text("a: 1\n")
    repository.git("add", "a.yaml")
    (tmp_path / "a.yaml").write_text("a: 2\n")
    entry = FolderTree(tmp_path).entry("a.yaml")
    assert entry is not None
    assert entry.blob == repository.git("hash-object", "a.yaml")


def test_sha256_repositories_have_their_own_ids(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "r")
    (tmp_path / "r" / ".git").rename(tmp_path / "old")
    repository.git("init", "-q", "--object-format=sha256")
    (tmp_path / "r" / "a.yaml").write_text("a: 1\n")
    entry = FolderTree(tmp_path / "r").entry("a.yaml")
    assert entry is not None
    assert entry.blob == repository.git("hash-object", "a.yaml")
    repository.git("add", "-A")
    repository.git("commit", "-q", "-m", "A commit")
    with GitObjects(repository.git_dir) as objects:
        assert objects.tree(repository.git("rev-parse", "HEAD")).entry("a.yaml") == entry


def test_fifos_and_sockets_are_not_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.yaml")
    (tmp_path / "a.yaml").write_text("a")
    tree = FolderTree(tmp_path)
    assert [entry.path for entry in tree.walk()] == ["a.yaml"]
    assert tree.entry("fifo.yaml") is None
    assert list(tree.search("a", (".yaml",))) == ["a.yaml"]


def test_a_folder_that_becomes_a_link_while_we_look_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "root" / "apps").mkdir(parents=True)
    (tmp_path / "root" / "apps" / "a.yaml").write_text("a")
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "a.yaml").write_text("canary")
    tree = FolderTree(tmp_path / "root")
    entry = next(tree.walk())
    (tmp_path / "root" / "apps").rename(tmp_path / "gone")
    (tmp_path / "root" / "apps").symlink_to(tmp_path / "else")
    with pytest.raises(OSError, match=r"apps|Not a directory|symbolic"):
        tree.read(entry)


def test_a_text_across_two_pieces_of_a_large_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"x" * ((1 << 20) - 3) + b"needle" + b"y" * 100)
    assert list(FolderTree(tmp_path).search("needle", (".yaml",))) == ["a.yaml"]


def test_a_broken_repository_is_told(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /nowhere")
    with pytest.raises(ToolFailed, match="git config failed"):
        list(FolderTree(tmp_path).walk())
