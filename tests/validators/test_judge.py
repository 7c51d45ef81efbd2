"""A change judged by validators of the tests' own: what is marked, what failure does, what progress is told."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from validators.change import Change, ChangedFile, FileAction, ToolFailed, ToolMissing, Validator, View
from validators.judge import Progress, judge
from validators.model import CheckResult, Coverage, Location, Look, Outcome, Problem, Report, Severity
from validators.settings import CheckSettings
from validators.trees.memory import MemoryTree


@dataclass
class Bad:
    """Finds every line that says `bad`."""

    name: str = "bad"

    def check(self, view: View) -> Look:
        problems = []
        for path in view.paths:
            entry = view.tree.entry(path)
            assert entry is not None, "a view has only paths that exist"
            for number, line in enumerate(view.tree.read(entry).decode().splitlines(), 1):
                if "bad" in line:
                    problems.append(Problem("test/bad", Severity.ERROR, "bad", Location(path, number), line))
        return Look(tuple(problems), Coverage(files=len(view.paths)))


@dataclass
class Failing:
    """Fails in its own way, on one side or both."""

    failure: Callable[[], Exception]
    name: str = "failing"

    def check(self, view: View) -> Look:
        raise self.failure()


BASE = {"kept.yaml": "a\nbad kept\n", "gone.yaml": "bad gone\n", "old.yaml": "x\ny\nbad moved\n"}
RESULT = {"kept.yaml": "bad kept\nbad added\n", "new.yaml": "bad moved\nx\ny\n", "untouched.yaml": "bad\n"}
FILES = (
    ChangedFile("kept.yaml", "kept.yaml", FileAction.MODIFIED, frozenset({2})),
    ChangedFile("gone.yaml", "gone.yaml", FileAction.DELETED),
    ChangedFile("new.yaml", "old.yaml", FileAction.RENAMED),
)


def tree(files: dict[str, str]) -> MemoryTree:
    return MemoryTree({path: text.encode() for path, text in files.items()})


def judged(*validators: Validator, settings: CheckSettings | None = None, whole: bool = False) -> tuple[Report, list[Progress]]:
    change = Change(tree(BASE), tree(RESULT), FILES, settings or CheckSettings())
    seen: list[Progress] = []
    return judge(change, validators, base="b", head="h", merge_result="m", on_progress=seen.append, whole=whole), seen


def only(report: Report) -> CheckResult:
    result, dry_run = report.results
    assert dry_run.validator == "dry_run"
    return result


def told(report: Report) -> list[tuple[str, str, int | None]]:
    return [(f.status.value, f.location.path, f.location.line) for f in report.findings]


def test_each_finding_is_marked_against_the_base() -> None:
    report, _ = judged(Bad())
    assert told(report) == [
        ("fixed", "gone.yaml", None),
        ("existing", "kept.yaml", 1),
        ("new", "kept.yaml", 2),
        ("existing", "new.yaml", 1),
    ]
    assert (report.base, report.head, report.merge_result) == ("b", "h", "m")
    assert only(report).coverage.files == 2


def test_the_whole_tree_on_demand() -> None:
    report, _ = judged(Bad(), whole=True)
    assert ("new", "untouched.yaml", 1) in told(report)


def test_ignored_paths_are_not_looked_at_and_that_is_said() -> None:
    report, _ = judged(Bad(), settings=CheckSettings(ignore=("kept*", "n*")))
    assert told(report) == [("fixed", "gone.yaml", None)]
    assert [note.what for note in only(report).coverage.not_checked] == ["kept.yaml", "new.yaml"]


def test_a_validator_switched_off_is_skipped_and_that_is_said() -> None:
    result = only(judged(Bad(), settings=CheckSettings(disabled=("bad",)))[0])
    assert (result.outcome, result.findings, result.explanation) == (Outcome.SKIPPED, (), "switched off in .fairlead.yaml")


@pytest.mark.parametrize(
    ("failure", "explanation"),
    [
        (
            ToolMissing("kubeconform is not installed; `make tools` builds it"),
            "kubeconform is not installed; `make tools` builds it",
        ),
        (ToolFailed("it ended with status 7"), "it ended with status 7"),
        (MemoryError(), "it needs more memory than it may have"),
    ],
)
def test_a_tool_that_fails_breaks_its_own_check_only(failure: Exception, explanation: str) -> None:
    report, _ = judged(Failing(lambda: failure), Bad())
    broken, well, _ = report.results
    assert (broken.outcome, broken.explanation) == (Outcome.BROKEN, explanation)
    assert well.outcome is Outcome.COMPLETED
    assert well.findings


def test_a_fault_of_our_own_is_logged_and_told_by_reference(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        result = only(judged(Failing(lambda: KeyError("hunter2")))[0])
    assert result.outcome is Outcome.BROKEN
    reference = result.explanation.rsplit(" ", 1)[1]
    assert reference in caplog.text
    assert "hunter2" not in result.explanation


def test_what_breaks_at_the_base_breaks_the_check() -> None:
    class BrokenAtBase(Bad):
        def check(self, view: View) -> Look:
            if "gone.yaml" in view.paths:
                return Look(outcome=Outcome.BROKEN, explanation="`.yamllint` line 3: no such rule")
            return super().check(view)

    result = only(judged(BrokenAtBase())[0])
    assert (result.outcome, result.explanation) == (Outcome.BROKEN, "at the base: `.yamllint` line 3: no such rule")


def test_progress_is_told_by_validator_with_counts() -> None:
    _, seen = judged(Bad(), Failing(lambda: ToolFailed("x")))
    assert [(p.validator, p.done, p.total, p.state.value) for p in seen] == [
        ("bad", 0, 5, "waiting"),
        ("failing", 0, 5, "waiting"),
        ("dry_run", 0, 5, "waiting"),
        ("bad", 0, 5, "running"),
        ("bad", 2, 5, "running"),
        ("bad", 5, 5, "done"),
        ("failing", 0, 5, "running"),
        ("failing", 5, 5, "done"),
        ("dry_run", 0, 5, "running"),
        ("dry_run", 5, 5, "done"),
    ]


def test_what_the_change_does_to_resources_is_in_the_report() -> None:
    old = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: shop}\ndata: {a: x}\n"
    change = Change(
        MemoryTree({"web.yaml": old}),
        MemoryTree({"web.yaml": old.replace(b"x}", b"y}")}),
        (ChangedFile("web.yaml", "web.yaml", FileAction.MODIFIED, frozenset({4})),),
    )
    report = judge(change, (), base="b", head="h", merge_result=None, on_progress=lambda _: None)
    (effect,) = report.changes
    assert (effect.action.value, str(effect.resource), effect.fields[0].path) == ("update", "ConfigMap/web", "data.a")


def test_a_defect_that_fills_a_file_is_counted() -> None:
    change = Change(tree({}), tree({"a.yaml": "bad\n" * 5000}), (ChangedFile("a.yaml", "a.yaml", FileAction.ADDED),))
    report = judge(change, [Bad()], base="b", head="h", merge_result=None, on_progress=lambda _: None)
    assert len(report.findings) == 101
    assert (
        report.findings[-1].message == "4,900 more findings of this kind in this file. Only the first 100 are told one by one."
    )
    assert report.findings[-1].severity is Severity.ERROR
