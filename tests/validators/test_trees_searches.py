"""What is remembered of one commit and used for the next is what looking at everything would have found."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repositories import Repository, new_repository

from validators.change import ToolFailed
from validators.tree import Tree
from validators.trees.git_objects import MOST_DIFFERING, NEAR, GitObjects
from validators.trees.memory import Content, MemoryTree, Symlink

NAMES = ("a.yaml", "b.yml", "c.txt", "f/a.yaml", "f/g/b.yaml", "f", "g/f.yaml", "ü/\udcff.yaml")
Files = dict[str, Content]


def _possible(files: Files) -> bool:
    """No file where another one needs a folder."""
    return not any(other.startswith(f"{path}/") for path in files for other in files)


contents: st.SearchStrategy[Content] = st.sampled_from([b"kind: Pod\n", b"kind: Job\n", b"", b"\x00kind", Symlink("kind: Pod")])
trees: st.SearchStrategy[Files] = st.dictionaries(st.sampled_from(NAMES), contents, min_size=1).filter(_possible)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return new_repository(tmp_path_factory.mktemp("searches"), bare=True)


@settings(deadline=None, max_examples=30)
@given(st.lists(trees, min_size=2, max_size=4))
def test_searches_and_differences_are_those_of_the_whole_trees(repository: Repository, states: list[Files]) -> None:
    with GitObjects(repository.git_dir) as objects:
        commits = [repository.commit(files) for files in states]
        for commit, files in zip(commits, states, strict=True):
            tree, truth = objects.tree(commit), MemoryTree(files)
            for text in ("kind", "Pod"):
                assert list(tree.search(text, (".yaml", ".yml"))) == list(truth.search(text, (".yaml", ".yml")))
            for other, before in zip(commits, states, strict=True):
                differing = tree.differing(other)
                paths = {path for path in files.keys() | before.keys() if files.get(path) != before.get(path)}
                assert differing is not None
                assert sorted(differing) == sorted(paths)


def test_a_remembered_search_reads_only_what_differs(tmp_path: Path) -> None:
    repository = new_repository(tmp_path)
    first = repository.commit({"a.yaml": b"kind: Pod", "b.yaml": b"kind: Pod"})
    second = repository.commit({"a.yaml": b"kind: Pod", "b.yaml": b"nothing", "c.yaml": b"kind: Job"})
    with GitObjects(repository.git_dir) as objects:
        assert list(objects.tree(first).search("kind:", (".yaml",))) == ["a.yaml", "b.yaml"]
        (repository.git_dir / "objects" / (blob := repository.blob(b"kind: Pod"))[:2] / blob[2:]).unlink()
        assert list(objects.tree(second).search("kind:", (".yaml",))) == ["a.yaml", "c.yaml"]


def test_trees_that_are_not_at_hand_or_differ_altogether_are_not_compared(tmp_path: Path) -> None:
    repository = new_repository(tmp_path)
    many: Files = {f"{number}.yaml": b"a" for number in range(MOST_DIFFERING + 1)}
    with GitObjects(repository.git_dir) as objects:
        tree = objects.tree(repository.commit({"a.txt": b"a"}))
        assert tree.differing("0" * 40) is None
        assert tree.differing("") is None
        assert tree.differing(_flat(repository, many)) is None


def _flat(repository: Repository, files: Files) -> str:
    blob = repository.blob(b"a")
    lines = b"".join(f"100644 blob {blob}\t{path}\n".encode() for path in files)
    return repository.git("mktree", stdin=lines)


def test_large_and_small_folders_are_walked_alike(tmp_path: Path) -> None:
    repository = new_repository(tmp_path)
    files: Files = {f"apps/{number % 7}/{number}.yaml": b"x" * number for number in range(2 * NEAR)}
    truth = MemoryTree(files)
    with GitObjects(repository.git_dir) as objects:
        tree = objects.tree(repository.commit(files))
        for folder in ("", "apps", "apps/3", "nowhere"):
            assert list(tree.walk(folder)) == list(truth.walk(folder))


def test_many_files_are_read_at_once(tmp_path: Path) -> None:
    repository = new_repository(tmp_path)
    texts: Files = {f"{number}.yaml": b"x" * number for number in range(200)}
    files: Files = {**texts, "link": Symlink("1.yaml")}
    asked = [*files, "nowhere", ""]
    with GitObjects(repository.git_dir) as objects:
        trees: list[Tree] = [objects.tree(repository.commit(files)), MemoryTree(files)]
        for tree in trees:
            read = dict(tree.read_all(asked, 150))
            assert read == {
                path: content for path, content in files.items() if isinstance(content, bytes) and len(content) <= 150
            }


def test_an_object_that_is_lost_does_not_mix_up_later_answers(tmp_path: Path) -> None:
    repository = new_repository(tmp_path)
    files: Files = {f"{number}.yaml": b"x" * number for number in range(20)}
    with GitObjects(repository.git_dir) as objects:
        tree = objects.tree(repository.commit(files))
        (repository.git_dir / "objects" / (blob := repository.blob(b"x" * 7))[:2] / blob[2:]).unlink()
        with pytest.raises(ToolFailed, match="is not in the repository"):
            list(tree.read_all(files, 100))
        entry = tree.entry("9.yaml")
        assert entry is not None
        assert tree.read(entry) == b"x" * 9
