"""Configurations that a change, or a careless base, would have us believe: the base's counts, whole or not at all."""

import json
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from hostile_stage import NUMBERS, ON_THE_SERVICE, Change, Checked, change, quick
from service_stage import BROKEN, REPOSITORY, Stage

from app.config import BrokenConfiguration
from app.config.reading import PATH, from_text
from app.forges.base import StatusState
from app.store.read import RunState
from validators.model import VerdictState
from validators.patterns import Patterns, complaint
from validators.trees.memory import Content, Symlink

BAD = b"a: [\n"
OFF = b"version: 1\nfail_on: never\nignore: ['**']\nvalidators: {files: false, yaml_lint: false, schema: false, units: false}\n"


def asked(folder: Path, files: Mapping[str, Content], base: Mapping[str, Content] | None = None) -> Checked:
    """What is said of a change that brings a broken file, too."""
    return change(folder, {"bad.yaml": BAD, **files}, base).check()


@pytest.mark.parametrize(
    ("name", "content"),
    quick(
        [
            (".fairlead.yaml", OFF),
            (".fairlead.yml", OFF),
            (".fairlead.yaml", Symlink("web.yaml")),
            (".FAIRLEAD.yaml", OFF),
            ("sub/.fairlead.yaml", OFF),
            (".fairlead.yaml/x.yaml", OFF),
            (".fairlead.yaml", OFF + b"approvals: {users: [me]}\n"),
        ],
        1,
    ),
)
def test_config_01_a_change_is_judged_by_the_base_and_what_it_edits_is_told(
    tmp_path: Path, name: str, content: Content
) -> None:
    checked = asked(tmp_path, {name: content})
    assert (checked.status, checked.state, checked.broken) == (1, "failure", [])
    assert {rule for rule, _ in checked.blocking("bad.yaml")} == {"yaml/syntax"}
    if name == ".fairlead.yaml":
        assert {one["rule"] for one in checked.findings(name)} >= {"configuration/judged-by-base"}


@pytest.mark.slow
def test_config_01_the_base_s_own_choice_counts(tmp_path: Path) -> None:
    made = change(tmp_path, {}, {".fairlead.yaml": b"version: 1\nignore: [docs/**]\n"})
    files: dict[str, Content] = {".fairlead.yaml": OFF, "docs/bad.yaml": BAD, "bad.yaml": BAD}
    checked = Change(made.repository, made.base, made.repository.commit(files, made.base)).check()
    assert checked.status == 1
    assert checked.blocking("docs/bad.yaml") == set()
    assert checked.blocking("bad.yaml")


STYLE = b"rules: {trailing-spaces: enable, key-duplicates: enable}\n"
RELAXED = [
    b"ignore: '*'\n",
    b"rules: {}\n",
    b"extends: relaxed\n",
    b"yaml-files: ['*.nothing']\n",
    b"ignore-from-file: .gitignore\n",
    b"ignore: |\n  *.yaml\n  /**\n",
]


@pytest.mark.parametrize(
    ("name", "content"),
    quick(
        [
            *((".yamllint", text) for text in RELAXED),
            *((name, RELAXED[1]) for name in (".yamllint.yaml", ".yamllint.yml", "sub/.yamllint")),
        ],
        1,
    ),
)
@pytest.mark.parametrize(
    "base", [pytest.param({".yamllint": STYLE}, id="strict"), pytest.param({}, id="none", marks=pytest.mark.slow)]
)
def test_config_02_a_relaxed_yamllint_changes_no_verdict(
    tmp_path: Path, name: str, content: bytes, base: Mapping[str, Content]
) -> None:
    files: dict[str, Content] = {"a.yaml": b"a: 1  \na: 2\n", ".gitignore": b"*\n"}
    without = asked(tmp_path / "without", files, base)
    checked = asked(tmp_path / "with", {**files, name: content}, base)
    assert checked.status == without.status == 1
    for path in ("a.yaml", "bad.yaml"):
        assert checked.findings(path) == without.findings(path) != []


BOMB = "a0: &a0 [x,x,x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10))
BROKEN_ONES: dict[str, bytes] = {
    "bomb": BOMB.encode(),
    "five-megabytes": b"version: 1\n#" + b"x" * 5 * 1024**2,
    "unknown-key": b"version: 1\nvalidatorz: {}\n",
    "wrong-type": b"version: 1\nignore: 5\n",
    "ten-thousand": b"version: 1\nignore:\n" + b"- a\n" * 10_000,
    "thousands-of-keys": b"version: 1\n" + b"".join(b"k%d: 1\n" % n for n in range(5000)),
    "empty": b"",
    "null": b"null\n",
    "list": b"[]\n",
    "two": b"version: 1\n---\nversion: 1\n",
    "twice": b"version: 1\nversion: 1\n",
    "nul": b"version: 1\n\0",
    "no-utf-8": b"version: 1\n# \xff\n",
    "utf-16": "version: 1\n".encode("utf-16"),
    "deep": b"version: 1\nvalidators: " + b"[" * 5000 + b"]" * 5000,
    "loop": b"version: 1\nvalidators: &a {files: *a}\n",
    "syntax": b"version: 1\nignore: [\n",
    "true": b"version: true\n",
    "version-2": b"version: 2\n",
    "text": b'version: "1"\n',
    "no-version": b"fail_on: error\n",
    "null-key": b"version: 1\nnull: 1\n",
    "infinite": b"version: 1\ncomments: {limit: .inf}\n",
    "negative": b"version: 1\ncomments: {limit: -1}\n",
    "approvals": b"version: 1\napprovals: {rules: [{count: 0, users: []}]}\n",
    "template": b"version: {{ 1 }}\n",
    "object": b"version: 1\nx: !!python/object/apply:os.system [touch CANARY]\n",
    "kubernetes-version": b"version: 1\nkubernetes_version: ../../etc\n",
    "escape": b'version: 1\n"\\e[2J": 1\n',
}


@pytest.mark.parametrize("kind", quick(BROKEN_ONES, 1))
def test_config_05_06_a_broken_configuration_of_the_base_is_an_error_with_its_reason(tmp_path: Path, kind: str) -> None:
    checked = change(tmp_path, {"a.yaml": b"a: 1\n"}, {".fairlead.yaml": BROKEN_ONES[kind]}).check()
    assert (checked.status, checked.state) == (2, "error")
    assert "`.fairlead.yaml`" in checked.report["verdict"]["reasons"][0]
    assert len(checked.stdout) < 20_000
    assert "Traceback" not in checked.stderr
    assert not list(Path.cwd().glob("*CANARY*"))
    assert checked.seconds < 10


@pytest.mark.parametrize("kind", BROKEN_ONES)
def test_config_05_06_it_is_refused_quickly_with_a_place(kind: str) -> None:
    began = time.process_time()
    with pytest.raises(BrokenConfiguration) as refused:
        from_text(PATH, BROKEN_ONES[kind])
    assert time.process_time() - began < 2
    assert 1 <= len(refused.value.problems) <= 51
    assert all(problem.message and problem.location.path == PATH for problem in refused.value.problems)
    assert refused.value.problems[0].location.line or kind in {"five-megabytes", "two"}
    assert all(len(problem.message) < 500 for problem in refused.value.problems)


@pytest.mark.slow
@pytest.mark.parametrize("kind", BROKEN_ONES)
def test_config_05_a_change_that_would_break_it_is_told(tmp_path: Path, kind: str) -> None:
    blind = b"ignore: '*'\nrules: {key-duplicates: {level: warning}}\n"
    for number, base in enumerate(({}, {".yamllint": blind})):
        checked = change(tmp_path / str(number), {".fairlead.yaml": BROKEN_ONES[kind]}, base).check()
        assert (checked.status, checked.state, checked.broken) == (1, "failure", [])
        assert checked.blocking(".fairlead.yaml")


@pytest.mark.parametrize("base", quick([{".fairlead.yml": OFF}, {}], 0), ids=["misnamed", "none"])
def test_config_07_without_a_configuration_the_defaults_apply(tmp_path: Path, base: Mapping[str, Content]) -> None:
    checked = asked(tmp_path, {}, base)
    assert (checked.status, checked.state) == (1, "failure")


PATTERNS = [
    *("../x", "a/../b", "..", "a/..", "/etc/passwd", "//x", "~/x", "C:\\x", "./a", "a//b", ".", "", " ", "file:///x"),
    *("{a,b}" * 20, "**/" * 50, "**/" * 17 + "x", "*" * 500, "?" * 200, "a" * 10_000, "[a-z]*", "!x", "a\nb", "\0", "a**b"),
]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda text: ascii(text[:20]))
def test_config_08_patterns_that_leave_or_explode_are_refused_with_their_line(pattern: str) -> None:
    with pytest.raises(BrokenConfiguration) as refused:
        from_text(PATH, f"version: 1\nignore:\n  - ok\n  - {json.dumps(pattern)}\n".encode())
    (problem,) = refused.value.problems
    assert (problem.rule, problem.location.line) == ("configuration/bad-value", 4)


HARD = [
    "**/" * 8 + "x",
    "*a" * 16,
    "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
    "(a+)+$",
    "**/*/**/*/**/*/**/*/x",
    "*?*?*?*?*?*?*?*?",
    "a*/" * 15 + "b",
]
PATHS = ["a" * 4000, "a/" * 2000, "a" * 255 + "/" + "ab" * 1000, "/".join(["a" * 50] * 80), "x/" * 500 + "y"]


@pytest.mark.parametrize("pattern", HARD)
def test_config_08_what_is_allowed_matches_in_no_time(pattern: str) -> None:
    assert complaint(pattern) is None
    patterns = Patterns([pattern])
    for path in PATHS:
        began = time.process_time()
        patterns.match(path)
        assert time.process_time() - began < 0.05


@ON_THE_SERVICE
async def test_config_05_on_the_service_it_is_an_error_and_the_configuration_before_is_not_used(stage: Stage) -> None:
    """First the base's is sound and lets all pass, then it is broken: nothing of the first is kept."""
    mild = stage.repository.commit({"a.yaml": b"a: 1\n", ".fairlead.yaml": b"version: 1\nfail_on: never\n"}, branch="mild")
    head = stage.commit({"a.yaml": BROKEN, ".fairlead.yaml": b"version: 1\nfail_on: never\n"}, mild, branch="on-mild")
    number = next(NUMBERS)
    ref = stage.propose(head, base=mild, number=number)
    await stage.touch(ref)
    assert (await stage.judged(head, ref)).state is RunState.DONE
    assert stage.forge.statuses[REPOSITORY, head, "fairlead/checks"].state is StatusState.SUCCESS

    broken = stage.repository.commit({"a.yaml": b"a: 1\n", ".fairlead.yaml": BROKEN_ONES["bomb"]}, mild, branch="broken")
    head = stage.commit({"a.yaml": BROKEN, ".fairlead.yaml": BROKEN_ONES["bomb"]}, broken, branch="on-broken")
    ref = stage.propose(head, base=broken, number=number)
    await stage.touch(ref)
    run = await stage.judged(head, ref)
    assert run.verdict is not None
    assert run.verdict.state is VerdictState.ERROR
    status = stage.forge.statuses[REPOSITORY, head, "fairlead/checks"]
    assert status.state is StatusState.ERROR
    assert ".fairlead.yaml" in status.description
