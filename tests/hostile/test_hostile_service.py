"""Hostile changes on their way through the service: mirror, engine, database, and what is posted on the forge."""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hostile_stage import NUMBERS, ON_THE_SERVICE, quick
from service_stage import GOOD, REPOSITORY, Stage

from app.forges.base import ChangeRef, StatusState
from app.store.read import ChangePage, RunPage
from validators.model import Outcome, VerdictState
from validators.trees.memory import Content, Submodule, Symlink

pytestmark = ON_THE_SERVICE

BAD = b"a: [\n"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d7a2146" * 8 + b"\nsize 12345\n"


@dataclass(frozen=True)
class Judged:
    """A change that was judged: its page, and everything that was posted about it, as one text."""

    ref: ChangeRef
    page: ChangePage
    run: RunPage
    status: StatusState
    said: str

    @property
    def state(self) -> VerdictState:
        assert self.run.run.verdict is not None
        return self.run.run.verdict.state

    @property
    def rules(self) -> set[tuple[str, str]]:
        """Path and rule of all that was found."""
        return {(row.finding.location.path, row.finding.rule) for row in self.run.findings}

    @property
    def explanations(self) -> str:
        """Why checks could not run."""
        return " ".join(check.explanation for check in self.run.checks if check.outcome is Outcome.BROKEN)


async def judged(stage: Stage, head: str, **changed: str) -> Judged:
    """Propose the head and have it judged; `changed` are other facts of the change."""
    ref = stage.propose(head, number=next(NUMBERS))
    if changed:
        stage.forge.propose(replace(stage.forge.changes[ref], **changed), {})  # type: ignore[arg-type]  # all are texts
    await stage.touch(ref)
    await stage.judged(head, ref)
    return await seen_of(stage, ref)


async def seen_of(stage: Stage, ref: ChangeRef) -> Judged:
    """What is to be seen of a change that was judged."""
    page = await stage.page(ref)
    assert page is not None
    assert page.run is not None
    status = stage.forge.statuses[REPOSITORY, page.run.run.head, "fairlead/checks"]
    run = stage.forge.check_runs[REPOSITORY, page.run.run.head, str(ref)]
    comments = [one.body for one in stage.forge.comments[ref]]
    threads = [one.body for thread in stage.forge.threads[ref] for one in thread.comments]
    said = "\n".join([status.description, str(run), *comments, *threads])
    return Judged(ref, page, page.run, status.state, said)


async def files(stage: Stage, added: Mapping[str, Content]) -> Judged:
    return await judged(stage, stage.commit(added, branch=f"c{next(NUMBERS)}"))


async def tree(stage: Stage, lines: bytes) -> Judged:
    """A change to a tree of these lines, as `git mktree` takes them."""
    good = f"100644 blob {stage.repository.blob(GOOD)}\ta.yaml\n".encode()
    own = f"100644 blob {stage.repository.blob(lines)}\town.txt\n".encode()
    made = stage.repository.git("mktree", stdin=good + own + lines)
    return await judged(stage, stage.repository.commit(made, stage.base, branch=f"c{next(NUMBERS)}"))


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A port on which nobody should ever call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        yield server


def nobody_called(server: socket.socket) -> bool:
    try:
        server.accept()
    except TimeoutError:
        return True
    return False


async def is_well(stage: Stage) -> None:
    """The worker judges the next change as ever."""
    assert (await files(stage, {"next.yaml": GOOD})).state is VerdictState.SUCCESS


@pytest.mark.parametrize(
    "name", quick([".git", ".g\u200cit", ".GIT", ".Git", "git~1", "GIT~1", ".git ", "..", "."], 1), ids=ascii
)
async def test_repo_structure_12_a_tree_that_would_write_into_git_is_refused(stage: Stage, name: str) -> None:
    config = stage.repository.git("mktree", stdin=f"100644 blob {stage.repository.blob(b'[core]')}\tconfig\n".encode())
    seen = await tree(stage, f"040000 tree {config}\t{name}\n".encode())
    assert (seen.state, seen.status) == (VerdictState.ERROR, StatusState.ERROR)
    assert "git's check refused" in seen.explanations


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    ["100644 blob {blob}\t.gitmodules\n100644 blob {blob}\t.gitmodules\n", "120000 blob {blob}\t.gitmodules\n", "100644 blob {blob}\t\n"],
    ids=["twice", "a-link-for-submodules", "no-name"],
)  # fmt: skip
async def test_repo_structure_12_other_broken_trees_are_refused(stage: Stage, line: str) -> None:
    seen = await tree(stage, line.format(blob=stage.repository.blob(b"x")).encode())
    assert (seen.state, seen.status) == (VerdictState.ERROR, StatusState.ERROR)
    await is_well(stage)


async def test_repo_structure_01_02_06_links_are_told_and_never_followed(stage: Stage) -> None:
    targets = [
        "/etc/passwd",
        "../../../../proc/self/environ",
        "/proc/self/environ",
        "/dev/zero",
        "../.bashrc",
        "x" * 5000,
        "a\x1b[31m\nb",
    ]
    links: dict[str, Content] = {f"chart/{n}.yaml": Symlink(target) for n, target in enumerate(targets)}
    seen = await files(
        stage, {**links, "chart/Chart.lock": Symlink("../../.bashrc"), ".yamllint": Symlink("/etc/passwd"), "z.yaml": BAD}
    )
    assert seen.state is VerdictState.FAILURE
    assert {
        ("chart/0.yaml", "file/link-outside"),
        ("chart/1.yaml", "file/link-outside"),
        ("chart/Chart.lock", "file/link-outside"),
    } <= seen.rules
    assert "root:x:0" not in seen.said
    assert "PATH=" not in seen.said
    assert "\x1b" not in seen.said


@pytest.mark.parametrize(
    "url",
    quick(
        [
            "ext::sh -c touch% {canary}",
            "http://127.0.0.1:{port}/x.git",
            "file:///etc",
            "git://127.0.0.1:{port}/x",
            "127.0.0.1:x.git",
        ],
        1,
    ),
)
async def test_repo_structure_07_10_submodules_are_named_and_never_fetched(
    stage: Stage, url: str, tmp_path: Path, listening: socket.socket
) -> None:
    canary = tmp_path / "canary"
    named = url.format(canary=canary, port=listening.getsockname()[1])
    modules = f'[submodule "x"]\n\tpath = x\n\turl = {named}\n\tupdate = checkout\n'.encode()
    seen = await files(stage, {".gitmodules": modules, "x": Submodule("3" * 40)})
    assert seen.state in {VerdictState.SUCCESS, VerdictState.ERROR}
    assert seen.state is VerdictState.ERROR or ("x", "file/submodule") in seen.rules
    assert not canary.exists()
    assert nobody_called(listening)


@pytest.mark.parametrize(
    "modules",
    quick(
        [
            '[submodule "x"]\n\tpath = x\n\turl = -u./payload\n',
            '[submodule "../../hooks"]\n\tpath = x\n\turl = https://example.com/x\n',
            '[submodule "x"]\n\tpath = -x\n\turl = https://example.com/x\n',
            '[submodule "x"]\n\tpath = x\n\turl = https://example.com/x\n\tupdate = !touch canary\n',
            '[submodule "x"]\n\tpath = x\n\turl = "https://example.com/x%0aname"\n',
        ],
        1,
    ),
)
async def test_repo_structure_08_submodules_that_read_as_options_are_refused(stage: Stage, modules: str) -> None:
    seen = await files(stage, {".gitmodules": modules.encode(), "x": Submodule("3" * 40)})
    assert (seen.state, seen.status) == (VerdictState.ERROR, StatusState.ERROR)
    assert "git's check refused" in seen.explanations


NAMES = {
    "newline": "\nx.yaml",
    "escape": "e\x1b[31m.yaml",
    "workflow-command": "::error file=a.yaml::x.yaml",
    "pipe": "a|b.yaml",
    "parsable": "x.yaml:1:1: [error] y.yaml",
    "no-utf-8": "\udcff\udcfe.yaml",
    "no-utf-8-folder": "\udcff/k.yaml",
    "longest": "n" * 250 + ".yaml",
    "backtick": "a`b`` .yaml",
    "html": "<img src=x onerror=alert(1)>.yaml",
    "mention": "@admin #1 GH-2.yaml",
    "bidi": "\u202egnp.yaml",
    "quotes": "\"'.yaml",
    "option": "-rf.yaml",
    "backslash": "a\\b.yaml",
    "link": "[x](javascript:1).yaml",
    "template": "{{7*7}}.yaml",
    "blanks": "  .yaml",
    "pathspec": ":(top)x.yaml",
    "glob": "*.yaml",
    "return": "a\rb.yaml",
    "astral": "\U0001f600.yaml",
    "c1": "\x9b2J.yaml",
}


@pytest.mark.parametrize(
    "kinds", [pytest.param(list(NAMES), id="all"), *(pytest.param([kind], id=kind, marks=pytest.mark.slow) for kind in NAMES)]
)
async def test_repo_structure_18_20_whatever_a_file_is_called_its_own_finding_is_told(stage: Stage, kinds: list[str]) -> None:
    seen = await files(stage, {NAMES[kind]: BAD for kind in kinds})
    found = [row.finding.location for row in seen.run.findings if row.finding.rule == "yaml/syntax"]
    assert len({location.path for location in found}) == len(found) == len(kinds)
    assert {location.line for location in found} == {1}
    assert (seen.state, seen.status) == (VerdictState.FAILURE, StatusState.FAILURE)
    assert not set(seen.said) & set("\x1b\x07\x9b\r\u202e"), ascii(seen.said)
    seen.said.encode()  # no lone surrogate goes out


async def test_file_content_15_a_nul_reaches_neither_the_database_nor_a_comment(stage: Stage) -> None:
    named = b'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "a\\0b", namespace: "\\0"}\ndata: {"k\\0": "v\\0"}\n'
    seen = await files(stage, {"a.yaml": named, "b.yaml": b"a: b\0c", "c.json": b'{"apiVersion":"v1","kind":"P\\u0000d"}'})
    assert ("b.yaml", "yaml/encoding") in seen.rules
    assert "\0" not in seen.said + str(seen.page)


async def test_repo_structure_23_attributes_run_nothing_and_hide_nothing(stage: Stage, tmp_path: Path) -> None:
    evil = "filter=evil diff=evil merge=evil working-tree-encoding=UTF-16 -text export-ignore linguist-generated"
    attributes = f"*.yaml {evil}\n* -diff\n[attr]x -diff\n*.yml x binary eol=crlf ident\n".encode()
    seen = await files(
        stage,
        {".gitattributes": attributes, "b.yaml": BAD, "c.yml": BAD, "d/.gitattributes": b"* -diff -merge\n", "d/e.yaml": BAD},
    )
    assert {("b.yaml", "yaml/syntax"), ("c.yml", "yaml/syntax"), ("d/e.yaml", "yaml/syntax")} <= seen.rules
    assert seen.state is VerdictState.FAILURE


async def test_repo_structure_24_what_lfs_keeps_is_not_fetched_and_does_not_pass(
    stage: Stage, listening: socket.socket
) -> None:
    config = f"[lfs]\n\turl = http://127.0.0.1:{listening.getsockname()[1]}/\n".encode()
    seen = await files(stage, {"values.yaml": POINTER, "d/x.yml": POINTER.replace(b"\n", b"\r\n"), ".lfsconfig": config})
    assert {("values.yaml", "file/lfs-pointer"), ("d/x.yml", "file/lfs-pointer")} <= seen.rules
    assert (seen.state, seen.status) == (VerdictState.FAILURE, StatusState.FAILURE)
    assert nobody_called(listening)


BRANCHES = [
    "--upload-pack=touch CANARY",
    "-x",
    "a$(touch CANARY)b",
    "a`touch CANARY`b",
    "a;touch CANARY",
    "../../etc",
    "a\nb",
    "a b",
    "refs/heads/main",
    "@",
    "a..b",
    "",
    "\udcff",
    "a" * 3000,
]


@pytest.mark.parametrize(
    ("side", "branch"), quick([(side, branch) for side in ("base_branch", "head_branch") for branch in BRANCHES], 1), ids=ascii
)
async def test_repo_structure_25_the_name_of_a_branch_is_never_an_option_or_a_command(
    stage: Stage, branch: str, side: str
) -> None:
    head = stage.commit({}, branch=f"c{next(NUMBERS)}")
    seen = await judged(stage, head, **{side: branch})
    assert seen.state in {VerdictState.SUCCESS, VerdictState.ERROR}
    assert not list(Path.cwd().glob("*CANARY*"))


@pytest.mark.parametrize(
    "ref",
    quick(
        ["--upload-pack=touch CANARY", "refs/pull/1/head --upload-pack=x", "refs/../../x", "+refs/heads/*:refs/heads/*", ""], 1
    ),
    ids=ascii,
)
async def test_repo_structure_25_nor_is_the_ref_of_a_head(stage: Stage, ref: str) -> None:
    head = stage.commit({}, branch=f"c{next(NUMBERS)}")
    seen = await judged(stage, head, head_ref=ref)
    assert seen.state in {VerdictState.SUCCESS, VerdictState.ERROR}
    assert not list(Path.cwd().glob("*CANARY*"))


async def test_repo_structure_29_a_head_that_is_gone_ends_in_an_error_that_says_so(stage: Stage) -> None:
    ref = stage.propose(stage.commit({}, branch=f"c{next(NUMBERS)}"), number=next(NUMBERS))
    gone = "5" * 40
    stage.forge.propose(replace(stage.forge.changes[ref], head=gone, head_repository=None), {})
    await stage.touch(ref)
    await stage.judged(gone, ref)
    seen = await seen_of(stage, ref)
    assert (seen.state, seen.status) == (VerdictState.ERROR, StatusState.ERROR)
    assert "5555555" in seen.explanations
    await is_well(stage)
