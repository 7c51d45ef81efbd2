"""Comments that try to command: through GitHub's webhook and the answering path, up to what the forge then shows."""

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from fakes.forge import US, FakeForge
from forge_stage import deliveries
from forge_stage.deliveries import APP_ID, BOT, SECRET, Json
from hostile_stage import NUMBERS, ON_THE_SERVICE
from service_stage import BROKEN, GOOD, REPOSITORY, Stage, proposed

from app.commands.answering import answer
from app.commands.parsing import parse
from app.forges.base import (
    Account,
    ChangeRef,
    CommentWritten,
    Ignored,
    Permission,
    Reaction,
    RepositoryRef,
    StatusState,
    Unreachable,
)
from app.forges.github.webhooks import GitHubReader

READER = GitHubReader("github", APP_ID, (SECRET,))
REF = ChangeRef(RepositoryRef("github", "acme/fleet"), 7)
ADA = Account("1001", "priya")


@dataclass
class Judge:
    """Remembers what it was asked to judge."""

    asked: list[ChangeRef] = field(default_factory=list)

    async def rejudge(self, ref: ChangeRef) -> None:
        self.asked.append(ref)


@dataclass
class Page:
    """The page of a change, on which people comment."""

    forge: FakeForge
    judge: Judge = field(default_factory=Judge)

    async def hears(self, payload: Json) -> list[str]:
        """What the bot says to a webhook about a comment."""
        body = deliveries.body(payload)
        event = READER.read(deliveries.headers("issue_comment", body), body).event
        if isinstance(event, CommentWritten):
            comment = self.forge.say(REF, event.author, event.text)
            await answer(replace(event, comment=comment), self.forge, self.judge)
        return [one.body for one in self.forge.comments[REF] if one.author == US]

    @property
    def did_nothing(self) -> bool:
        return not self.judge.asked and not self.forge.written


@pytest.fixture
def page() -> Page:
    forge = FakeForge()
    forge.propose(proposed(REF, "b" * 40, "a" * 40), {})
    forge.allow(REF.repository, ADA, Permission.ADMIN)
    return Page(forge)


async def test_comment_command_01_a_plain_command_is_heard(page: Page) -> None:
    """So that the silence in the other tests means something."""
    assert await page.hears(deliveries.issue_comment(body="/check")) == []
    assert page.judge.asked == [REF]


@pytest.mark.parametrize(
    "text",
    ["/ok-to-test", "/approve", "/merge", "/lgtm", "/test all", "/retest", "/override fairlead/checks", "/apply", "/unlock"],
)
async def test_comment_command_03_there_is_no_command_that_would_let_anything_pass(page: Page, text: str) -> None:
    assert await page.hears(deliveries.issue_comment(body=text)) == []
    assert page.did_nothing


@ON_THE_SERVICE
async def test_comment_command_03_a_command_given_before_a_push_judges_the_new_head(stage: Stage) -> None:
    first = stage.commit({"a.yaml": GOOD}, branch="first")
    number = next(NUMBERS)
    ref = stage.propose(first, number=number)
    await stage.touch(ref)
    await stage.judged(first, ref)
    stage.forge.allow(REPOSITORY, ADA, Permission.WRITE)
    comment = stage.forge.say(ref, ADA, "/check")
    second = stage.commit({"a.yaml": BROKEN}, branch="second")
    stage.propose(second, number=number)
    await stage.tell(CommentWritten(ref, comment, ADA, "/check"))
    await stage.judged(second, ref)
    assert stage.forge.statuses[REPOSITORY, second, "fairlead/checks"].state is StatusState.FAILURE


@pytest.mark.parametrize("action", ["edited", "deleted", "pinned", "", "created "])
@pytest.mark.parametrize(
    "sender", [deliveries.PERSON, {"login": "mallory", "id": 66, "type": "User"}, BOT], ids=["author", "other", "bot"]
)
async def test_comment_command_04_an_edited_comment_triggers_nothing(page: Page, action: str, sender: Json) -> None:
    payload = {**deliveries.issue_comment(action, body="/check"), "sender": sender, "changes": {"body": {"from": "hello"}}}
    assert await page.hears(payload) == []
    assert page.did_nothing


HIDDEN = [
    "```\n/check\n```",
    "```suggestion\n/check\n```",
    "~~~\n/check\n~~~",
    "````\n```\n/check\n```\n````",
    "    /check",
    "\t/check",
    "`/check`",
    "> /check",
    "> quoted\n/check",
    "<!-- /check -->",
    "<!--\n/check\n-->",
    "<details>\n\n/check\n</details>",
    "<pre>\n/check\n</pre>",
    "On Friday Tom wrote:\n/check",
    "> On Friday Tom wrote:\n> /check",
    "-----Original Message-----\n/check",
    "- /check",
    "1. /check",
    "please /check",
    "[x]: /check",
    "[a\n/check\n]: x",
]


@pytest.mark.parametrize("text", HIDDEN)
async def test_comment_command_05_what_is_hidden_quoted_or_code_is_ignored(page: Page, text: str) -> None:
    assert await page.hears(deliveries.issue_comment(body=text)) == []
    assert page.did_nothing


ARGUMENTS = [
    "-- -var=$(touch CANARY)",
    ";id",
    "| id",
    "`id`",
    "x\u2028/check",
    "$(touch CANARY)",
    "&& touch CANARY",
    "> CANARY",
    "-d ../../etc",
    "-w '../x'",
    "-chdir=/etc",
    "a\x00b",
    "*",
    "~/x",
    "x" * 600,
]


@pytest.mark.parametrize("argument", ARGUMENTS, ids=lambda text: ascii(text[:20]))
@pytest.mark.parametrize("command", ["plan", "check"])
async def test_comment_command_06_07_15_odd_arguments_run_nothing(page: Page, command: str, argument: str) -> None:
    replies = await page.hears(deliveries.issue_comment(body=f"/{command} {argument}"))
    assert page.judge.asked == []
    assert len(replies) == (1 if command == "check" else 0)
    assert not any(word in reply for reply in replies for word in ("CANARY", "etc", "\x00", "\u2028"))
    assert not list(Path.cwd().glob("*CANARY*"))


LOOKALIKES = [
    "/\u0440lan",
    "/\u0441heck",
    "/che\u200bck",
    "\u200b/check",
    "\u2215check",
    "\uff0fcheck",
    "/check\u200d",
    "/check\u2028",
    "x\u2028/check",
    "\x1b[31m/check",
    "\u202e/check",
    "/CHECK",
    "/check\x00",
    "//check",
    "/ check",
    "\\/check",
]


@pytest.mark.parametrize("text", LOOKALIKES, ids=ascii)
async def test_comment_command_07_what_only_looks_like_a_command_is_ignored(page: Page, text: str) -> None:
    assert await page.hears(deliveries.issue_comment(body=text)) == []
    assert page.did_nothing


LONG = [
    "a" * 65_536,
    "/check\n" * 9362,
    "/check " + "a " * 32_000,
    "/" * 65_536,
    "\x00" * 65_536,
    "\x1b\u202e" * 32_768,
    "`" * 65_536,
    "```\n" * 16_384,
    "> " * 32_768,
    "<" * 65_536,
    "[" * 65_536,
    "\n" * 65_530 + "/check",
    "/x\n" * 21_845,
    "\u2028/check" * 9362,
    "\r/check" * 9362,
    "\U0001f600" * 32_768,
]  # fmt: skip


@pytest.mark.parametrize("text", LONG, ids=lambda text: ascii(text[:8]))
async def test_comment_command_09_the_longest_comment_is_no_burden(page: Page, text: str) -> None:
    durations = []
    for _ in range(3):
        began = time.process_time()
        parse(text)
        durations.append(time.process_time() - began)
    assert min(durations) < 0.01
    replies = await page.hears(deliveries.issue_comment(body=text))
    assert len(replies) <= 1
    assert len(page.judge.asked) <= 1


async def test_comment_command_11_who_lost_the_permission_meanwhile_is_refused(page: Page) -> None:
    page.forge.allow(REF.repository, ADA, Permission.NONE)
    (reply,) = await page.hears(deliveries.issue_comment(body="/check"))
    assert "yours is none" in reply
    assert page.judge.asked == []


@pytest.mark.parametrize("fault", ["502", "time-out", "403: rate limit"])
async def test_comment_command_11_an_answer_that_fails_is_a_refusal(page: Page, fault: str) -> None:
    page.forge.fail_once(Unreachable(fault), "permission")
    (reply,) = await page.hears(deliveries.issue_comment(body="/check"))
    assert "could not be found out" in reply
    assert page.judge.asked == []
    assert page.forge.reactions["1"] == {Reaction.REFUSED}


async def test_comment_command_11_a_name_that_was_taken_over_has_no_permission(page: Page) -> None:
    mallory = {"login": ADA.login, "id": 66, "type": "User"}
    await page.hears(deliveries.issue_comment(user=mallory, body="/check"))
    assert page.judge.asked == []


def test_comment_command_04_such_webhooks_are_ignored_with_the_reason() -> None:
    body = deliveries.body(deliveries.issue_comment("edited", body="/check"))
    event = READER.read(deliveries.headers("issue_comment", body), body).event
    assert isinstance(event, Ignored)
    assert "edited" in event.reason
