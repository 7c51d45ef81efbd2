"""Repositories that are made to hurt, on the command line: names, sizes, depths, renames, and what a change hides in them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_stage import MIB, SECRET_OF_THE_MACHINE, SOUND, Change, Checked, change, fairlead, quick
from repositories import Repository, new_repository

from app.cli.formats import Format
from validators.trees.memory import Content, Symlink

BAD = b"a: [\n"
GIB = 1024**3


def blob(repository: Repository, content: bytes) -> bytes:
    return repository.blob(content).encode()


def grown(folder: Path, build: Callable[[Repository], str]) -> Change:
    """A change to the tree that `build` makes."""
    made = change(folder, {})
    return Change(made.repository, made.base, made.repository.commit(build(made.repository), made.base))


def imported(made: Change, files: int, commits: int) -> str:
    """A head with so many broken files, that came with so many commits."""
    stream = [b"blob\nmark :1\ndata %d\n%s\n" % (len(BAD), BAD)]
    parent = made.base.encode()
    for number in range(commits):
        share = range(number, files, commits)
        lines = b"".join(b"M 100644 :1 d%d/f%d.yaml\n" % (n % 50, n) for n in share)
        stream.append(
            b"commit refs/heads/many\nmark :%d\ncommitter A <a@b> 1 +0000\ndata 1\nx\nfrom %s\n%s\n"
            % (number + 2, parent, lines)
        )
        parent = b":%d" % (number + 2)
    made.repository.git("fast-import", "--quiet", stdin=b"".join(stream))
    return made.repository.git("rev-parse", "many")


@pytest.mark.slow
def test_repo_structure_14_a_gibibyte_of_zeros_is_refused_by_its_size(tmp_path: Path) -> None:
    def build(repository: Repository) -> str:
        zeros = tmp_path / "zeros"
        with zeros.open("wb") as file:
            file.truncate(GIB)
        big = repository.git("-c", "core.bigFileThreshold=1m", "hash-object", "-w", "--no-filters", str(zeros))
        zeros.unlink()
        lines = b"100644 blob %s\tvalues.yaml\n100644 blob %s\tcrd.json\n" % (big.encode(), big.encode())
        link = b"120000 blob %s\tlink.yaml\n" % big.encode()
        return repository.git("mktree", stdin=lines + link + b"100644 blob %s\tweb.yaml\n" % blob(repository, SOUND))

    checked = grown(tmp_path, build).check()
    assert (checked.status, checked.broken) == (1, [])
    assert "file/too-large" in {rule for rule, _ in checked.blocking("values.yaml")}
    assert "file/link-outside" in {rule for rule, _ in checked.blocking("link.yaml")}
    assert sum(path.stat().st_blocks * 512 for path in tmp_path.rglob("*") if path.is_file()) < 200 * MIB
    assert checked.memory < 1200 * MIB


@pytest.mark.slow
def test_repo_structure_15_a_hundred_thousand_files_are_no_success(tmp_path: Path) -> None:
    def build(repository: Repository) -> str:
        one = blob(repository, b"a: 1\n")
        return repository.git("mktree", stdin=b"".join(b"100644 blob %s\t%06d.yaml\n" % (one, n) for n in range(100_000)))

    checked = grown(tmp_path, build).check()
    assert checked.status not in {0, 1}
    assert "larger than 20000 files" in checked.stderr
    assert "Traceback" not in checked.stderr
    assert checked.seconds < 30
    assert checked.memory < 256 * MIB


@pytest.mark.slow
@pytest.mark.parametrize(("levels", "name"), [(2000, "d"), (300, "d" * 20), (20, "d" * 250)])
def test_repo_structure_16_deep_folders_and_long_paths_are_judged(tmp_path: Path, levels: int, name: str) -> None:
    def build(repository: Repository) -> str:
        inner = repository.git("mktree", stdin=b"100644 blob %s\ta.yaml\n" % blob(repository, BAD))
        for _ in range(levels):
            inner = repository.git("mktree", stdin=f"040000 tree {inner}\t{name}\n".encode())
        return inner

    checked = grown(tmp_path, build).check()
    assert (checked.status, checked.broken) == (1, [])
    assert {rule for rule, _ in checked.blocking(f"{name}/" * levels + "a.yaml")} == {"yaml/syntax"}


@pytest.mark.slow
def test_repo_structure_16_a_work_tree_too_deep_for_the_system_is_no_crash(tmp_path: Path) -> None:
    made = new_repository(tmp_path / "gitops")
    made.commit({"web.yaml": SOUND}, branch="main")
    made.git("reset", "-q", "--hard")
    made.git("-C", str(made.path), "config", "alias.x", "!true")
    deep = "/".join(["d" * 250] * 15)
    (made.path / deep).mkdir(parents=True)
    (made.path / deep / "a.yaml").write_bytes(BAD)
    checked = fairlead("check", "--repo", str(made.path), "--format", "json")
    assert (checked.status, checked.broken) == (1, [])


@pytest.mark.slow
@pytest.mark.parametrize(("files", "commits"), [(3001, 1), (251, 251), (12_000, 3)])
def test_repo_structure_26_no_file_of_a_large_change_goes_unchecked(tmp_path: Path, files: int, commits: int) -> None:
    made = change(tmp_path, {})
    checked = Change(made.repository, made.base, imported(made, files, commits)).check()
    assert checked.status == 1
    told = {one["path"] for one in checked.report["findings"] if one["rule"] == "yaml/syntax"}
    assert len(told) == files


CONFIGURATION = b"version: 1\nfail_on: warning\n"


def test_repo_structure_27_a_rename_is_a_change_and_hides_nothing(tmp_path: Path) -> None:
    made = change(tmp_path, {}, {"bad.yaml": BAD, "worse.txt": BAD * 2, "same.yaml": SOUND})
    head = made.repository.commit({"web.yaml": SOUND, "good.txt": BAD, "now.yaml": BAD * 2, "moved.yaml": SOUND}, made.base)
    checked = Change(made.repository, made.base, head).check()
    assert {rule for rule, _ in checked.blocking("now.yaml")} == {"yaml/syntax"}
    assert [(one["path"], one["status"]) for one in checked.report["findings"] if one["path"] in {"bad.yaml", "good.txt"}] in (
        [("bad.yaml", "fixed")],
        [("good.txt", "fixed")],
    )
    assert checked.status == 1


def test_repo_structure_27_a_configuration_that_is_deleted_counts_still(tmp_path: Path) -> None:
    made = change(tmp_path, {}, {".fairlead.yaml": CONFIGURATION, ".yamllint": b"rules: {trailing-spaces: {level: warning}}\n"})
    head = made.repository.commit({"web.yaml": SOUND, "a.yaml": b"a: 1  \n"}, made.base)
    checked = Change(made.repository, made.base, head).check()
    assert (checked.status, checked.state) == (1, "failure")
    assert {one["rule"] for one in checked.findings("a.yaml")} == {"yaml/trailing-spaces"}
    assert "configuration/judged-by-base" in {one["rule"] for one in checked.findings(".fairlead.yaml")}


@pytest.mark.parametrize("mode", [b"100755", b"120000"], ids=["executable", "link"])
def test_repo_structure_27_mode_bits_alone_are_a_change(tmp_path: Path, mode: bytes) -> None:
    made = change(tmp_path, {}, {"a.yaml": b"/etc/passwd"})
    repository = made.repository
    lines = b"%s blob %s\ta.yaml\n100644 blob %s\tweb.yaml\n" % (
        mode,
        blob(repository, b"/etc/passwd"),
        blob(repository, SOUND),
    )
    head = repository.commit(repository.git("mktree", stdin=lines), made.base)
    checked = Change(repository, made.base, head).check()
    assert checked.broken == []
    assert {one["name"]: one["coverage"]["files"] for one in checked.report["validators"]}["files"] == (
        1 if mode == b"100755" else 0
    )
    assert checked.state == ("success" if mode == b"100755" else "failure")


SPOOFS = {
    "newline": "\nweb.yaml:1:1: error yaml/syntax: forged",
    "newline-inside": "a\nweb.yaml",
    "return": "a\rweb.yaml",
    "workflow-command": "::error file=web.yaml::forged.yaml",
    "parsable": "web.yaml:1:1: [error] forged.yaml",
    "escape": "\x1b[2Jweb.yaml",
    "pipe": "a|web.yaml",
    "quote": '"web.yaml":1:1.yaml',
    "no-utf-8": "\udcff.yaml",
    "line-separator": "a\u2028web.yaml",
}


@pytest.mark.parametrize("form", [pytest.param(one, marks=() if one is Format.TEXT else pytest.mark.slow) for one in Format])
def test_repo_structure_18_no_name_forges_a_finding_of_another_file(tmp_path: Path, form: Format) -> None:
    names: dict[str, Content] = {f"{name}" if name.endswith(".yaml") else f"{name}.yaml": BAD for name in SPOOFS.values()}
    checked = change(tmp_path, names).check(form=form.value)
    assert checked.status == 1
    text = checked.stdout.decode()
    assert not set(text) & set("\x1b\r\u2028"), ascii(text)
    lines = [line.strip() for line in text.split("\n")]
    assert not [line for line in lines if line.startswith(("web.yaml", "::"))]


def test_repo_structure_01_02_nothing_of_the_machine_is_in_any_output(tmp_path: Path) -> None:
    links: dict[str, Content] = {
        "passwd.yaml": Symlink("/etc/passwd"),
        "environ.yaml": Symlink("/proc/self/environ"),
        "above.yaml": Symlink("../../../../../../proc/self/environ"),
        ".yamllint": Symlink("/proc/self/environ"),
        ".fairlead.yaml": Symlink("/proc/self/environ"),
        "kustomization.yaml": Symlink("/proc/self/environ"),
        "loop.yaml": Symlink("loop.yaml"),
        "folder": Symlink("/etc"),
    }
    made = change(tmp_path, links)
    checked = made.check("--all", form=Format.TEXT.value)
    assert checked.status == 1
    said = checked.stdout.decode() + checked.stderr
    assert SECRET_OF_THE_MACHINE not in said
    assert "root:x:0" not in said


def test_repo_structure_02_a_work_tree_is_read_no_further_than_its_links(tmp_path: Path) -> None:
    made = new_repository(tmp_path / "gitops")
    made.commit({"web.yaml": SOUND}, branch="main")
    made.git("reset", "-q", "--hard")
    (tmp_path / "outside.yaml").write_bytes(BAD)
    (made.path / "link.yaml").symlink_to("../outside.yaml")
    (made.path / "folder").symlink_to("/etc")
    (made.path / "environ.yaml").symlink_to("/proc/self/environ")
    checked = fairlead("check", "--repo", str(made.path), "--format", "json")
    assert (checked.status, checked.broken) == (1, [])
    assert {rule for one in ("link.yaml", "folder", "environ.yaml") for rule, _ in checked.blocking(one)} == {
        "file/link-outside"
    }
    assert SECRET_OF_THE_MACHINE not in checked.stdout.decode()


@pytest.mark.parametrize("revision", quick(["--upload-pack=touch CANARY", "-x", "a$(touch CANARY)b", "main:web.yaml", "\n"], 1))
def test_repo_structure_25_a_revision_is_never_an_option_or_a_command(tmp_path: Path, revision: str) -> None:
    made = change(tmp_path, {})
    checked: Checked = fairlead("check", "--repo", str(made.repository.path), f"--base={revision}")
    assert checked.status == 2
    assert "Traceback" not in checked.stderr
    assert not list(Path.cwd().glob("*CANARY*"))
