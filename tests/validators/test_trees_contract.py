"""What every Tree promises, asked of each kind."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from repositories import new_repository

from validators.tree import EntryKind, Tree
from validators.trees.folder import FolderTree
from validators.trees.git_objects import GitObjects
from validators.trees.memory import Content, MemoryTree, Submodule, Symlink
from validators.trees.paths import encoded
from validators.trees.reading import MAX_READ, TooLarge

Grow = Callable[[Mapping[str, Content]], Tree]

FILES: dict[str, Content] = {
    "a.yaml": b"kind: Pod\n",
    "apps/web/base/kustomization.yaml": b"resources: [deployment.yaml]\n",
    "apps/web/base/deployment.yaml": b"kind: Deployment\n",
    "apps/web-extra.yaml": b"kind: Pod\n",
    "apps/empty.yaml": b"",
    "apps/binary.yaml": b"\x00\xff\x00kind",
    "link.yaml": Symlink("/etc/passwd"),
    "out": Symlink("../../../../proc/self/environ"),
    "new\nline \x1b[31m::error::|x.yaml:1:1: [error].yaml": b"odd: 1\n",
    "not-utf8-\udcff\udcfe.yaml": b"odd: 2\n",
    "-rf": b"dash",
    ":(top)magic.yaml": b"odd: 3\n",
    "[a]*?.yaml": b"odd: 4\n",
    "ü/ñ.yaml": b"odd: 5\n",
    "n" * 255: b"long",
}


def grown_on_disk(root: Path, files: Mapping[str, Content]) -> Path:
    for path, content in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Symlink):
            place.symlink_to(content.target)
        elif isinstance(content, bytes):
            place.write_bytes(content)
    return root


@pytest.fixture(params=["memory", "folder", "work tree", "bare repository", "objects of a work tree"])
def grow(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Grow]:
    with ExitStack() as open_trees:

        def objects(files: Mapping[str, Content], *, bare: bool) -> Tree:
            repository = new_repository(tmp_path / "repository", bare=bare)
            commit = repository.commit(files)
            return open_trees.enter_context(GitObjects(repository.git_dir)).tree(commit)

        def work_tree(files: Mapping[str, Content]) -> Tree:
            """Half of it is committed, half of it is new."""
            repository = new_repository(tmp_path / "repository")
            grown_on_disk(repository.path, dict(list(files.items())[::2]))
            repository.git("add", "-A")
            grown_on_disk(repository.path, dict(list(files.items())[1::2]))
            return FolderTree(repository.path)

        kinds: dict[str, Grow] = {
            "memory": MemoryTree,
            "folder": lambda files: FolderTree(grown_on_disk(tmp_path / "folder", files)),
            "work tree": work_tree,
            "bare repository": lambda files: objects(files, bare=True),
            "objects of a work tree": lambda files: objects(files, bare=False),
        }
        yield kinds[request.param]


def test_every_entry_is_walked_in_the_order_of_its_bytes(grow: Grow) -> None:
    assert [entry.path for entry in grow(FILES).walk()] == sorted(FILES, key=encoded)


def test_an_entry_is_the_same_walked_or_looked_up_in_every_kind_of_tree(grow: Grow) -> None:
    tree, memory = grow(FILES), MemoryTree(FILES)
    walked = {entry.path: entry for entry in tree.walk()}
    for path in FILES:
        assert tree.entry(path) == walked[path] == memory.entry(path)


def test_contents_are_read_as_they_are(grow: Grow) -> None:
    tree = grow(FILES)
    for path, content in FILES.items():
        entry = tree.entry(path)
        assert entry is not None
        assert tree.read(entry) == (encoded(content.target) if isinstance(content, Symlink) else content)
        assert entry.size == len(tree.read(entry))


def test_a_link_is_a_value_and_leads_nowhere(grow: Grow) -> None:
    tree = grow({"etc": Symlink("/etc"), "apps": Symlink("other"), "other/a.yaml": b"a"})
    link = tree.entry("etc")
    assert link is not None
    assert (link.kind, tree.read(link)) == (EntryKind.SYMLINK, b"/etc")
    assert tree.entry("etc/passwd") is None
    assert tree.entry("apps/a.yaml") is None
    assert list(tree.walk("etc")) == list(tree.walk("apps")) == []


@pytest.mark.parametrize(
    "path",
    ["", "apps", "apps/", "/etc/passwd", "../a.yaml", "apps/../a.yaml", "apps//empty.yaml", "no", "a.yaml/b", "x" * 5000],
)
def test_nothing_stands_at_folders_and_paths_that_lead_out(grow: Grow, path: str) -> None:
    assert grow(FILES).entry(path) is None


def test_a_folder_is_walked_without_its_neighbours(grow: Grow) -> None:
    tree = grow(FILES)
    assert [entry.path for entry in tree.walk("apps/web")] == [
        "apps/web/base/deployment.yaml",
        "apps/web/base/kustomization.yaml",
    ]
    assert list(tree.walk("a.yaml")) == list(tree.walk("nowhere")) == []


def test_search_gives_the_files_that_contain_the_text(grow: Grow) -> None:
    tree = grow({**FILES, "b.txt": b"kind: Pod\n", "c.yml": b"kind: .od\n", "pod.yaml": Symlink("kind: Pod")})
    assert list(tree.search("kind", (".yaml",))) == [
        "a.yaml",
        "apps/binary.yaml",
        "apps/web-extra.yaml",
        "apps/web/base/deployment.yaml",
    ]
    assert list(tree.search("kind: .od", (".yaml", ".yml"))) == ["c.yml"]
    assert list(tree.search("-e", (".yaml",))) == []
    assert list(tree.search("odd: 4", ("*?.yaml",))) == ["[a]*?.yaml"]
    assert list(tree.search("odd: 1\n", (".yaml",))) == ["new\nline \x1b[31m::error::|x.yaml:1:1: [error].yaml"]


def test_a_text_over_several_lines_is_found_as_a_whole(grow: Grow) -> None:
    tree = grow({"a.yaml": b"one: 1\ntwo: 2\n", "b.yaml": b"two: 2\none: 1\n"})
    assert list(tree.search("one: 1\ntwo: 2", (".yaml",))) == ["a.yaml"]


def test_a_file_above_the_cap_is_known_by_its_size_and_not_read(grow: Grow) -> None:
    tree = grow({"big.yaml": bytes(MAX_READ + 1)})
    entry = tree.entry("big.yaml")
    assert entry is not None
    assert entry.size == MAX_READ + 1
    with pytest.raises(TooLarge, match=r"big\.yaml has 33554433 bytes"):
        tree.read(entry)


def test_a_submodule_is_its_commit_and_has_no_content(tmp_path: Path) -> None:
    commit = "1" * 40
    repository = new_repository(tmp_path)
    with GitObjects(repository.git_dir) as objects:
        files: dict[str, Content] = {"vendor/lib": Submodule(commit), "a.yaml": b"a"}
        of_git = objects.tree(repository.commit(files))  # leaves the submodule in the index of the work tree too
        for tree in (MemoryTree(files), of_git, FolderTree(tmp_path)):
            entry = tree.entry("vendor/lib")
            assert entry is not None
            assert (entry.kind, entry.blob, entry.size) == (EntryKind.SUBMODULE, commit, 0)
            assert entry in list(tree.walk())
            with pytest.raises(ValueError, match="submodule"):
                tree.read(entry)
