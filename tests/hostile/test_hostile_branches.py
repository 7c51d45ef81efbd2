"""Branches with hostile names, and branches that are gone, on a real forge over HTTP: what is fetched is a commit, by its id."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from forge_stage.stages import Town, town
from repositories import new_repository

from app.forges.base import ChangeRef, RepositoryRef
from app.forges.github import GitHubForge
from app.git.mirror import Mirror, Want
from app.git.remote import Remote

NAMES = [
    "--upload-pack=touch${IFS}CANARY",
    "-x",
    "a$(touch${IFS}CANARY)b",
    "a`id`b",
    "a;id",
    "a&b|c",
    "refs/heads/main",
    "a'b\"c",
    "%2e%2e",
    "é\U0001f600",
    "HEAD",
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town")) as made:
        yield made


def left_behind(folder: Path) -> list[Path]:
    """What a command in a name would have made."""
    return [*folder.rglob("*CANARY*"), *Path.cwd().glob("*CANARY*")]


@pytest.mark.parametrize("gone", [pytest.param(True, id="deleted"), pytest.param(False, id="there", marks=pytest.mark.slow)])
async def test_repo_structure_25_29_a_head_is_fetched_whatever_its_branch_is_called_and_when_it_is_gone(
    place: Town, gone: bool, tmp_path: Path
) -> None:
    path = f"shop/branches-{next(place.numbers)}"
    bare = place.devforge.git(place.devforge.create_repository(path, private=True)).path
    place.devforge.add_collaborator(path, "ada", "write")
    local = new_repository(tmp_path / "local")
    base = local.commit({"a.yaml": b"a: 1\n"}, branch="main")
    heads = {name: local.commit({"a.yaml": b"a: 1%d\n" % number}, base) for number, name in enumerate(NAMES)}
    local.git(
        "push", "-q", str(bare), f"{base}:refs/heads/main", *(f"{head}:refs/heads/{name}" for name, head in heads.items())
    )
    repository = place.as_person("ada").get_repo(path)
    forge = GitHubForge(place.settings())
    ref = RepositoryRef("github", path)
    mirror = Mirror(tmp_path / "mirror.git")
    for name, head in heads.items():
        pull = repository.create_pull(base="main", head=name, title=name)
        if gone:
            local.git("push", "-q", str(bare), "--delete", f"refs/heads/{name}")
        change = await forge.change(ChangeRef(ref, pull.number))
        assert (change.head, change.head_branch) == (head, name)
        access = await forge.git_access(ref)
        wants = [Want(change.base, f"refs/heads/{change.base_branch}"), Want(change.head, change.head_ref)]
        await mirror.fetch(Remote(access.url, access.headers), wants)
        assert [file.path for file in await mirror.changed_files(base, head)] == ["a.yaml"]
    await forge.close()
    assert not left_behind(tmp_path)
