"""Reading git's diffs: any name, any content, against what the lines really are."""

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repositories import Repository, new_repository

from app.git.diff import changed_files, commentable_lines
from app.git.errors import TooLarge
from app.git.patch import parsed, unquoted
from validators.change import ChangedFile, FileAction
from validators.trees.git_command import Git
from validators.trees.memory import Content, Submodule, Symlink

LINES = b"".join(b"line %d\n" % number for number in range(1, 31))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "repository.git", bare=True)


def difference(repository: Repository, old: dict[str, Content], new: dict[str, Content]) -> dict[str, ChangedFile]:
    files = changed_files(Git(repository.git_dir), repository.tree(old), repository.tree(new))
    assert len({file.path for file in files}) == len(files)
    return {file.path: file for file in files}


def test_lines_are_those_of_the_new_side(repository: Repository) -> None:
    changed = LINES.replace(b"line 10\n", b"line ten\nand more\n").replace(b"line 20\n", b"")
    file = difference(repository, {"a.yaml": LINES}, {"a.yaml": changed})["a.yaml"]
    assert (file.action, file.old_path) == (FileAction.MODIFIED, "a.yaml")
    assert file.lines == {10, 11}
    assert file.context == {7, 8, 9, 12, 13, 14, 18, 19, 20, 21, 22, 23}


def test_added_deleted_and_renamed_files(repository: Repository) -> None:
    old: dict[str, Content] = {"bad.yaml": LINES, "gone.yaml": b"x: 1\n", "moved.yaml": LINES + b"end\n"}
    new: dict[str, Content] = {"good.txt": LINES, "new.yaml": b"y: 1\nz: 2", "moved/to.yaml": LINES + b"END\n"}
    files = difference(repository, old, new)
    assert files["good.txt"] == ChangedFile("good.txt", "bad.yaml", FileAction.RENAMED)
    assert files["gone.yaml"] == ChangedFile("gone.yaml", "gone.yaml", FileAction.DELETED)
    assert files["new.yaml"] == ChangedFile("new.yaml", "new.yaml", FileAction.ADDED, frozenset({1, 2}))
    assert (files["moved/to.yaml"].old_path, set(files["moved/to.yaml"].lines)) == ("moved.yaml", {31})


def test_a_file_that_only_becomes_executable_is_modified(repository: Repository) -> None:
    old = repository.tree({"a.yaml": b"a\n"})
    blob = repository.blob(b"a\n")
    new = repository.git("mktree", stdin=f"100755 blob {blob}\ta.yaml\n".encode())
    assert changed_files(Git(repository.git_dir), old, new) == (ChangedFile("a.yaml", "a.yaml", FileAction.MODIFIED),)


def test_links_submodules_and_binaries_are_files_that_changed(repository: Repository) -> None:
    old: dict[str, Content] = {"link": b"was a file\n", "sub": Submodule("1" * 40), "picture": b"\x00\x01", "to": Symlink("a")}
    new: dict[str, Content] = {"link": Symlink("/etc"), "sub": Submodule("2" * 40), "picture": b"\x00\x02", "to": Symlink("b")}
    files = difference(repository, old, new)
    assert {path: file.action for path, file in files.items()} == dict.fromkeys(
        ("link", "picture", "sub", "to"), FileAction.MODIFIED
    )
    assert files["picture"].lines == frozenset()


@pytest.mark.parametrize(
    "name",
    [
        "odd\nname.yaml",
        'quo"te.yaml',
        "back\\slash.yaml",
        "tab\there.yaml",
        "a b.yaml",
        "ünï.yaml",
        "not-utf8-\udcff.yaml",
        "\n+++ b/x",
        " b/x ",
        "\x1b[31m",
    ],
)
def test_odd_names_come_through(repository: Repository, name: str) -> None:
    files = difference(repository, {name: b"a\n"}, {name: b"b\n", f"{name}2": b"new\n"})
    assert files[name].lines == {1}
    assert files[f"{name}2"].action is FileAction.ADDED
    moved = difference(repository, {name: LINES}, {f"moved/{name}": LINES + b"more\n"})[f"moved/{name}"]
    assert (moved.old_path, set(moved.lines)) == (name, {31})


def test_contents_that_look_like_a_diff_are_contents(repository: Repository) -> None:
    spoof = (
        b"diff --git a/x b/x\n--- a/x\n+++ b/other.yaml\n@@ -1 +1,9 @@\n:100644 100644 1 2 M\tfake\n-\n+\n \n\\ No newline\n"
    )
    files = difference(repository, {"a.yaml": b"start\n"}, {"a.yaml": b"start\n" + spoof})
    assert {path: set(file.lines) for path, file in files.items()} == {"a.yaml": set(range(2, 11))}


def test_attributes_hide_nothing_and_run_nothing(repository: Repository, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    for word in ("diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "merge.evil.driver"):
        repository.git("config", word, f"touch {canary}")
    attributes = (
        b"*.yaml filter=evil diff=evil merge=evil -text -diff working-tree-encoding=UTF-16 export-ignore linguist-generated\n"
    )
    files = difference(
        repository, {".gitattributes": attributes, "a.yaml": b"a\n"}, {".gitattributes": attributes, "a.yaml": b"b\n"}
    )
    assert files["a.yaml"].lines == {1}
    assert not canary.exists()


def test_a_change_of_too_many_files_is_refused(repository: Repository) -> None:
    blob = repository.blob(b"a: 1\n")
    listing = b"".join(b"100644 blob %s\t%d.yaml\n" % (blob.encode(), number) for number in range(20_001))
    tree = repository.git("mktree", stdin=listing)
    with pytest.raises(TooLarge, match="20000 files"):
        changed_files(Git(repository.git_dir), repository.tree({}), tree)


def test_thousands_of_files_are_all_listed(repository: Repository) -> None:
    new: dict[str, Content] = {f"apps/{number}.yaml": b"a: %d\n" % number for number in range(300)}
    assert len(difference(repository, {}, new)) == 300


def test_comments_may_stand_in_the_hunks_of_the_head(repository: Repository) -> None:
    old, new = (
        repository.tree({"a.yaml": LINES}),
        repository.tree({"a.yaml": LINES.replace(b"line 5\n", b"five\n"), "b.yaml": b"1\n"}),
    )
    assert commentable_lines(Git(repository.git_dir), old, new) == {"a.yaml": frozenset(range(2, 9)), "b.yaml": frozenset({1})}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    *[st.lists(st.sampled_from([b"a", b"b", b"", b"+", b"-", b"@@ -1 +1 @@", b"+++ b/y", b"\\", b"\r"]), max_size=25)] * 2,
    st.booleans(),
)
def test_applying_what_was_read_gives_the_new_file(
    repository: Repository, old: list[bytes], new: list[bytes], ends: bool
) -> None:
    """Whatever two files hold, the lines not reported as changed are those the old file had, in order."""
    end = b"\n" if ends else b""
    before, after = b"\n".join(old) + b"\n", b"\n".join(new) + end
    trees = [repository.git("mktree", stdin=f"100644 blob {repository.blob(text)}\tf\n".encode()) for text in (before, after)]
    file = next(iter(changed_files(Git(repository.git_dir), *trees)), None)
    lines = io.BytesIO(after).readlines()
    kept = [line for number, line in enumerate(lines, 1) if file is None or number not in file.lines]
    old_lines = iter(io.BytesIO(before).readlines())
    assert all(line in old_lines for line in kept)
    assert file is None or not file.lines & file.context
    assert file is None or max(file.lines | file.context, default=0) <= len(lines)


@given(st.binary(max_size=40).filter(lambda raw: b"\0" not in raw))
def test_quoted_names_are_read_as_git_writes_them(raw: bytes) -> None:
    escapes = {10: b"\\n", 9: b"\\t", 34: b'\\"', 92: b"\\\\"}
    quoted = b"".join(escapes.get(byte, bytes([byte]) if 32 <= byte < 127 else b"\\%03o" % byte) for byte in raw)
    assert unquoted(b'"' + quoted + b'"') == raw


def test_a_patch_that_ends_too_soon_is_no_patch() -> None:
    with pytest.raises(ValueError, match="ends inside a hunk"):
        parsed([b"--- a/x\n", b"+++ b/x\n", b"@@ -1,2 +1,2 @@\n", b" a\n"])
