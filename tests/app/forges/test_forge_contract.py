"""What every forge must do, played on each adapter: add a stage of yours to the fixture."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from forge_stage.emulated import EmulatedStage, Emulator, emulator
from forge_stage.stages import PATH, FakeStage, GitHubStage, Stage, Town, key_of, town

from app.forges.base import (
    Account,
    Annotation,
    ChangeGone,
    ChangeRef,
    ChangeState,
    CheckRun,
    LineComment,
    Permission,
    Reaction,
    RepositoryRef,
    Status,
    StatusState,
)

ON_THE_EMULATOR = frozenset(
    [
        "test_a_change_as_it_stands_now",
        "test_the_base_is_the_tip_of_the_target_branch_and_not_where_the_head_left_it",
        "test_a_closed_change_is_closed_and_no_longer_among_the_open_ones",
        "test_open_changes_are_whole",
        "test_a_change_that_is_not_there_is_gone",
        "test_a_repository_without_the_bot_is_gone",
        "test_a_check_run_is_one_from_its_start_to_its_end_and_when_it_is_put_again",
        "test_check_24_the_summary_is_one_comment_edited_in_place",
        "test_a_summary_that_someone_else_wrote_is_not_ours",
        "test_a_summary_that_someone_deleted_is_written_anew",
        "test_the_summary_of_an_older_version_is_edited",
        "test_the_summary_is_found_among_very_many_comments",
        "test_check_21_a_comment_that_is_too_long_is_cut_and_says_so",
        "test_an_answer_stands_there_once_and_its_second_version_in_place_of_the_first",
    ]
)
"""What an emulator of others has all that it takes for."""

SUMMARY = "<!-- fairlead:summary v1 -->\n### Ready to merge"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town")) as built:
        yield built


@pytest.fixture(scope="module")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulator(tmp_path_factory.mktemp("emulator")) as emulated:
        yield emulated


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test is played on the fake and on devforge; those that the emulator has what it takes for, there too."""
    if "stage" in metafunc.fixturenames:
        third = (
            [pytest.param("emulator", marks=pytest.mark.slow)] if metafunc.definition.originalname in ON_THE_EMULATOR else []
        )
        metafunc.parametrize("stage", ["fake", "github", *third], indirect=True)


@pytest.fixture
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    stage: Stage
    match request.param:
        case "fake":
            stage = FakeStage()
        case "github":
            stage = GitHubStage(request.getfixturevalue("built"))
        case _:
            stage = EmulatedStage(request.getfixturevalue("emulated"))
    yield stage
    await stage.forge.close()


async def head(stage: Stage) -> str:
    return (await stage.forge.change(stage.ref)).head


def comment(key: str, line: int, *, start: int | None = None) -> LineComment:
    return LineComment(key, PATH, line, f"<!-- fairlead:finding {key} -->\n**error:** {key}", start)


# ------------------------------------------------------------------ what stands there


async def test_a_change_as_it_stands_now(stage: Stage) -> None:
    change = await stage.forge.change(stage.ref)
    assert change.ref == stage.ref
    assert (change.title, change.body, change.state) == ("Raise line 20", "Why not.", ChangeState.OPEN)
    assert change.author == stage.account("ada")
    assert (change.base_branch, change.base, change.head_branch) == ("main", stage.main(), "raise")
    assert change.head_ref == f"refs/pull/{stage.ref.number}/head"
    assert not change.fork
    assert not change.draft


async def test_check_8_the_head_is_the_current_one_after_each_push(stage: Stage) -> None:
    pushed = stage.push(21)
    assert await head(stage) == pushed


async def test_the_base_is_the_tip_of_the_target_branch_and_not_where_the_head_left_it(stage: Stage) -> None:
    moved = stage.advance_main()
    assert (await stage.forge.change(stage.ref)).base == moved


async def test_a_closed_change_is_closed_and_no_longer_among_the_open_ones(stage: Stage) -> None:
    assert [one.ref async for one in stage.forge.open_changes(stage.ref.repository)] == [stage.ref]
    stage.close()
    assert (await stage.forge.change(stage.ref)).state is ChangeState.CLOSED
    assert [one.ref async for one in stage.forge.open_changes(stage.ref.repository)] == []


async def test_open_changes_are_whole(stage: Stage) -> None:
    stage.advance_main()
    listed = [one async for one in stage.forge.open_changes(stage.ref.repository)]
    assert listed == [await stage.forge.change(stage.ref)]


async def test_a_change_that_is_not_there_is_gone(stage: Stage) -> None:
    with pytest.raises(ChangeGone):
        await stage.forge.change(ChangeRef(stage.ref.repository, 999))


async def test_a_repository_without_the_bot_is_gone(stage: Stage) -> None:
    with pytest.raises(ChangeGone):
        await stage.forge.git_access(RepositoryRef("github", "shop/elsewhere"))


async def test_the_repositories_that_the_bot_is_installed_on(stage: Stage) -> None:
    assert stage.ref.repository in [one async for one in stage.forge.repositories()]


async def test_at_first_nothing_is_posted(stage: Stage) -> None:
    posted = await stage.forge.posted(stage.ref, await head(stage))
    assert (posted.summaries, posted.threads, dict(posted.statuses or {}), posted.check_run) == ((), (), {}, None)


# ------------------------------------------------------------------ statuses


async def test_a_status_is_shown_and_replaced(stage: Stage) -> None:
    commit = await head(stage)
    pending = Status("fairlead/checks", StatusState.PENDING, "Checking", "https://fairlead.example/1")
    passed = Status("fairlead/checks", StatusState.SUCCESS, "All is well", "https://fairlead.example/1")
    other = Status("fairlead/approvals", StatusState.FAILURE, "Nobody looked")
    for status in (pending, other, passed):
        await stage.forge.set_status(stage.ref.repository, commit, status)
    posted = await stage.forge.posted(stage.ref, commit)
    assert posted.statuses == {"fairlead/checks": passed, "fairlead/approvals": other}


async def test_the_description_of_a_status_is_one_line_that_fits(stage: Stage) -> None:
    commit = await head(stage)
    await stage.forge.set_status(stage.ref.repository, commit, Status("x", StatusState.ERROR, "word\n" * 100))
    shown = ((await stage.forge.posted(stage.ref, commit)).statuses or {})["x"].description
    assert len(shown) <= stage.forge.limits.status_description
    assert shown.startswith("word word")
    assert "\n" not in shown


async def test_a_status_stands_at_its_commit_only(stage: Stage) -> None:
    await stage.forge.set_status(stage.ref.repository, await head(stage), Status("x", StatusState.SUCCESS, ""))
    assert not (await stage.forge.posted(stage.ref, stage.push(21))).statuses


# ------------------------------------------------------------------ check run


def check_run(stage: Stage, conclusion: StatusState | None, notes: int = 0, title: str = "Title") -> CheckRun:
    annotations = tuple(Annotation(PATH, line, line, "warning", "Note", f"note {line}") for line in range(1, notes + 1))
    return CheckRun(str(stage.ref), "Fairlead", conclusion, title, "Words", "https://fairlead.example/1", annotations)


@pytest.mark.parametrize("conclusion", [None, StatusState.SUCCESS, StatusState.FAILURE, StatusState.ERROR])
async def test_check_23_a_check_run_reads_back_as_it_was_put(stage: Stage, conclusion: StatusState | None) -> None:
    commit, run = await head(stage), check_run(stage, conclusion)
    await stage.forge.put_check_run(stage.ref.repository, commit, run)
    assert (await stage.forge.posted(stage.ref, commit)).check_run == run


async def test_a_check_run_is_found_again_by_its_external_id_and_updated(stage: Stage) -> None:
    commit = await head(stage)
    for run in (
        check_run(stage, None),
        check_run(stage, StatusState.FAILURE, 2, "No"),
        check_run(stage, StatusState.SUCCESS, 3),
    ):
        await stage.forge.put_check_run(stage.ref.repository, commit, run)
    assert (await stage.forge.posted(stage.ref, commit)).check_run == check_run(stage, StatusState.SUCCESS)
    assert stage.annotations(commit) == [(1, "note 1"), (2, "note 2"), (3, "note 3")]


async def test_a_check_run_is_one_from_its_start_to_its_end_and_when_it_is_put_again(stage: Stage) -> None:
    commit = await head(stage)
    for conclusion in (None, None, StatusState.FAILURE, StatusState.SUCCESS, StatusState.SUCCESS):
        await stage.forge.put_check_run(stage.ref.repository, commit, check_run(stage, conclusion))
    assert stage.runs(commit) == [(str(stage.ref), StatusState.SUCCESS, "Title")]


async def test_check_22_more_than_fifty_annotations_are_all_shown_once_however_often_they_are_put(stage: Stage) -> None:
    commit, run = await head(stage), check_run(stage, StatusState.FAILURE, 120)
    for _ in range(2):
        await stage.forge.put_check_run(stage.ref.repository, commit, run)
    assert sorted(stage.annotations(commit)) == [(line, f"note {line}") for line in range(1, 121)]


async def test_annotations_that_are_no_longer_true_are_not_shown(stage: Stage) -> None:
    commit = await head(stage)
    await stage.forge.put_check_run(stage.ref.repository, commit, check_run(stage, StatusState.FAILURE, 3))
    await stage.forge.put_check_run(stage.ref.repository, commit, check_run(stage, StatusState.SUCCESS))
    assert stage.annotations(commit) == []
    assert (await stage.forge.posted(stage.ref, commit)).check_run == check_run(stage, StatusState.SUCCESS)


async def test_two_changes_with_the_same_head_have_a_check_run_each(stage: Stage) -> None:
    commit = await head(stage)
    other = CheckRun(f"{stage.ref.repository.path}#999", "Fairlead", StatusState.FAILURE, "Other", "Words")
    await stage.forge.put_check_run(stage.ref.repository, commit, check_run(stage, StatusState.SUCCESS))
    await stage.forge.put_check_run(stage.ref.repository, commit, other)
    assert (await stage.forge.posted(stage.ref, commit)).check_run == check_run(stage, StatusState.SUCCESS)


# ------------------------------------------------------------------ the summary


async def test_check_24_the_summary_is_one_comment_edited_in_place(stage: Stage) -> None:
    for body in (SUMMARY, SUMMARY, f"{SUMMARY}, again"):
        await stage.forge.put_summary(stage.ref, body)
    assert stage.comments() == [("us", f"{SUMMARY}, again")]


async def test_the_summary_reads_back_as_ours(stage: Stage) -> None:
    stage.say("rita", f"{SUMMARY}, honestly")
    await stage.forge.put_summary(stage.ref, SUMMARY)
    [summary] = (await stage.forge.posted(stage.ref, await head(stage))).summaries
    assert (summary.body, summary.ours) == (SUMMARY, True)


async def test_a_summary_that_someone_else_wrote_is_not_ours(stage: Stage) -> None:
    stage.say("rita", f"{SUMMARY}, honestly")
    await stage.forge.put_summary(stage.ref, SUMMARY)
    assert [body for _, body in stage.comments()] == [f"{SUMMARY}, honestly", SUMMARY]


async def test_a_summary_that_someone_deleted_is_written_anew(stage: Stage) -> None:
    await stage.forge.put_summary(stage.ref, SUMMARY)
    stage.remove_comment(0)
    await stage.forge.put_summary(stage.ref, SUMMARY)
    assert stage.comments() == [("us", SUMMARY)]


async def test_the_summary_of_an_older_version_is_edited(stage: Stage) -> None:
    await stage.forge.put_summary(stage.ref, "<!-- fairlead:summary v0 -->\nold")
    await stage.forge.put_summary(stage.ref, SUMMARY)
    assert stage.comments() == [("us", SUMMARY)]


async def test_the_summary_is_found_among_very_many_comments(stage: Stage) -> None:
    await stage.forge.put_summary(stage.ref, SUMMARY)
    for number in range(101):
        stage.say("ada", f"remark {number}")
    await stage.forge.reply(stage.ref, "1", "late")
    await stage.forge.put_summary(stage.ref, SUMMARY)
    await stage.forge.reply(stage.ref, "1", "later")
    assert [body for who, body in stage.comments() if who == "us"] == [SUMMARY, "<!-- fairlead:reply 1 -->\nlater"]


async def test_check_21_a_comment_that_is_too_long_is_cut_and_says_so(stage: Stage) -> None:
    await stage.forge.put_summary(stage.ref, f"{SUMMARY}\n```yaml\n" + "a: 1\n" * 20_000)
    [(_, body)] = stage.comments()
    assert len(body) <= stage.forge.limits.comment
    assert "Cut here" in body
    assert body.count("```") == 2


# ------------------------------------------------------------------ comments in the diff


async def test_comments_stand_on_their_lines_and_carry_their_keys(stage: Stage) -> None:
    commit = await head(stage)
    assert await stage.forge.post_comments(stage.ref, commit, [comment("a1", 20), comment("b2", 23, start=21)]) == ()
    assert [(one.line, key_of(one)) for one in stage.threads()] == [(20, "a1"), (23, "b2")]
    posted = (await stage.forge.posted(stage.ref, commit)).threads
    assert [(one.key, one.path, one.line, one.resolved, one.answered) for one in posted] == [
        ("a1", PATH, 20, False, False),
        ("b2", PATH, 23, False, False),
    ]


async def test_a_comment_without_its_marker_gets_it(stage: Stage) -> None:
    commit = await head(stage)
    await stage.forge.post_comments(stage.ref, commit, [LineComment("a1", PATH, 20, "only words")])
    assert [one.key for one in (await stage.forge.posted(stage.ref, commit)).threads] == ["a1"]


async def test_check_24_comments_posted_twice_stand_there_once(stage: Stage) -> None:
    commit = await head(stage)
    for wanted in ([comment("a1", 20)], [comment("a1", 20), comment("b2", 21)], [comment("c3", 22), comment("c3", 22)]):
        await stage.forge.post_comments(stage.ref, commit, wanted)
    assert [key_of(one) for one in stage.threads()] == ["a1", "b2", "c3"]


async def test_a_comment_whose_words_changed_is_edited_where_it_stands(stage: Stage) -> None:
    commit = await head(stage)
    await stage.forge.post_comments(stage.ref, commit, [comment("a1", 20), comment("b2", 21)])
    threads = (await stage.forge.posted(stage.ref, commit)).threads
    changed = replace(comment("a1", 20), body="Other words.")
    for _ in range(2):
        assert await stage.forge.post_comments(stage.ref, commit, [changed, comment("c3", 22)]) == ()
    now = (await stage.forge.posted(stage.ref, commit)).threads
    assert [thread.id for thread in now[:2]] == [thread.id for thread in threads]
    assert [thread.key for thread in now] == ["a1", "b2", "c3"]
    assert now[0].body.endswith("Other words.")
    assert now[1] == threads[1]


async def test_check_17_and_20_a_comment_outside_the_diff_is_given_back_and_costs_no_other_one(stage: Stage) -> None:
    far, missing = comment("far", 39), LineComment("missing", "no such file", 1, "x")
    backwards = comment("backwards", 20, start=22)
    good = [comment(f"good{line}", line) for line in (17, 20, 23)]
    refused = await stage.forge.post_comments(stage.ref, await head(stage), [far, *good, missing, backwards])
    assert sorted(one.key for one in refused) == ["backwards", "far", "missing"]
    assert sorted(key_of(one) for one in stage.threads()) == ["good17", "good20", "good23"]


async def test_more_comments_than_one_review_holds(stage: Stage) -> None:
    wanted = [comment(f"key{number}", 17 + number % 7) for number in range(35)]
    assert await stage.forge.post_comments(stage.ref, await head(stage), wanted) == ()
    assert {key_of(one) for one in stage.threads()} == {one.key for one in wanted}


async def test_a_thread_is_answered_and_resolved_once(stage: Stage) -> None:
    commit = await head(stage)
    await stage.forge.post_comments(stage.ref, commit, [comment("a1", 20)])
    [thread] = (await stage.forge.posted(stage.ref, commit)).threads
    for _ in range(2):
        await stage.forge.resolve_thread(stage.ref, thread, "Fixed.")
    [seen] = stage.threads()
    assert seen.resolved
    assert [word for who, word in seen.said[1:]] == ["Fixed."]
    [after] = (await stage.forge.posted(stage.ref, commit)).threads
    assert (after.resolved, after.resolved_by_us, after.answered) == (True, True, False)


async def test_a_thread_that_a_person_resolved_is_told_from_ours(stage: Stage) -> None:
    commit = await head(stage)
    await stage.forge.post_comments(stage.ref, commit, [comment("a1", 20)])
    stage.settle(0, "ada")
    [thread] = (await stage.forge.posted(stage.ref, commit)).threads
    assert (thread.resolved, thread.resolved_by_us) == (True, False)
    await stage.forge.resolve_thread(stage.ref, thread, "Fixed.")
    assert len(stage.threads()[0].said) == 1


async def test_a_thread_that_someone_answered_says_so(stage: Stage) -> None:
    commit = await head(stage)
    await stage.forge.post_comments(stage.ref, commit, [comment("a1", 20), comment("b2", 21)])
    stage.discuss(0, "ada", "Really?")
    assert [one.answered for one in (await stage.forge.posted(stage.ref, commit)).threads] == [True, False]


async def test_a_finding_that_came_back_gets_a_new_thread(stage: Stage) -> None:
    commit = await head(stage)
    await stage.forge.post_comments(stage.ref, commit, [comment("a1", 20)])
    [thread] = (await stage.forge.posted(stage.ref, commit)).threads
    await stage.forge.resolve_thread(stage.ref, thread, "Fixed.")
    await stage.forge.post_comments(stage.ref, commit, [comment("a1", 20)])
    assert [(key_of(one), one.resolved) for one in stage.threads()] == [("a1", True), ("a1", False)]


async def test_the_line_of_an_outdated_thread_is_unknown(stage: Stage) -> None:
    await stage.forge.post_comments(stage.ref, await head(stage), [comment("a1", 20)])
    [thread] = (await stage.forge.posted(stage.ref, stage.push(35))).threads
    assert thread.line is None


# ------------------------------------------------------------------ answers to people


async def test_an_answer_stands_there_once_and_its_second_version_in_place_of_the_first(stage: Stage) -> None:
    asked, also = stage.say("ada", "/check"), stage.say("ada", "/check")
    for number, word in ((asked, "On it."), (asked, "On it."), (also, "On it."), (asked, "Done.")):
        await stage.forge.reply(stage.ref, number, word)
    assert [body.splitlines()[-1] for who, body in stage.comments() if who == "us"] == ["Done.", "On it."]


async def test_a_reaction_is_given_once(stage: Stage) -> None:
    asked = stage.say("ada", "/check")
    for reaction in (Reaction.DONE, Reaction.DONE, Reaction.REFUSED):
        await stage.forge.react(stage.ref, asked, reaction)
    assert stage.reactions(asked) == ["+1", "-1"]


@pytest.mark.parametrize(
    ("login", "allowed"),
    [("ada", Permission.WRITE), ("rita", Permission.READ), ("olga", Permission.ADMIN), ("tom", Permission.NONE)],
)
async def test_what_an_account_may_do(stage: Stage, login: str, allowed: Permission) -> None:
    assert await stage.forge.permission(stage.ref.repository, stage.account(login)) is allowed


async def test_permissions_go_by_id_and_not_by_login(stage: Stage) -> None:
    impostor = Account(stage.account("tom").id, "olga")
    assert await stage.forge.permission(stage.ref.repository, impostor) is Permission.NONE
    assert await stage.forge.permission(stage.ref.repository, Account("999999", "olga")) is Permission.NONE
