"""Repositories made to hurt: what they hold is a value or an error, and it runs nothing, fills nothing and kills nothing."""

import resource
from pathlib import Path

import pytest
from repositories import Repository, new_repository

from app.git.diff import changed_files
from app.git.errors import GitError
from app.git.mirror import Mirror, Want
from app.git.remote import Remote
from validators.change import FileAction, ToolFailed
from validators.tree import EntryKind
from validators.trees.git_command import Git
from validators.trees.git_objects import GitObjects
from validators.trees.memory import Content, Submodule, Symlink
from validators.trees.reading import TooLarge

GIB = 1024**3


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "repository.git", bare=True)


def disk_use(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file())


@pytest.mark.slow
async def test_a_gibibyte_of_zeros_is_refused_by_its_size(repository: Repository, tmp_path: Path) -> None:
    big = tmp_path / "zeros"
    with big.open("wb") as file:
        file.truncate(GIB)
    blob = repository.git("-c", "core.bigFileThreshold=1m", "hash-object", "-w", "--no-filters", str(big))
    tree = repository.git("mktree", stdin=f"100644 blob {blob}\tvalues.yaml\n".encode())
    base = repository.commit({"a.yaml": b"a\n"}, branch="main")
    head = repository.commit(tree, base, branch="head")
    mirror = Mirror(tmp_path / "mirror.git")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    await mirror.fetch(Remote(str(repository.path)), [Want(base, "refs/heads/main"), Want(head, "refs/heads/head")])
    files = await mirror.changed_files(base, head)
    assert ("values.yaml", FileAction.ADDED, frozenset()) in {(file.path, file.action, file.lines) for file in files}
    with GitObjects(mirror.path) as objects:
        entry = objects.tree(head).entry("values.yaml")
        assert entry is not None
        assert entry.size == GIB
        with pytest.raises(TooLarge):
            objects.tree(head).read(entry)
    assert disk_use(mirror.path) < 200 * 1024**2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_an_object_larger_than_its_reader_expects_is_not_loaded(repository: Repository) -> None:
    """Folders are read without asking for their size first; a huge one ends in an error and the next question is answered."""
    blob = repository.blob(b"")
    listing = b"".join(b"100644 blob %s\t%s%d\n" % (blob.encode(), b"n" * 200, number) for number in range(150_000))
    tree = repository.git("mktree", stdin=listing)
    with GitObjects(repository.path) as objects:
        with pytest.raises(ToolFailed, match="more than Fairlead reads"):
            objects.tree(tree).entry("a.yaml")
        assert objects.tree(repository.tree({"a.yaml": b"a"})).entry("a.yaml") is not None


def test_ten_million_files_in_a_few_objects_can_be_left_after_the_first_thousand(repository: Repository) -> None:
    inner = repository.git(
        "mktree", stdin=b"".join(b"100644 blob %s\t%d\n" % (repository.blob(b"x").encode(), n) for n in range(10))
    )
    for _ in range(6):
        inner = repository.git("mktree", stdin=b"".join(f"040000 tree {inner}\t{n}\n".encode() for n in range(10)))
    with GitObjects(repository.path) as objects:
        walk = objects.tree(inner).walk()
        assert len([next(walk) for _ in range(1000)]) == 1000
        walk.close()  # type: ignore[attr-defined]  # a generator: git is stopped


def test_folders_two_thousand_deep_are_read_or_refused(repository: Repository) -> None:
    inner = repository.git("mktree", stdin=f"100644 blob {repository.blob(b'x')}\ta.yaml\n".encode())
    for _ in range(300):
        inner = repository.git("mktree", stdin=f"040000 tree {inner}\t{'d' * 20}\n".encode())
    path = ("d" * 20 + "/") * 300 + "a.yaml"
    with GitObjects(repository.path) as objects:
        entry = objects.tree(inner).entry(path)
        assert entry is not None
        assert objects.tree(inner).read(entry) == b"x"
        assert [entry.path for entry in objects.tree(inner).walk()] == [path]
    assert [file.path for file in changed_files(Git(repository.path), repository.tree({}), inner)] == [path]


def test_what_stands_in_a_git_folder_inside_a_tree_is_a_value(repository: Repository) -> None:
    config = repository.git("mktree", stdin=f"100644 blob {repository.blob(b'[core] fsmonitor = evil')}\tconfig\n".encode())
    tree = repository.git("mktree", stdin=f"040000 tree {config}\t.git\n".encode())
    with GitObjects(repository.path) as objects:
        assert [entry.path for entry in objects.tree(tree).walk()] == [".git/config"]


def test_links_and_submodules_of_a_change_are_named_as_what_they_are(repository: Repository, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    modules = f'[submodule "../../hooks"]\n\tpath = x\n\turl = -u./payload\n\tupdate = !touch {canary}\n'.encode()
    files: dict[str, Content] = {
        ".gitmodules": modules,
        "x": Submodule("3" * 40),
        "link.yaml": Symlink("/etc/passwd"),
        "environ": Symlink("../../../../proc/self/environ"),
        "Chart.lock": Symlink("../.bashrc"),
    }
    commit = repository.commit(files)
    with GitObjects(repository.path) as objects:
        tree = objects.tree(commit)
        kinds = {entry.path: entry.kind for entry in tree.walk()}
        read = b"".join(tree.read(entry) for entry in tree.walk() if entry.kind is EntryKind.SYMLINK)
    assert kinds["x"] is EntryKind.SUBMODULE
    assert kinds["link.yaml"] is kinds["environ"] is kinds["Chart.lock"] is EntryKind.SYMLINK
    assert read == b"../.bashrc../../../../proc/self/environ/etc/passwd"
    assert len(changed_files(Git(repository.path), repository.tree({}), commit)) == len(files)
    assert not canary.exists()


async def test_a_submodule_that_reads_as_an_option_is_refused(repository: Repository, tmp_path: Path) -> None:
    modules = b'[submodule "x"]\n\tpath = x\n\turl = -u./payload\n'
    commit = repository.commit({".gitmodules": modules, "x": Submodule("3" * 40)}, branch="main")
    with pytest.raises(GitError, match="git's check refused"):
        await Mirror(tmp_path / "mirror.git").fetch(Remote(str(repository.path)), [Want(commit, "refs/heads/main")])


def test_a_repository_that_lies_inside_the_change_is_not_taken_for_ours(tmp_path: Path) -> None:
    """A bare repository committed into the tree, with a monitor in its configuration, is only files."""
    from app.git.local import local_change

    repository = new_repository(tmp_path / "repository")
    inner = repository.path / "inner"
    (inner / "objects").mkdir(parents=True)
    (inner / "refs").mkdir()
    (inner / "HEAD").write_text("ref: refs/heads/main\n")
    (inner / "config").write_text(f"[core]\n\trepositoryformatversion = 0\n\tfsmonitor = touch {tmp_path}/canary\n")
    (repository.path / "a.yaml").write_text("a\n")
    repository.git("add", "a.yaml")
    repository.git("commit", "-q", "-m", "A commit")
    with local_change(inner, base=None, head=None) as local:
        assert {file.path for file in local.change.files} == {"inner/HEAD", "inner/config"}
    assert not (tmp_path / "canary").exists()
