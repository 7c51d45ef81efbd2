"""Commands end to end on an honest fake forge: who may, what happens, what they are told."""

import re

import pytest
from fakes.forge import US, FakeForge

from app.commands import COMMANDS, USAGES
from app.commands.answering import answer
from app.forges.base import (
    Account,
    ChangeRef,
    ChangeState,
    CommentWritten,
    Limits,
    Permission,
    ProposedChange,
    Reaction,
    RepositoryRef,
    Unreachable,
)
from app.review import obstacles
from app.review.standing import Faulty, Surroundings

REPOSITORY = RepositoryRef("github", "acme/fleet")
REF = ChangeRef(REPOSITORY, 7)
TOM = Account("7", "tom")


class RecordedJudge:
    """The part of the service that judges, which remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[ChangeRef] = []

    async def rejudge(self, ref: ChangeRef) -> None:
        self.asked.append(ref)


class Stage:
    """A change, a commenter who may read, and what came of their comment."""

    def __init__(self) -> None:
        self.forge = FakeForge()
        self.judge = RecordedJudge()
        self.forge.propose(
            ProposedChange(
                REF,
                "t",
                TOM,
                ChangeState.OPEN,
                False,
                "main",
                "b" * 40,
                "x",
                "a" * 40,
                "refs/pull/7/head",
                "acme/fleet",
                (),
                "https://forge.example/7",
            )
        )
        self.forge.allow(REPOSITORY, TOM, Permission.READ)

    async def comment(self, text: str, author: Account = TOM) -> tuple[set[Reaction], str]:
        """The reactions to the comment, and the reply to it."""
        comment = self.forge.say(REF, author, text)
        await answer(CommentWritten(REF, comment, author, text), self.forge, self.judge)
        replies = [one.body for one in self.forge.comments[REF] if one.author == US]
        return self.forge.reactions.get(comment, set()), "\n".join(replies)


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_check_has_the_change_judged_again_and_is_answered_by_a_reaction(stage: Stage) -> None:
    assert await stage.comment("/check") == ({Reaction.DONE}, "")
    assert stage.judge.asked == [REF]


async def test_help_names_every_command(stage: Stage) -> None:
    reactions, reply = await stage.comment("/help")
    assert reactions == {Reaction.DONE}
    assert all(usage in reply for usage in USAGES)
    assert "judge this change again" in reply


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/chek", "check"),
        ("/cehck now", "check"),
        ("/ckeck", "check"),
        ("/recheck", "check"),
        ("/hlep", "help"),
        ("/halp", "help"),
    ],
)
async def test_a_slip_of_the_hand_is_answered_with_the_command_that_was_meant(stage: Stage, text: str, meant: str) -> None:
    stage.forge.allow(REPOSITORY, TOM, Permission.WRITE)
    reactions, reply = await stage.comment(text)
    assert reactions == {Reaction.REFUSED}
    assert reply.endswith(f"There is no command `{text.split(maxsplit=1)[0]}`. Did you mean `/{meant}`?")
    assert stage.judge.asked == []


@pytest.mark.parametrize(
    "text",
    [
        "/path/like/this",
        "/etc",
        "/tmp",
        "/opt",
        "/hold",
        "/cc",
        "/lgtm",
        "/retest",
        "/approve",
        "/merge",
        "see /chek",
        "> /chek",
    ],
)
async def test_paths_and_the_commands_of_other_bots_are_never_answered(stage: Stage, text: str) -> None:
    stage.forge.allow(REPOSITORY, TOM, Permission.ADMIN)
    assert await stage.comment(text) == (set(), "")


@pytest.mark.parametrize("permission", [Permission.NONE, Permission.READ, Permission.TRIAGE])
async def test_only_those_who_may_write_are_told_of_a_slip(stage: Stage, permission: Permission) -> None:
    stage.forge.allow(REPOSITORY, TOM, permission)
    assert await stage.comment("/chek") == (set(), "")


async def test_a_slip_is_passed_over_while_the_forge_does_not_say_who_may_write(stage: Stage) -> None:
    stage.forge.fail_once(Unreachable("no answer"), "permission")
    assert await stage.comment("/chek") == (set(), "")


async def test_who_may_not_read_is_refused_with_the_reason(stage: Stage) -> None:
    reactions, reply = await stage.comment("/check", Account("9", "eve"))
    assert reactions == {Reaction.REFUSED}
    assert "needs the permission read in this repository; yours is none" in reply
    assert stage.judge.asked == []


async def test_permission_counts_by_account_and_is_asked_when_the_command_runs(stage: Stage) -> None:
    await stage.comment("/check", Account("9", TOM.login))
    stage.forge.allow(REPOSITORY, TOM, Permission.NONE)
    await stage.comment("/check")
    assert stage.judge.asked == []


async def test_a_forge_that_does_not_answer_is_a_refusal(stage: Stage) -> None:
    stage.forge.fail_once(Unreachable("502"), "permission")
    reactions, reply = await stage.comment("/check")
    assert reactions == {Reaction.REFUSED}
    assert "could not be found out" in reply
    assert stage.judge.asked == []


@pytest.mark.parametrize("text", ["/check $(touch CANARY)", "/check now"])
async def test_arguments_that_it_does_not_take_are_refused_with_the_usage(stage: Stage, text: str) -> None:
    reactions, reply = await stage.comment(text)
    assert reactions == {Reaction.REFUSED}
    assert "`/check`" in reply
    assert "CANARY" not in reply
    assert stage.judge.asked == []


@pytest.mark.parametrize("text", ["/lgtm", "nothing to do with us", "> /check"])
async def test_what_is_not_ours_gets_no_answer(stage: Stage, text: str) -> None:
    assert await stage.comment(text) == (set(), "")


async def test_bots_are_not_listened_to(stage: Stage) -> None:
    robot = Account("7", "robot", bot=True)
    assert await stage.comment("/check", robot) == (set(), "")


async def test_several_commands_are_answered_in_one_reply(stage: Stage) -> None:
    reactions, reply = await stage.comment("/check\n/help\n/check now")
    assert reactions == {Reaction.DONE, Reaction.REFUSED}
    assert len([one for one in stage.forge.comments[REF] if one.author == US]) == 1
    assert "takes nothing after it" in reply


def test_every_command_says_what_it_does_and_is_typed_by_its_name() -> None:
    names = [command.NAME for command in COMMANDS]
    assert len(set(names)) == len(names)
    for command in COMMANDS:
        assert command.USAGE.split()[0] == f"/{command.NAME}"
        assert (command.__doc__ or "").strip()


def test_comments_name_no_command_that_does_not_exist() -> None:
    change = ProposedChange(
        REF,
        "t",
        TOM,
        ChangeState.OPEN,
        False,
        "main",
        "b" * 40,
        "x",
        "a" * 40,
        "refs/x",
        "acme/fleet",
        (),
        "https://forge.example/7",
    )
    around = Surroundings(change, "https://p.example", "https://p.example/rules", lambda *_: "", Limits(65_536, 140), USAGES)
    body = obstacles.faulty(Faulty("FL-1"), around)
    assert set(re.findall(r"`(/[a-z-]+)`", body)) == set(USAGES)
