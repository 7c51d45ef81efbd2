"""The plan: what is written, in which order, and that nothing is when nothing changed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from review_samples import AROUND, BASE, HEAD, PAGE, finding, judged, thread

from app.forges import markers
from app.forges.base import ChangeState, Posted, PostedComment, PostedThread, Status, StatusState
from app.review.plan import plan
from app.review.standing import Conflicting, Faulty, Misconfigured, Standing, Waiting
from app.review.writes import PostComments, PutCheckRun, PutSummary, ResolveThread, SetStatus, Write
from validators.model import Finding, FindingStatus, Location, NotChecked, Outcome, Problem, Severity, Suggestion

BROKEN = Problem("configuration/unknown-key", Severity.ERROR, "`x` is not a setting.", Location(".fairlead.yaml", 2), "x")


def carried_out(writes: Sequence[Write], before: Posted) -> Posted:
    """What stands on the change after the writes, as a forge would show it."""
    summaries, threads, statuses, run = before.summaries, list(before.threads), dict(before.statuses or {}), before.check_run
    for write in writes:
        match write:
            case SetStatus(_, status):
                statuses[status.context] = status
            case PutCheckRun(_, wanted):
                run = replace(wanted, annotations=())
            case PutSummary(body):
                summaries = (PostedComment("1", body.replace("\n", "\r\n") + "\n", ours=True),)
            case PostComments(_, comments):
                left = {comment.key: comment.body for comment in comments}
                threads = [one if one.resolved else replace(one, body=left.pop(one.key, one.body)) for one in threads]
                threads += [
                    PostedThread(c.key, c.key, c.path, c.line, c.body, resolved=False, answered=False)
                    for c in comments
                    if c.key in left
                ]
            case ResolveThread(old, _):
                threads[threads.index(old)] = replace(old, resolved=True, resolved_by_us=True)
    return Posted(summaries, tuple(threads), statuses, run)


def kinds(writes: Sequence[Write]) -> list[str]:
    return [type(write).__name__ for write in writes]


def comments(writes: Sequence[Write]) -> list[str]:
    return [comment.key for write in writes if isinstance(write, PostComments) for comment in write.comments]


def anew(standing: Standing, posted: Posted) -> list[str]:
    """The keys of comments that begin a thread."""
    standing_open = {thread.key for thread in posted.threads if not thread.resolved}
    return [key for key in comments(plan(standing, posted, AROUND)) if key not in standing_open]


def words(writes: Sequence[Write]) -> dict[str, str]:
    return {write.thread.key: write.word for write in writes if isinstance(write, ResolveThread)}


@pytest.mark.parametrize(
    ("standing", "written", "state", "said"),
    [
        (Waiting("reading 3 of 8 files"), ["SetStatus"], StatusState.PENDING, "Checking: reading 3 of 8 files"),
        (judged(), ["PutSummary", "PutCheckRun", "SetStatus"], StatusState.SUCCESS, "Ready to merge"),
        (
            judged(finding("`x` is wrong", key="k")),
            ["PostComments", "PutSummary", "PutCheckRun", "SetStatus"],
            StatusState.FAILURE,
            "1 error blocks the merge",
        ),
        (
            judged(outcome=Outcome.BROKEN, explanation="no `kubeconform`"),
            ["PutSummary", "PutCheckRun", "SetStatus"],
            StatusState.ERROR,
            "Can't judge: schema could not run: no kubeconform",
        ),
        (
            Conflicting(BASE, ("a.yaml", "b.yaml"), 0.2),
            ["PutSummary", "PutCheckRun", "SetStatus"],
            StatusState.FAILURE,
            "Can't merge: conflicts with main in 2 files",
        ),
        (
            Misconfigured(BASE, (BROKEN,), "version: 1\nx: 1\n", "Mend it first.", 0.2),
            ["PutSummary", "PutCheckRun", "SetStatus"],
            StatusState.ERROR,
            "Can't judge: .fairlead.yaml line 2 at the base (main): x is not a setting",
        ),
        (
            Faulty("FL-1"),
            ["PutSummary", "PutCheckRun", "SetStatus"],
            StatusState.ERROR,
            "Can't judge: Fairlead itself failed, reference FL-1",
        ),
        (
            Faulty("FL-1", deaths=3),
            ["PutSummary", "PutCheckRun", "SetStatus"],
            StatusState.ERROR,
            "Can't judge: 3 workers died of it, reference FL-1",
        ),
    ],
)
def test_what_is_written_and_that_a_second_time_nothing_is(
    standing: Standing, written: list[str], state: StatusState, said: str
) -> None:
    writes = plan(standing, Posted(), AROUND)
    assert kinds(writes) == written
    assert writes[-1] == SetStatus(HEAD, Status("fairlead/checks", state, said, PAGE))
    assert plan(standing, carried_out(writes, Posted()), AROUND) == []


def test_nothing_is_written_on_a_change_that_is_closed() -> None:
    closed = replace(AROUND, change=replace(AROUND.change, state=ChangeState.MERGED))
    assert plan(judged(finding("x")), Posted(), closed) == []


def test_judging_again_with_the_same_result_leaves_the_old_summary_whatever_the_duration() -> None:
    posted = carried_out(plan(judged(finding("x"), seconds=2.1), Posted(), AROUND), Posted())
    assert plan(judged(finding("x"), seconds=37.9), posted, AROUND) == []


def test_the_check_run_says_what_to_do_about_a_broken_configuration_too() -> None:
    standing = Misconfigured(BASE, (BROKEN,), "version: 1\nx: 1\n", "Mend it on a pull request of its own first.", 0.2)
    (run,) = [write.run for write in plan(standing, Posted(), AROUND) if isinstance(write, PutCheckRun)]
    assert "Mend it on a pull request of its own first." in run.summary


def test_what_is_posted_carries_the_markers_by_which_forges_find_it_again() -> None:
    writes = plan(judged(finding("x", key="5d1f0c")), Posted(), AROUND)
    bodies = [write.body for write in writes if isinstance(write, PutSummary)]
    keys = [markers.finding_key(one.body) for write in writes if isinstance(write, PostComments) for one in write.comments]
    assert ([markers.as_summary(body) for body in bodies], keys) == (bodies, ["5d1f0c"])


def test_a_summary_that_others_wrote_with_our_marker_is_not_taken_for_ours() -> None:
    ready = carried_out(plan(judged(), Posted(), AROUND), Posted())
    forged = replace(ready, summaries=(replace(ready.summaries[0], ours=False),))
    assert kinds(plan(judged(), forged, AROUND)) == ["PutSummary"]


def test_a_fixing_push_resolves_the_thread_edits_the_summary_and_turns_the_status() -> None:
    posted = carried_out(plan(judged(finding("x", key="k")), Posted(), AROUND), Posted())
    writes = plan(judged(), posted, AROUND)
    assert kinds(writes) == ["ResolveThread", "PutSummary", "PutCheckRun", "SetStatus"]
    assert words(writes) == {"k": "Fixed."}
    assert plan(judged(), carried_out(writes, posted), AROUND) == []


def test_other_findings_at_the_same_count_refresh_the_annotations() -> None:
    posted = carried_out(plan(judged(finding("x", line=5), inline_limit=0), Posted(), AROUND), Posted())
    assert "PutCheckRun" in kinds(plan(judged(finding("x", line=6), inline_limit=0), posted, AROUND))


class TestWhatWasNotLookedAt:
    """A thread stays open while the validator that brought it about did not do its work."""

    POSTED = Posted(threads=(thread("k"),))

    @pytest.mark.parametrize("outcome", [Outcome.BROKEN, Outcome.SKIPPED])
    def test_by_the_validator_that_brought_it_about_is_not_taken_for_fixed(self, outcome: Outcome) -> None:
        standing = replace(judged(outcome=outcome, explanation="off"), brought_by={"k": "schema"})
        assert words(plan(standing, self.POSTED, AROUND)) == {}
        assert words(plan(replace(standing, brought_by={}), self.POSTED, AROUND)) == {}, "by whom is not known"
        assert words(plan(replace(standing, brought_by={"k": "gone"}), self.POSTED, AROUND)) == {}

    def test_by_another_one_does_not_keep_it_open(self) -> None:
        standing = judged(outcome=Outcome.COMPLETED)
        broken = replace(standing.report.results[0], validator="policy", outcome=Outcome.BROKEN, explanation="no `opa`")
        both = replace(standing.report, results=(*standing.report.results, broken))
        named = replace(standing, report=both, brought_by={"k": standing.report.results[0].validator})
        assert words(plan(named, self.POSTED, AROUND)) == {"k": "Fixed."}


class TestThreads:
    def test_worst_first_and_never_more_than_the_limit_with_those_that_stand(self) -> None:
        warnings = [finding(f"w{n}", key=f"w{n}", line=n + 1, severity=Severity.WARNING) for n in range(5)]
        errors = [finding(f"e{n}", key=f"e{n}", line=n + 50) for n in range(3)]
        standing = judged(*warnings, *errors, inline_limit=6)
        posted = Posted(threads=(thread("w0"), thread("w1")))
        assert anew(standing, posted) == ["e0", "e1", "e2", "w2"]

    def test_a_hundred_defects_get_thirty_comments(self) -> None:
        standing = judged(*[finding(f"e{n}", key=f"e{n}", line=n + 1) for n in range(99)])
        assert len(comments(plan(standing, Posted(), AROUND))) == 30

    @pytest.mark.parametrize(
        "found",
        [
            finding("off the change", line=400),
            finding("about the file", line=None),
            finding("a note", severity=Severity.INFO),
            finding("there before", status=FindingStatus.EXISTING),
        ],
    )
    def test_what_gets_no_comment(self, found: Finding) -> None:
        assert comments(plan(judged(found), Posted(), AROUND)) == []

    def test_one_defect_reached_by_many_units_is_one_comment(self) -> None:
        found = [finding("x", key=f"k{n}", unit=f"u{n}") for n in range(14)]
        assert comments(plan(judged(*found), Posted(), AROUND)) == ["k0"]
        assert anew(judged(*found[1:]), Posted(threads=(thread("k5"),))) == []

    @pytest.mark.parametrize(
        ("old", "posted_again"),
        [
            (thread("k"), False),
            (thread("k", answered=True), False),
            (thread("k", resolved=True), False),
            (thread("k", resolved=True, by_us=True), True),
        ],
    )
    def test_a_thread_that_a_person_resolved_settles_it_one_that_we_resolved_does_not(
        self, old: PostedThread, posted_again: bool
    ) -> None:
        assert anew(judged(finding("x", key="k")), Posted(threads=(old,))) == (["k"] if posted_again else [])

    @pytest.mark.parametrize(
        ("standing", "word"),
        [
            (judged(), "Fixed."),
            (judged(finding("x", key="k", status=FindingStatus.FIXED)), "Fixed."),
            (judged(finding("x", key="k", status=FindingStatus.EXISTING)), "Existing."),
            (judged(finding("x", key="k")), None),
            (judged(outcome=Outcome.BROKEN), None),
            (judged(not_checked=[NotChecked("a.yaml", "not valid YAML")]), None),
            (Conflicting(BASE, ("a.yaml",), 0.1), None),
            (Waiting("a turn"), None),
        ],
    )
    def test_a_thread_is_resolved_when_its_finding_is_known_to_be_gone(self, standing: Standing, word: str | None) -> None:
        posted = Posted(threads=(thread("k", answered=True),))
        assert words(plan(standing, posted, AROUND)) == ({"k": word} if word else {})

    def test_a_thread_says_which_value_is_wrong_now_and_only_once(self) -> None:
        two, three = (
            judged(finding(f'`replicas` should be an integer, found "{word}".', key="k")) for word in ("two", "three")
        )
        posted = carried_out(plan(two, Posted(), AROUND), Posted())
        writes = plan(three, posted, AROUND)
        assert (comments(writes), anew(three, posted)) == (["k"], [])
        after = carried_out(writes, posted)
        assert [(one.id, '"three"' in one.body) for one in after.threads] == [("k", True)]
        assert plan(three, after, AROUND) == []

    def test_a_thread_of_a_defect_of_many_units_keeps_its_key(self) -> None:
        found = judged(*[finding("x", key=f"k{n}", unit=f"u{n}") for n in range(3)])
        (write,) = [write for write in plan(found, Posted(threads=(thread("k2"),)), AROUND) if isinstance(write, PostComments)]
        assert [(one.key, markers.finding_key(one.body)) for one in write.comments] == [("k2", "k2")]

    def test_a_thread_that_a_person_resolved_keeps_its_words(self) -> None:
        assert comments(plan(judged(finding("x", key="k")), Posted(threads=(thread("k", resolved=True),)), AROUND)) == []

    @pytest.mark.parametrize(
        ("line", "old_words", "suggests"),
        [(13, "```suggestion\nx: 1\n```", True), (12, "```suggestion\nx: 1\n```", False), (13, "no suggestion", False)],
    )
    def test_a_suggestion_is_never_made_for_lines_that_the_thread_does_not_stand_on(
        self, line: int, old_words: str, suggests: bool
    ) -> None:
        found = finding("x", key="k", line=13, suggestion=Suggestion(13, 13, "x: 2"))
        old = replace(thread("k"), line=line, body=old_words)
        (write,) = [write for write in plan(judged(found), Posted(threads=(old,)), AROUND) if isinstance(write, PostComments)]
        assert ("```suggestion\nx: 2\n```" in write.comments[0].body) is suggests

    def test_a_resolved_thread_is_left_alone(self) -> None:
        assert words(plan(judged(), Posted(threads=(thread("k", resolved=True),)), AROUND)) == {}


def test_a_long_headline_fits_the_status_of_the_forge() -> None:
    long = Misconfigured(BASE, (replace(BROKEN, message="`" + "x" * 500 + "` is not a setting"),), "", "", 0.1)
    status = plan(long, Posted(), AROUND)[-1]
    assert isinstance(status, SetStatus)
    assert len(status.status.description) <= 140


def test_annotations_are_at_most_fifty_worst_first() -> None:
    many = [finding(f"i{n}", key=f"i{n}", severity=Severity.INFO) for n in range(60)]
    writes = plan(judged(*many, finding("e", key="e", line=3)), Posted(), AROUND)
    run = next(write.run for write in writes if isinstance(write, PutCheckRun))
    assert (len(run.annotations), run.annotations[0].level, run.annotations[0].start_line) == (50, "failure", 3)
