"""What the GitHub adapter does beyond the contract: how it signs in, and what it makes of everything that goes wrong."""

import asyncio
import base64
import json
import logging
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass

import jwt
import pytest
from forge_stage.between import Answer, Between, Faults
from forge_stage.stages import PATH, GitHubStage, Town, town
from starlette.middleware import Middleware

from app.devforge import apps
from app.devforge.outbox import signed_headers
from app.devforge.records import App, Delivery, Installation
from app.forges import FORGES
from app.forges.base import (
    Annotation,
    ChangeGone,
    ChangeRef,
    ChangeTouched,
    CheckRun,
    CommentWritten,
    Event,
    Forbidden,
    ForgeError,
    LineComment,
    Permission,
    Reaction,
    RepositoryRef,
    Status,
    StatusState,
    Unreachable,
)
from app.forges.github import GitHubForge, GitHubSettings, Pacing, reader
from app.forges.github.tokens import Purpose, Tokens

EVENTS = ("pull_request", "pull_request_review", "pull_request_review_comment", "issue_comment", "push", "check_run", "status")
WAIT = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
NOTE = Annotation(PATH, 3, 3, "warning", "Note", "note 3")
PASSED = Status("fairlead/checks", StatusState.SUCCESS, "All is well")


@dataclass(frozen=True, slots=True)
class Scene:
    """A change on GitHub, and what can go wrong on the way there."""

    stage: GitHubStage
    faults: Faults
    head: str

    @property
    def forge(self) -> GitHubForge:
        """The adapter."""
        assert isinstance(self.stage.forge, GitHubForge)
        return self.stage.forge

    def set_status(self) -> Awaitable[None]:
        """A write that is simple."""
        return self.forge.set_status(self.stage.ref.repository, self.head, PASSED)


@pytest.fixture(scope="module")
def faults() -> Faults:
    return Faults()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, faults: Faults) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town"), [Middleware(Between, faults=faults)], EVENTS) as built:
        yield built


@pytest.fixture
async def scene(built: Town, faults: Faults) -> AsyncIterator[Scene]:
    stage = GitHubStage(built)
    faults.asked.clear()
    yield Scene(stage, faults, stage.head)
    await stage.forge.close()
    assert not faults.waiting, "a fault that never happened shows nothing"


# ------------------------------------------------------------------ signing in


async def test_check_14_the_app_signs_in_for_minutes_and_asks_for_least_permissions_on_one_repository(scene: Scene) -> None:
    await scene.forge.change(scene.stage.ref)
    [asked] = [one for one in scene.faults.asked if one.path.endswith("/access_tokens")]
    claims = jwt.decode(asked.authorization.removeprefix("Bearer "), options={"verify_signature": False})
    assert claims["iss"] == str(scene.stage.town.keys.id)
    assert claims["iat"] <= time.time() - 55
    assert time.time() < claims["exp"] <= time.time() + 600
    assert json.loads(asked.body) == {
        "permissions": {
            "checks": "write",
            "contents": "read",
            "metadata": "read",
            "pull_requests": "write",
            "statuses": "write",
        },
        "repositories": [scene.stage.ref.repository.path.removeprefix("shop/")],
    }


async def test_a_token_serves_many_calls(scene: Scene) -> None:
    for _ in range(3):
        await scene.forge.change(scene.stage.ref)
    assert scene.faults.count("POST", "access_tokens") == 1


async def test_check_15_a_token_that_expired_in_the_middle_is_renewed(scene: Scene) -> None:
    await scene.forge.change(scene.stage.ref)
    apps.expire_tokens(scene.stage.town.devforge)
    await scene.set_status()
    assert (await scene.forge.posted(scene.stage.ref, scene.head)).statuses == {PASSED.context: PASSED}


def test_a_token_is_renewed_well_before_it_expires(built: Town, faults: Faults) -> None:
    now = [1000.0]
    tokens = Tokens(built.settings(), lambda: now[0])
    first = tokens.token(built.installation, "", Purpose.LIST)
    now[0] += 3200
    assert tokens.token(built.installation, "", Purpose.LIST) == first
    now[0] += 200
    assert tokens.token(built.installation, "", Purpose.LIST) != first
    tokens.close()


async def test_git_gets_a_url_from_the_configuration_and_a_token_that_only_reads(scene: Scene) -> None:
    access = await scene.forge.git_access(scene.stage.ref.repository)
    assert access.url == f"{scene.stage.town.devforge.base_url}/{scene.stage.ref.repository.path}.git"
    [asked] = [one for one in scene.faults.asked if one.path.endswith("/access_tokens")]
    assert json.loads(asked.body)["permissions"] == {"contents": "read", "metadata": "read"}
    heads = scene.stage._git("-c", f"http.extraHeader={access.headers[0]}", "ls-remote", access.url, "refs/pull/1/head")
    assert heads.split()[0] == scene.head


async def test_check_16_neither_key_nor_token_shows_in_logs_reprs_urls_or_errors(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = scene.stage.town.settings()
    access = await scene.forge.git_access(scene.stage.ref.repository)
    await scene.set_status()
    scene.faults.answer("POST", "/statuses/", Answer(403, {"message": "Resource not accessible by integration"}))
    with pytest.raises(Forbidden) as told:
        await scene.forge.set_status(scene.stage.ref.repository, scene.head, Status("x", StatusState.ERROR, ""))
    secret = base64.b64decode(access.headers[0].rpartition(" ")[2]).decode().removeprefix("x-access-token:")
    shown = "\n".join(
        [caplog.text, repr(settings), repr(access), access.url, repr(scene.forge), repr(told.value), str(told.value)]
    )
    assert secret.startswith("ghs_")
    for hidden in (secret, access.headers[0], settings.private_key.splitlines()[1], settings.webhook_secrets[0], "ghs_"):
        assert hidden not in shown


async def test_an_app_that_lacks_a_permission_says_which_ones_it_needs(scene: Scene) -> None:
    said = Answer(422, {"message": "The permissions requested are not granted to this installation."})
    scene.faults.answer("POST", "access_tokens", said)
    with pytest.raises(Forbidden, match=r"checks: write.*statuses: write"):
        await scene.set_status()


NO_TOKEN = Answer(422, {"message": "The permissions requested are not granted to this installation."})
NO_RIGHT = Answer(200, {"data": None, "errors": [{"type": "FORBIDDEN", "message": "Resource not accessible by integration"}]})


@pytest.mark.parametrize(("path", "answers"), [("access_tokens", [NO_TOKEN]), ("/graphql", [None, NO_RIGHT])])
async def test_an_app_that_may_not_write_contents_answers_once_and_leaves_the_thread_open(
    scene: Scene, path: str, answers: list[Answer | None]
) -> None:
    await scene.forge.post_comments(scene.stage.ref, scene.head, [LineComment("a1", PATH, 20, "x")])
    [thread] = (await scene.forge.posted(scene.stage.ref, scene.head)).threads
    for _ in range(2):
        scene.faults.answer("POST", path, *answers)
        await scene.forge.resolve_thread(scene.stage.ref, thread, "Fixed.")
    [seen] = scene.stage.threads()
    assert (seen.resolved, [word for _, word in seen.said[1:]]) == (False, ["Fixed."])


async def test_an_app_that_was_removed_is_told_and_one_that_came_back_works(built: Town, scene: Scene) -> None:
    await scene.forge.change(scene.stage.ref)
    apps.uninstall(built.devforge, built.installation)
    try:
        with pytest.raises(ChangeGone, match="not installed"):
            await scene.forge.change(scene.stage.ref)
        assert [one async for one in scene.forge.repositories()] == []
    finally:
        apps.install(built.devforge, "fairlead", "shop", None)
    assert (await scene.forge.change(scene.stage.ref)).head == scene.head


async def test_a_wrong_key_says_where_to_look(scene: Scene) -> None:
    another = apps.register(scene.stage.town.devforge, "olga", apps.Manifest(f"other-{time.time_ns()}", {}, (), "", "s"))
    forge = GitHubForge(scene.stage.town.settings(private_key=another.private_key))
    with pytest.raises(Forbidden, match="private key"):
        await forge.change(scene.stage.ref)
    await forge.close()


@pytest.mark.parametrize("path", ["../admin", "shop/..", "shop/gitops/x", "shop/a?b", "", "shop"])
async def test_an_odd_repository_name_never_gets_into_an_address(scene: Scene, path: str) -> None:
    with pytest.raises(ChangeGone):
        await scene.forge.git_access(RepositoryRef("github", path))
    assert scene.faults.asked == []


def test_addresses_are_looked_at_when_the_settings_are_read() -> None:
    for url in ("github.com", "ftp://github.com", "https://user:word@github.com", "https://"):
        with pytest.raises(ValueError, match="not the address"):
            GitHubSettings(1, "key", ("secret",), api_url=url)


def test_a_connection_is_made_by_the_table(built: Town) -> None:
    connection = FORGES["github"](built.settings(name="ghes"))
    assert connection.forge.name == "ghes"
    with pytest.raises(ValueError, match="secret"):
        FORGES["github"](built.settings(webhook_secrets=()))


# ------------------------------------------------------------------ what goes wrong


async def test_a_write_is_never_sent_twice_by_itself(scene: Scene) -> None:
    scene.faults.answer("POST", "/statuses/", Answer(502, b"<html>Bad gateway</html>", {"content-type": "text/html"}))
    with pytest.raises(Unreachable) as told:
        await scene.set_status()
    assert told.value.retry_after
    assert scene.faults.count("POST", "/statuses/") == 1


async def test_a_status_that_no_standard_knows_is_a_passing_fault(scene: Scene) -> None:
    scene.faults.answer("POST", "/statuses/", Answer(520, b"<html>a proxy says no</html>", {"content-type": "text/html"}))
    with pytest.raises(Unreachable, match="520"):
        await scene.set_status()


async def test_a_read_that_failed_is_asked_again(scene: Scene) -> None:
    scene.faults.answer("GET", "/pulls/1$", Answer(502, {"message": "Server Error"}), Answer(503, b""))
    assert (await scene.forge.change(scene.stage.ref)).head == scene.head


async def test_a_read_that_goes_on_failing_is_told(scene: Scene) -> None:
    scene.faults.answer("GET", "/pulls/1$", *[Answer(500, {"message": "Server Error"}, {"Retry-After": "7"})] * 3)
    with pytest.raises(Unreachable, match="Server Error") as told:
        await scene.forge.change(scene.stage.ref)
    assert told.value.retry_after == 7


RESET = str(int(time.time()) + 7200)


@pytest.mark.parametrize(
    ("answer", "least", "most"),
    [
        (Answer(403, {"message": WAIT}, {"Retry-After": "72"}), 72, 72),
        (Answer(403, {"message": WAIT}), 60, 60),
        (
            Answer(403, {"message": "API rate limit exceeded"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": RESET}),
            3600,
            7201,
        ),
        (Answer(429, {"message": "Too many"}, {"Retry-After": "5"}), 5, 5),
        (Answer(429, b"slow down"), 60, 60),
        (Answer(422, {"message": "Validation Failed", "errors": [{"code": "abuse", "field": "x", "resource": "y"}]}), 60, 60),
        (Answer(422, {"message": "Validation Failed", "errors": ["was submitted too quickly"]}), 60, 60),
        (Answer(403, {"message": "You have triggered an abuse detection mechanism."}, {"Retry-After": "0"}), 1, 1),
    ],
    ids=[
        "secondary",
        "secondary without a time",
        "primary",
        "429",
        "429 without JSON",
        "422 abuse",
        "422 too quickly",
        "at once",
    ],
)
async def test_check_25_a_limit_says_how_long_to_wait(scene: Scene, answer: Answer, least: float, most: float) -> None:
    scene.faults.answer("POST", "/statuses/", answer)
    with pytest.raises(Unreachable) as told:
        await scene.set_status()
    assert told.value.retry_after is not None
    assert least <= told.value.retry_after <= most
    assert scene.faults.count("POST", "/statuses/") == 1


async def test_a_limit_on_a_review_does_not_make_the_adapter_try_its_halves(scene: Scene) -> None:
    scene.faults.answer(
        "POST", "/reviews", Answer(422, {"message": "Validation Failed", "errors": ["was submitted too quickly"]})
    )
    with pytest.raises(Unreachable):
        await scene.forge.post_comments(scene.stage.ref, scene.head, [LineComment(f"k{n}", PATH, 20, "x") for n in range(4)])
    assert scene.faults.count("POST", "/reviews") == 1


async def test_a_limit_of_graphql_is_one_too(scene: Scene) -> None:
    limited = {"data": None, "errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded for installation"}]}
    scene.faults.answer("POST", "/graphql", Answer(200, limited))
    with pytest.raises(Unreachable):
        await scene.forge.posted(scene.stage.ref, scene.head)


async def test_a_missing_permission_is_named_where_github_names_it(scene: Scene) -> None:
    refused = Answer(
        403, {"message": "Resource not accessible by integration"}, {"X-Accepted-GitHub-Permissions": "statuses=write"}
    )
    scene.faults.answer("POST", "/statuses/", refused)
    with pytest.raises(Forbidden, match="statuses=write") as told:
        await scene.set_status()
    assert told.value.retry_after is None


async def test_an_answer_that_never_comes_is_given_up(built: Town, scene: Scene) -> None:
    forge = GitHubForge(built.settings(timeout=1))
    scene.faults.answer("POST", "/statuses/", Answer(201, {}, seconds=1.5))
    with pytest.raises(Unreachable, match="in time"):
        await forge.set_status(scene.stage.ref.repository, scene.head, PASSED)
    await forge.close()


async def test_a_github_that_is_down_is_told(built: Town, scene: Scene) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listened on: nobody else gets the port
        forge = GitHubForge(built.settings(api_url=f"http://127.0.0.1:{taken.getsockname()[1]}/api/v3"))
        with pytest.raises(Unreachable, match="can't be reached"):
            await forge.change(scene.stage.ref)
        await forge.close()


@pytest.mark.parametrize("body", [b"<html>", b"{", [], {}, {"number": "x"}, {"head": 5}, "text", None], ids=repr)
async def test_an_answer_that_is_something_else_is_a_forge_error(scene: Scene, body: object) -> None:
    scene.faults.answer("GET", "/pulls/1$", Answer(200, body))
    with pytest.raises(ForgeError):
        await scene.forge.change(scene.stage.ref)


@pytest.mark.parametrize(
    "body", [{}, {"data": {"repository": None}}, {"data": {"repository": {"pullRequest": None}}}], ids=repr
)
async def test_threads_that_are_something_else_are_a_forge_error(scene: Scene, body: object) -> None:
    scene.faults.answer("POST", "/graphql", Answer(200, body))
    with pytest.raises(ForgeError):
        await scene.forge.posted(scene.stage.ref, scene.head)


@pytest.mark.parametrize("commit", ["", "--help", "main", "5b7f2a9", "../../../app"])
async def test_what_is_no_commit_id_never_gets_into_an_address(scene: Scene, commit: str) -> None:
    with pytest.raises(ForgeError, match="commit id"):
        await scene.forge.set_status(scene.stage.ref.repository, commit, PASSED)


# ------------------------------------------------------------------ writes whose answer got lost


async def lose(scene: Scene, path: str, write: Callable[[], Awaitable[object]]) -> None:
    """Carry a write out, lose the answer, and carry it out again."""
    scene.faults.answer("POST", path, Answer(502, b"", after=True))
    with pytest.raises(Unreachable):
        await write()
    await write()


async def test_check_24_a_summary_whose_answer_got_lost_stands_there_once(scene: Scene) -> None:
    await lose(scene, "/issues/1/comments", lambda: scene.forge.put_summary(scene.stage.ref, "Ready"))
    assert len(scene.stage.comments()) == 1


async def test_a_reply_whose_answer_got_lost_stands_there_once(scene: Scene) -> None:
    await lose(scene, "/issues/1/comments", lambda: scene.forge.reply(scene.stage.ref, "5", "Done"))
    assert len(scene.stage.comments()) == 1


async def test_a_review_whose_answer_got_lost_stands_there_once(scene: Scene) -> None:
    comments = [LineComment("a1", PATH, 20, "x"), LineComment("b2", PATH, 21, "y")]
    await lose(scene, "/reviews", lambda: scene.forge.post_comments(scene.stage.ref, scene.head, comments))
    assert len(scene.stage.threads()) == 2


async def test_a_status_whose_answer_got_lost_is_set_once(scene: Scene) -> None:
    await lose(scene, "/statuses/", scene.set_status)
    assert scene.faults.count("POST", "/statuses/") == 1


async def test_a_check_run_whose_answer_got_lost_is_there_once(scene: Scene) -> None:
    run = CheckRun(str(scene.stage.ref), "Fairlead", StatusState.SUCCESS, "Title", "Words", "https://fairlead.example/1")
    await lose(scene, "/check-runs", lambda: scene.forge.put_check_run(scene.stage.ref.repository, scene.head, run))
    assert scene.faults.count("POST", "/check-runs") == 1
    assert (await scene.forge.posted(scene.stage.ref, scene.head)).check_run == run


async def test_an_answer_in_a_thread_that_got_lost_is_given_once(scene: Scene) -> None:
    await scene.forge.post_comments(scene.stage.ref, scene.head, [LineComment("a1", PATH, 20, "x")])
    [thread] = (await scene.forge.posted(scene.stage.ref, scene.head)).threads
    await lose(scene, "/replies", lambda: scene.forge.resolve_thread(scene.stage.ref, thread, "Fixed."))
    [seen] = scene.stage.threads()
    assert (seen.resolved, [word for _, word in seen.said[1:]]) == (True, ["Fixed."])


# ------------------------------------------------------------------ GitHub's odd corners


async def test_check_12_a_deleted_fork_and_a_deleted_author(scene: Scene) -> None:
    person = scene.stage.town.as_person("ada")
    _, pull = person.requester.requestJsonAndCheck("GET", f"/repos/{scene.stage.ref.repository.path}/pulls/1")
    gone = {**pull, "user": None, "head": {**pull["head"], "repo": None, "user": None}}
    scene.faults.answer("GET", "/pulls/1$", Answer(200, gone))
    change = await scene.forge.change(scene.stage.ref)
    assert (change.head_repository, change.fork, change.author.login) == (None, True, "ghost")
    assert change.head_ref == "refs/pull/1/head"


async def test_a_change_from_a_fork_says_so_and_its_head_is_reached_in_the_target_repository(scene: Scene) -> None:
    devforge, path = scene.stage.town.devforge, scene.stage.ref.repository.path
    fork = devforge.fork_repository(path, "rita")
    head = scene.stage._commit(33)
    scene.stage._git("push", "-q", str(devforge.git(fork).path), "HEAD:refs/heads/theirs")
    pull = scene.stage.town.as_person("rita").get_repo(path).create_pull(base="main", head="rita:theirs", title="From afar")
    change = await scene.forge.change(ChangeRef(scene.stage.ref.repository, pull.number))
    assert (change.fork, change.head, change.head_branch) == (True, head, "theirs")
    assert change.head_repository == f"rita/{path.removeprefix('shop/')}"
    access = await scene.forge.git_access(scene.stage.ref.repository)
    listed = scene.stage._git("-c", f"http.extraHeader={access.headers[0]}", "ls-remote", access.url, change.head_ref)
    assert listed.split()[0] == head


async def test_a_target_branch_that_is_gone_leaves_the_base_that_the_change_had(scene: Scene) -> None:
    scene.faults.answer("GET", "/branches/main$", Answer(404, {"message": "Branch not found"}))
    assert (await scene.forge.change(scene.stage.ref)).base == scene.stage.main()


@pytest.mark.parametrize(
    ("granted", "allowed"),
    [
        ({"permission": "write", "role_name": "maintain"}, Permission.MAINTAIN),
        ({"permission": "read", "role_name": "triage"}, Permission.TRIAGE),
        ({"permission": "write", "role_name": "release captain"}, Permission.WRITE),
        ({"permission": "owner of all", "role_name": ""}, Permission.NONE),
        ({"permission": "admin", "role_name": "admin", "user": {"id": 1}}, Permission.NONE),
        ({"permission": "admin", "role_name": "admin", "user": None}, Permission.NONE),
    ],
)
async def test_roles_that_github_knows(scene: Scene, granted: dict[str, object], allowed: Permission) -> None:
    rita = scene.stage.account("rita")
    scene.faults.answer("GET", "/collaborators/rita/permission", Answer(200, {"user": {"id": int(rita.id)}, **granted}))
    assert await scene.forge.permission(scene.stage.ref.repository, rita) is allowed


async def test_a_status_that_somebody_else_set_over_ours_is_not_taken_for_ours(scene: Scene) -> None:
    await scene.set_status()
    ada = scene.stage.town.as_person("ada").get_repo(scene.stage.ref.repository.path)
    ada.get_commit(scene.head).create_status("success", description="All is well", context=PASSED.context)
    assert (await scene.forge.posted(scene.stage.ref, scene.head)).statuses == {}


async def test_a_status_that_stands_there_is_not_written_again(scene: Scene) -> None:
    for _ in range(3):
        await scene.set_status()
    assert scene.faults.count("POST", "/statuses/") == 1


async def test_many_calls_at_once_keep_to_themselves(scene: Scene) -> None:
    wanted = {f"c{number}": Status(f"c{number}", StatusState.PENDING, f"number {number}") for number in range(12)}
    writes = [scene.forge.set_status(scene.stage.ref.repository, scene.head, one) for one in wanted.values()]
    changes = await asyncio.gather(*(scene.forge.change(scene.stage.ref) for _ in range(12)), *writes)
    assert {change.head for change in changes if change} == {scene.head}
    assert (await scene.forge.posted(scene.stage.ref, scene.head)).statuses == wanted


async def test_writes_are_paced_and_one_after_the_other(built: Town, scene: Scene) -> None:
    forge = GitHubForge(built.settings(pacing=Pacing(requests=0, writes=0.2)))
    contexts = [Status(f"c{number}", StatusState.PENDING, "") for number in range(4)]
    began = time.monotonic()
    await asyncio.gather(*(forge.set_status(scene.stage.ref.repository, scene.head, one) for one in contexts))
    assert time.monotonic() - began >= 0.6
    await forge.close()


# ------------------------------------------------------------------ webhooks as devforge sends them


def events(town: Town) -> list[tuple[str, Event]]:
    """What the reader makes of every delivery in the log."""
    read = reader(town.settings()).read
    app = town.devforge.database.one(App, slug="fairlead")
    assert app is not None
    found = []
    for delivery in town.devforge.database.all(Delivery, app_id=app.id):
        headers = {name.lower(): value for name, value in signed_headers(delivery, app).items()}
        found.append((delivery.event, read(headers, delivery.payload.encode()).event))
    return found


async def test_every_webhook_of_devforge_is_read(scene: Scene) -> None:
    scene.stage.say("ada", "/check")
    await scene.forge.put_summary(scene.stage.ref, "Ready")
    await scene.forge.post_comments(scene.stage.ref, scene.head, [LineComment("a1", PATH, 20, "x")])
    await scene.set_status()
    run = CheckRun(str(scene.stage.ref), "Fairlead", StatusState.SUCCESS, "Title", "Words")
    await scene.forge.put_check_run(scene.stage.ref.repository, scene.head, run)
    repository = scene.stage.town.as_person("ada").get_repo(scene.stage.ref.repository.path)
    [shown] = repository.get_commit(scene.head).get_check_runs()
    repository.requester.requestJsonAndCheck("POST", f"{shown.url}/rerequest")
    said = events(scene.stage.town)
    assert ("check_run", ChangeTouched(scene.stage.ref, "check run rerequested", again=True)) in said
    assert ("pull_request", ChangeTouched(scene.stage.ref, "pull request opened")) in said
    [written] = [one for _, one in said if isinstance(one, CommentWritten) and one.ref == scene.stage.ref]
    assert (written.author, written.text) == (scene.stage.account("ada"), "/check")
    by_us = [one for name, one in said if name in ("pull_request_review", "pull_request_review_comment")]
    assert by_us
    assert not any(isinstance(one, ChangeTouched) for one in by_us)


# ------------------------------------------------------------------ reads that lag, and reads that cost nothing


async def test_check_28_what_has_not_changed_is_not_sent_again_and_costs_nothing(scene: Scene) -> None:
    await scene.forge.change(scene.stage.ref)  # the first look makes GitHub find out whether it could merge
    change = await scene.forge.change(scene.stage.ref)
    seen = len(scene.faults.answered)
    assert await scene.forge.change(scene.stage.ref) == change
    assert [one.status for one in scene.faults.answered[seen:]] == [304, 304]
    pushed = scene.stage.push(21)
    assert (await scene.forge.change(scene.stage.ref)).head == pushed


async def test_what_we_wrote_a_moment_ago_is_not_written_twice_though_reads_do_not_show_it_yet(scene: Scene) -> None:
    ref, head = scene.stage.ref, scene.head
    await scene.forge.posted(ref, head)
    scene.stage.town.devforge.faults.lag(60)
    comments = [LineComment("a1", PATH, 20, "x")]
    run = CheckRun(str(ref), "Fairlead", StatusState.FAILURE, "Title", "Words", annotations=(NOTE,))
    for _ in range(2):
        await scene.forge.put_summary(ref, "Ready")
        await scene.forge.reply(ref, "5", "Done")
        await scene.forge.post_comments(ref, head, comments)
        await scene.forge.put_check_run(ref.repository, head, run)
    scene.stage.town.devforge.faults.lag(0)
    assert len(scene.stage.comments()) == 2
    assert len(scene.stage.threads()) == 1
    assert scene.stage.annotations(head) == [(3, "note 3")]


async def test_a_status_that_reads_do_not_show_yet_does_not_pass_for_the_one_that_stands(scene: Scene) -> None:
    pending = Status(PASSED.context, StatusState.PENDING, "Checking")
    repository = scene.stage.ref.repository
    await scene.forge.set_status(repository, scene.head, pending)
    scene.stage.town.devforge.faults.lag(60)
    await scene.forge.set_status(repository, scene.head, PASSED)
    await scene.forge.set_status(repository, scene.head, pending)  # reads still show the first one
    scene.stage.town.devforge.faults.lag(0)
    assert (await scene.forge.posted(scene.stage.ref, scene.head)).statuses == {PASSED.context: pending}


async def test_a_summary_that_someone_deleted_a_moment_ago_is_written_anew_though_reads_still_show_it(scene: Scene) -> None:
    await scene.forge.put_summary(scene.stage.ref, "Ready")
    scene.stage.town.devforge.faults.lag(60)
    scene.stage.remove_comment(0)
    await scene.forge.put_summary(scene.stage.ref, "Ready, again")
    scene.stage.town.devforge.faults.lag(0)
    assert [body.splitlines()[-1] for _, body in scene.stage.comments()] == ["Ready, again"]


# ------------------------------------------------------------------ limits and tokens


async def test_check_25_while_github_asks_to_wait_nothing_more_is_asked(scene: Scene) -> None:
    scene.faults.answer("POST", "/statuses/", Answer(403, {"message": WAIT}, {"Retry-After": "2"}))
    with pytest.raises(Unreachable):
        await scene.set_status()
    asked = len(scene.faults.asked)
    with pytest.raises(Unreachable, match="asked to wait") as told:
        await scene.forge.change(scene.stage.ref)
    assert told.value.retry_after
    assert len(scene.faults.asked) == asked
    await asyncio.sleep(told.value.retry_after)
    await scene.set_status()


async def test_a_token_that_is_slow_to_come_keeps_nobody_else_waiting(built: Town, scene: Scene) -> None:
    other = GitHubStage(built)
    await other.forge.close()
    await scene.forge.change(other.ref)  # its token is known now
    scene.faults.answer("POST", "access_tokens", Answer(201, {}, seconds=1.5))
    slow = asyncio.ensure_future(scene.forge.change(scene.stage.ref))
    await asyncio.sleep(0.2)
    began = time.monotonic()
    await scene.forge.change(other.ref)
    assert time.monotonic() - began < 1
    with pytest.raises(ForgeError, match="not what was asked for"):
        await slow


async def test_many_who_need_the_same_token_ask_for_it_once(scene: Scene) -> None:
    await asyncio.gather(*(scene.forge.change(scene.stage.ref) for _ in range(12)))
    assert scene.faults.count("POST", "access_tokens") == 1
    assert scene.faults.count("GET", "/installation$") == 1


async def test_comments_for_a_head_that_is_none_any_more_are_given_back_after_one_request(scene: Scene) -> None:
    wanted = [LineComment(f"k{n}", PATH, 20, "x") for n in range(8)]
    assert len(await scene.forge.post_comments(scene.stage.ref, "5b7f2a9c" * 5, wanted)) == 8
    assert scene.faults.count("POST", "/reviews") == 1


async def test_check_23_a_run_that_ended_carries_the_button_to_judge_again(scene: Scene) -> None:
    for conclusion in (None, StatusState.SUCCESS, None):
        run = CheckRun(str(scene.stage.ref), "Fairlead", conclusion, "Title", "Words")
        await scene.forge.put_check_run(scene.stage.ref.repository, scene.head, run)
    sent = [json.loads(one.body) for one in scene.faults.asked if one.method in ("POST", "PATCH") and "/check-runs" in one.path]
    assert [len(one["actions"]) for one in sent] == [0, 1, 0]
    assert [("conclusion" in one, one["status"]) for one in sent] == [
        (False, "in_progress"),
        (True, "completed"),
        (False, "in_progress"),
    ]


async def test_an_error_of_ours_does_not_pass_for_one_of_githubs(scene: Scene) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await scene.forge.react(scene.stage.ref, "no number", Reaction.DONE)


# ------------------------------------------------------------------ what is sent, to the letter


async def test_check_18_and_19_comments_say_their_lines_as_github_wants_them(scene: Scene) -> None:
    """start_line only where it is before line, both with their sides; RIGHT, the head's side; at the head that was reviewed."""
    wanted = [LineComment("one", PATH, 20, "x"), LineComment("same", PATH, 21, "x", 21), LineComment("more", PATH, 23, "x", 21)]
    assert await scene.forge.post_comments(scene.stage.ref, scene.head, wanted) == ()
    [sent] = [json.loads(one.body) for one in scene.faults.asked if one.path.endswith("/reviews")]
    assert sent["commit_id"] == scene.head
    places = [{name: one[name] for name in one if name not in ("body", "path")} for one in sent["comments"]]
    assert places == [
        {"line": 20, "side": "RIGHT"},
        {"line": 21, "side": "RIGHT"},
        {"line": 23, "side": "RIGHT", "start_line": 21, "start_side": "RIGHT"},
    ]


async def test_check_26_lists_are_read_to_their_end_and_github_is_never_asked_which_files_changed(scene: Scene) -> None:
    """GitHub lists 3000 files of a pull request and 300 of a comparison at most; git knows all of them."""
    ours = Status("fairlead/first", StatusState.SUCCESS, "Long ago")
    await scene.forge.set_status(scene.stage.ref.repository, scene.head, ours)
    ada = scene.stage.town.as_person("ada").get_repo(scene.stage.ref.repository.path).get_commit(scene.head)
    for number in range(101):
        ada.create_status("success", context=f"ci/{number}")
    assert (await scene.forge.posted(scene.stage.ref, scene.head)).statuses == {"fairlead/first": ours}
    assert scene.faults.count("GET", "/files|/compare/") == 0


async def test_check_27_a_review_of_ours_comments_and_never_approves_nor_merges(scene: Scene) -> None:
    """What stands in the way of a merge is a status; GitHub refuses to let an author approve, and an app need not."""
    await scene.forge.post_comments(scene.stage.ref, scene.head, [LineComment("a1", PATH, 20, "x")])
    sent = [json.loads(one.body) for one in scene.faults.asked if one.path.endswith("/reviews")]
    assert [one["event"] for one in sent] == ["COMMENT"]
    assert scene.faults.count("PUT", "/merge$") == 0


# ------------------------------------------------------------------ repositories and installations that change under the work


async def test_a_repository_renamed_in_the_middle_is_read_and_written_by_its_old_name(scene: Scene) -> None:
    await scene.forge.change(scene.stage.ref)
    olga = scene.stage.town.as_person("olga").get_repo(scene.stage.ref.repository.path)
    olga.edit(name=f"{scene.stage.ref.repository.path.removeprefix('shop/')}-renamed")
    assert (await scene.forge.change(scene.stage.ref)).head == scene.head
    await scene.forge.put_summary(scene.stage.ref, "Ready")
    await scene.set_status()
    assert len(scene.stage.comments()) == 1
    assert (await scene.forge.posted(scene.stage.ref, scene.head)).statuses == {PASSED.context: PASSED}


async def test_check_13_a_suspended_installation_is_told_and_one_that_is_let_again_works(built: Town, scene: Scene) -> None:
    await scene.forge.change(scene.stage.ref)
    [installation] = [one.id for one in built.devforge.database.all(Installation)]
    apps.suspend(built.devforge, installation, suspended=True)
    try:
        with pytest.raises(Forbidden, match="suspended"):
            await scene.set_status()
        assert [one async for one in scene.forge.repositories()] == []
    finally:
        apps.suspend(built.devforge, installation, suspended=False)
    await scene.set_status()


async def test_check_15_tokens_that_live_for_a_second_are_enough(built: Town, scene: Scene) -> None:
    built.devforge.limits.token_seconds = 1
    try:
        for number in range(3):
            await scene.forge.set_status(scene.stage.ref.repository, scene.head, Status(f"c{number}", StatusState.SUCCESS, ""))
            await asyncio.sleep(0.6)
    finally:
        built.devforge.limits.token_seconds = 3600
    assert len((await scene.forge.posted(scene.stage.ref, scene.head)).statuses or ()) == 3


async def test_check_25_the_limit_on_writes_is_waited_out_as_devforge_has_it(built: Town, scene: Scene) -> None:
    built.devforge.limits.writes_per_minute = 0
    try:
        with pytest.raises(Unreachable) as told:
            await scene.set_status()
    finally:
        built.devforge.limits.writes_per_minute = None
    assert told.value.retry_after == 60
