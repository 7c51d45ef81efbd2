"""What `fairlead check` compares on a person's own machine."""

import os
from pathlib import Path

import pytest
from repositories import Repository, new_repository

from app.git.errors import NoBase, NotARepository, UnknownRevision
from app.git.local import local_change, open_repository
from validators.change import ChangedFile, FileAction
from validators.units.remote import without_credentials


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """One commit on main, checked out."""
    repository = new_repository(tmp_path / "repository")
    (repository.path / "apps").mkdir()
    (repository.path / "apps" / "a.yaml").write_text("a: 1\n")
    (repository.path / "b.yaml").write_text("b: 1\n")
    (repository.path / ".gitignore").write_text("*.secret\n")
    commit_all(repository)
    return repository


def commit_all(repository: Repository) -> str:
    repository.git("add", "-A")
    repository.git("commit", "-q", "--allow-empty", "-m", "A commit")
    return repository.git("rev-parse", "HEAD")


def changed(folder: Path, base: str | None = None, head: str | None = None) -> dict[str, ChangedFile]:
    with local_change(folder, base=base, head=head) as local:
        return {file.path: file for file in local.change.files}


def test_a_clean_work_tree_changes_nothing(repository: Repository) -> None:
    assert changed(repository.path) == {}


def test_uncommitted_edits_count_staged_or_not_and_new_files_too(repository: Repository) -> None:
    (repository.path / "apps" / "a.yaml").write_text("a: 1\nb: 2\n")
    (repository.path / "b.yaml").write_text("b: 2\n")
    repository.git("add", "b.yaml")
    (repository.path / "new.yaml").write_text("n: 1\nm: 2")
    (repository.path / "x.secret").write_text("hidden")
    files = changed(repository.path)
    assert {path: set(file.lines) for path, file in files.items()} == {"apps/a.yaml": {2}, "b.yaml": {1}, "new.yaml": {1, 2}}
    assert files["new.yaml"].action is FileAction.ADDED
    with local_change(repository.path / "apps", base=None, head=None) as local:
        assert [entry.path for entry in local.change.result.walk()] == [".gitignore", "apps/a.yaml", "b.yaml", "new.yaml"]
        entry = local.change.result.entry("b.yaml")
        assert entry is not None
        assert local.change.result.read(entry) == b"b: 2\n"
        before = local.change.base.entry("b.yaml")
        assert before is not None
        assert local.change.base.read(before) == b"b: 1\n"


def test_commits_of_the_branch_count_with_the_edits_on_top(repository: Repository) -> None:
    main = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "-q", "-b", "feature")
    (repository.path / "b.yaml").write_text("b: 2\n")
    head = commit_all(repository)
    (repository.path / "apps" / "a.yaml").unlink()
    files = changed(repository.path)
    assert {path: file.action for path, file in files.items()} == {
        "apps/a.yaml": FileAction.DELETED,
        "b.yaml": FileAction.MODIFIED,
    }
    with local_change(repository.path, base=None, head=None) as local:
        assert (local.base, local.head, local.work_tree) == (main, head, True)


def test_the_base_is_where_the_branch_left_it(repository: Repository) -> None:
    repository.git("checkout", "-q", "-b", "feature")
    (repository.path / "b.yaml").write_text("b: 2\n")
    commit_all(repository)
    repository.git("checkout", "-q", "main")
    (repository.path / "apps" / "a.yaml").write_text("a: later\n")
    commit_all(repository)
    assert list(changed(repository.path, base="main", head="feature")) == ["b.yaml"]


def test_two_revisions_are_compared_whatever_lies_in_the_work_tree(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    (repository.path / "b.yaml").write_text("b: 2\n")
    second = commit_all(repository)
    (repository.path / "new.yaml").write_text("n: 1\n")
    assert list(changed(repository.path, base=first, head=second)) == ["b.yaml"]
    assert list(changed(repository.path, base="HEAD~1", head="HEAD")) == ["b.yaml"]


def test_a_touched_file_is_not_a_changed_file(repository: Repository) -> None:
    os.utime(repository.path / "b.yaml", (1, 1))
    assert changed(repository.path) == {}


def test_a_file_that_becomes_a_link_or_executable_has_changed(repository: Repository) -> None:
    (repository.path / "b.yaml").unlink()
    (repository.path / "b.yaml").symlink_to("/etc/passwd")
    (repository.path / "apps" / "a.yaml").chmod(0o755)
    assert set(changed(repository.path)) == {"apps/a.yaml", "b.yaml"}


def test_a_file_removed_from_the_index_and_still_there_is_compared_as_it_is(repository: Repository) -> None:
    repository.git("rm", "-q", "--cached", "b.yaml")
    assert changed(repository.path) == {}
    (repository.path / "b.yaml").write_text("b: 2\n")
    assert changed(repository.path) == {"b.yaml": ChangedFile("b.yaml", "b.yaml", FileAction.MODIFIED, frozenset({1}))}


def test_filters_and_monitors_that_the_configuration_names_are_not_run(repository: Repository, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    script = f"touch {canary}; cat"
    for name in (
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.command",
        "diff.evil.textconv",
        "core.fsmonitor",
    ):
        repository.git("config", name, script)
    repository.git("config", "filter.evil.required", "true")
    (repository.path / ".gitattributes").write_text("*.yaml filter=evil diff=evil\n")
    (repository.path / "b.yaml").write_text("b: 2\n")
    assert set(changed(repository.path)) == {".gitattributes", "b.yaml"}
    assert not canary.exists()


def test_a_linked_work_tree_and_a_bare_repository_work_too(repository: Repository, tmp_path: Path) -> None:
    repository.git("worktree", "add", "-q", "-b", "other", tmp_path / "linked")  # type: ignore[arg-type]
    (tmp_path / "linked" / "b.yaml").write_text("b: 2\n")
    assert list(changed(tmp_path / "linked")) == ["b.yaml"]
    repository.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    assert changed(tmp_path / "bare.git", base="main", head="main") == {}
    with pytest.raises(NotARepository, match="--head"):
        changed(tmp_path / "bare.git", base="main")


def test_the_remotes_default_branch_comes_first(repository: Repository) -> None:
    first = repository.git("rev-parse", "HEAD")
    (repository.path / "b.yaml").write_text("b: 2\n")
    commit_all(repository)
    repository.git("update-ref", "refs/remotes/origin/trunk", first)
    repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert list(changed(repository.path)) == ["b.yaml"]


def test_without_a_branch_to_compare_with_the_user_is_told_what_to_say(repository: Repository) -> None:
    repository.git("branch", "-m", "main", "strange")
    with pytest.raises(NoBase, match="--base"):
        changed(repository.path)


@pytest.mark.parametrize("revision", ["nope", "--upload-pack=x", "-x", "", "main:b.yaml", "HEAD^{tree}"])
def test_a_revision_that_names_no_commit_is_unknown(repository: Repository, revision: str) -> None:
    with pytest.raises(UnknownRevision, match="no commit called"):
        open_repository(repository.path).commit(revision)


def test_a_repository_without_commits_has_no_head(tmp_path: Path) -> None:
    new_repository(tmp_path)
    with pytest.raises(UnknownRevision, match="nothing is committed here yet"):
        changed(tmp_path)


def test_a_folder_outside_any_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotARepository, match="--repo DIR"):
        changed(tmp_path)


def test_the_origin_is_told_without_credentials(repository: Repository) -> None:
    assert open_repository(repository.path).origin() is None
    repository.git("remote", "add", "origin", "https://ada:ghs_secret@git.example.com:8443/shop/gitops.git")
    assert open_repository(repository.path).origin() == "https://git.example.com:8443/shop/gitops.git"
    assert without_credentials("git@git.example.com:shop/gitops.git") == "git@git.example.com:shop/gitops.git"
    assert without_credentials("https://ada:p@ss@git.example.com/a.git") == "https://git.example.com/a.git"


def test_a_clone_that_is_cut_off_is_told_of_with_what_to_do(repository: Repository, tmp_path: Path) -> None:
    commit_all(repository)
    repository.git("switch", "-q", "-c", "topic")
    (repository.path / "b.yaml").write_text("b: 2\n")
    commit_all(repository)
    clone = new_repository(tmp_path / "clone")
    clone.git("fetch", "-q", "--depth=1", repository.path.as_uri(), "main:refs/remotes/origin/main", "topic:topic")
    clone.git("switch", "-q", "topic")
    with local_change(clone.path, base=None, head=None) as local:
        assert local.base == clone.git("rev-parse", "origin/main")
        assert local.note.startswith("it is not known where the change left origin/main: this clone is cut off before that.")
        assert local.note.endswith("`git fetch --unshallow` gets the rest of the history")
    clone.git("fetch", "-q", "--unshallow", repository.path.as_uri(), "topic")
    with local_change(clone.path, base=None, head=None) as local:
        assert local.note == ""


def test_histories_with_nothing_in_common_are_told_of(repository: Repository) -> None:
    stranger = repository.commit({"c.yaml": b"c: 1\n"})
    with local_change(repository.path, base="main", head=stranger) as local:
        assert "the two have no commit in common" in local.note
        assert local.note.endswith("name another base with --base")


def test_the_base_has_the_name_that_people_give_it(repository: Repository) -> None:
    repository.git("update-ref", "refs/remotes/origin/trunk", "HEAD")
    repository.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    with local_change(repository.path, base=None, head=None) as local:
        assert (local.base_name, local.note) == ("origin/trunk", "")
    with local_change(repository.path, base="HEAD~0", head=None) as local:
        assert local.base_name == "HEAD~0"
