"""What definitions mention is known of each commit, however it came to be known; limits are told."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_changes import left_out, tree, view
from repositories import Repository, new_repository

from validators.trees.git_objects import GitObjects
from validators.trees.memory import Content, MemoryTree
from validators.units import kustomizations
from validators.units.check import Units
from validators.units.definitions import Definitions
from validators.units.kustomizations import MOST_FOLDERS, Kustomizations
from validators.units.source import LARGEST

APPLICATION = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: %s}\nspec:\n  source: {path: %s}\n"
FOLDERS = ("a", "b", "a/c", "b/d")

references = st.lists(st.sampled_from(["../a", "../b", "c", "d", "..", "../..", "x.yaml", "../x.yaml"]), max_size=3)
states: st.SearchStrategy[list[dict[str, list[str]]]] = st.lists(
    st.dictionaries(st.sampled_from(FOLDERS), references, min_size=1), min_size=2, max_size=4
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return new_repository(tmp_path_factory.mktemp("mentions"), bare=True)


@settings(deadline=None, max_examples=30)
@given(states)
def test_who_includes_whom_is_the_same_from_commit_to_commit_as_anew(
    repository: Repository, history: list[dict[str, list[str]]]
) -> None:
    with GitObjects(repository.git_dir) as objects:
        for state in (*history, *reversed(history)):
            files: dict[str, Content] = {
                f"{folder}/kustomization.yaml": f"resources: [{', '.join(paths)}]\n".encode() for folder, paths in state.items()
            }
            asked = [*FOLDERS, "", "x.yaml", "a/x.yaml"]
            kept, anew = Kustomizations(objects.tree(repository.commit(files))), Kustomizations(MemoryTree(files))
            assert kept.referring(asked) == anew.referring(asked)


def test_who_deploys_a_folder_follows_the_commits(tmp_path: Path) -> None:
    repository = new_repository(tmp_path)
    with GitObjects(repository.git_dir) as objects:
        for names in (["one"], ["one", "two"], ["two"], [], ["one"]):
            files: dict[str, Content] = {f"argo/{name}.yaml": (APPLICATION % (name, "apps/web")).encode() for name in names}
            definitions = Definitions(objects.tree(repository.commit({**files, "apps/web/a.yaml": b""})), None)
            assert [each.name for each in definitions.deployers("apps/web")] == names


def test_a_definition_too_large_to_be_read_is_told() -> None:
    large = APPLICATION % ("web", "apps") + "#" * LARGEST
    notes = left_out(Units(), {"argo/web.yaml": large, "apps/a.yaml": "kind: Pod\n"}, "apps/a.yaml")
    assert [(note.what, "8 MiB" in note.why) for note in notes] == [("argo/web.yaml", True)]


def test_a_touched_file_too_large_to_be_read_is_told() -> None:
    (note,) = left_out(Units(), {"a.yaml": "#" * (LARGEST + 1)})
    assert (note.what, "8 MiB" in note.why) == ("a.yaml", True)


def test_more_kustomizations_than_are_followed_are_told() -> None:
    chain = {f"{number}/kustomization.yaml": f"resources: [../{number + 1}]\n" for number in range(MOST_FOLDERS + 2)}
    files = {**chain, f"{MOST_FOLDERS + 2}/kustomization.yaml": "resources: [a.yaml]\n", f"{MOST_FOLDERS + 2}/a.yaml": "a: 1\n"}
    known = Kustomizations(tree(files))
    assert len(known.closure("0")) == MOST_FOLDERS
    above = known.above([str(MOST_FOLDERS + 2)])
    assert len(above) == MOST_FOLDERS
    assert [(note.what, f"more than {MOST_FOLDERS:,} kustomizations" in note.why) for note in known.cuts()] == [
        ("0", True),
        ("2", True),
    ]


def test_the_check_tells_what_it_did_not_follow() -> None:
    last = MOST_FOLDERS + 2
    files = {f"{number}/kustomization.yaml": f"resources: [../{number + 1}]\n" for number in range(last)}
    look = Units().check(view({**files, f"{last}/kustomization.yaml": "resources: []\n"}, f"{last}/kustomization.yaml"))
    assert any(f"{kustomizations.MOST_FOLDERS:,}" in note.why for note in look.coverage.not_checked)
