"""Webhooks that lie, at the real route: each is answered as it should be, and nothing but a signed, sound one is stored."""

import asyncio
import copy
import hashlib
import hmac
import itertools
import json
import random
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from forge_stage import deliveries
from forge_stage.deliveries import APP_ID, BOT, SECRET, SHA, Json
from hostile_stage import ON_THE_SERVICE, quick
from pydantic import SecretStr, ValidationError
from service_stage import OwnSettings

from app.forges.base import AccessChanged, ChangeTouched, CommentWritten, Ignored
from app.forges.github.webhooks import GitHubReader
from app.store.database import open_database
from app.store.inbox import Inbox
from app.store.model import Received
from app.web import webhooks
from app.web.webhooks import Door

OLD = "the secret before"
LARGEST = 1024 * 1024
IDS = iter(range(10**9))


@dataclass
class Site:
    """The route, and what it handed on. Unhandled exceptions come out here."""

    client: httpx.AsyncClient
    application: FastAPI
    inbox: Inbox
    acted: list[Received] = field(default_factory=list)

    async def act(self, received: Received) -> None:
        self.acted.append(received)

    def trust(self, *secrets: str) -> None:
        """From now on webhooks are signed with one of these."""
        readers = {"github": GitHubReader("github", APP_ID, secrets)}
        self.application.state.door = Door(readers, self.inbox, self.act, LARGEST)

    async def post(self, body: bytes, event: str = "pull_request", *, delivery: str = "", **headers: str | bytes) -> int:
        """Send a body, signed unless the headers say otherwise; gives the status of the answer."""
        shown: dict[str, str | bytes] = {
            "x-github-event": event,
            "x-github-delivery": delivery or f"d-{next(IDS)}",
            "x-hub-signature-256": deliveries.signature(body),
        }
        shown |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = [(name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in shown.items()]
        answer = await self.client.post("/webhooks/github", content=body, headers=sent)
        assert "Traceback" not in answer.text
        return answer.status_code

    async def tell(self, event: str, payload: Json, delivery: str = "") -> int:
        return await self.post(deliveries.body(payload), event, delivery=delivery)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def inbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inbox]:
    database = await open_database(f"sqlite:///{tmp_path_factory.mktemp('inbox') / 'store.sqlite'}")
    yield Inbox(database)
    await database.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site(inbox: Inbox) -> AsyncIterator[Site]:
    application = FastAPI()
    application.include_router(webhooks.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://fairlead.test") as client:
        found = Site(client, application, inbox)
        found.trust(SECRET)
        yield found


def sha1(body: bytes) -> str:
    return "sha1=" + hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()


TOUCHED = deliveries.body(deliveries.pull_request())
SOUND = deliveries.signature(TOUCHED)


@pytest.mark.parametrize(
    "headers",
    [
        {"x_hub_signature_256": "", "x_hub_signature": sha1(TOUCHED)},
        {"x_hub_signature_256": "sha256=" + "0" * 64, "x_hub_signature": sha1(TOUCHED)},
        {"x_hub_signature_256": sha1(TOUCHED)},
        {"x_hub_signature_256": SOUND.replace("sha256=", "")},
        {"x_hub_signature_256": SOUND.upper()},
        {"x_hub_signature_256": SOUND[:-1]},
        {"x_hub_signature_256": SOUND + "0"},
        {"x_hub_signature_256": "sha512=" + "0" * 128},
        {"x_hub_signature_256": deliveries.signature(TOUCHED, "")},
        {"x_hub_signature_256": deliveries.signature(TOUCHED + b" ")},
        {"x_hub_signature_256": b"\xff\xfe"},
        {"x_hub_signature_256": "x" * 60_000},
        {"x_hub_signature_256": "", "x_gitlab_token": SECRET},
        {"x_hub_signature_256": "", "authorization": SECRET},
    ],
    ids=range(14),
)
@ON_THE_SERVICE
async def test_webhook_02_06_without_a_sound_sha256_signature_it_is_401(site: Site, headers: dict[str, str | bytes]) -> None:
    fresh = f"d-{next(IDS)}"
    assert await site.post(TOUCHED, delivery=fresh, **headers) == 401  # type: ignore[arg-type]  # header lines
    assert await site.inbox.read("github", fresh) is None
    assert site.acted == []


@ON_THE_SERVICE
async def test_webhook_06_a_forge_that_nobody_configured_is_404(site: Site) -> None:
    for forge in ("gitlab", "gitea", "github%00", "..", "GITHUB"):
        answer = await site.client.post(f"/webhooks/{forge}", content=TOUCHED, headers={"x-gitlab-token": "['x']"})
        assert answer.status_code in {404, 307}
    assert site.acted == []


KEY = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize("secret", ["", "  ", "\n"])
def test_webhook_06_the_server_does_not_start_with_an_empty_secret(secret: str) -> None:
    with pytest.raises(ValidationError, match="webhooks could not be trusted"):
        OwnSettings(github_app_id=1, github_private_key=SecretStr(KEY), github_webhook_secret=SecretStr(secret))


@ON_THE_SERVICE
async def test_webhook_04_a_replayed_delivery_is_one_job(site: Site) -> None:
    answers = await asyncio.gather(*(site.post(TOUCHED, delivery="same") for _ in range(100)))
    assert set(answers) == {202}
    assert {one.id for one in site.acted} == {"same"}
    await site.inbox.settle("github", "same", "acted on")
    before = len(site.acted)
    assert await site.post(TOUCHED, delivery="same") == 202
    assert len(site.acted) == before


MALFORMED = {
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "deep-object": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "digits": b'{"number": ' + b"9" * 5000 + b"}",
    "digits-in-place": TOUCHED.replace(b'"number": 7', b'"number": ' + b"7" * 5000),
    "nan": TOUCHED.replace(b'"number": 7', b'"number": NaN'),
    "infinity": TOUCHED.replace(b'"number": 7', b'"number": -Infinity'),
    "1e999": TOUCHED.replace(b'"number": 7', b'"number": 1e999'),
    "surrogate": TOUCHED.replace(b"Raise the limits", b"\\ud800"),
    "raw-surrogate": TOUCHED.replace(b"Raise the limits", b"\xed\xa0\x80"),
    "no-utf-8": TOUCHED.replace(b"Raise the limits", b"\xff"),
    "utf-16": TOUCHED.decode().encode("utf-16"),
    "mark": b"\xef\xbb\xbf" + TOUCHED,
    "twice": TOUCHED + TOUCHED,
    "cut-short": TOUCHED[:-5],
    "empty": b"",
    "null": b"null",
    "list": b"[" + TOUCHED + b"]",
    "form": b"payload=%7B%7D",
    "nul": b"\0",
}


@pytest.mark.parametrize("kind", MALFORMED)
@ON_THE_SERVICE
async def test_webhook_08_what_is_no_sound_json_object_is_400(site: Site, kind: str) -> None:
    fresh = f"d-{next(IDS)}"
    assert await site.post(MALFORMED[kind], delivery=fresh) == 400
    assert await site.inbox.read("github", fresh) is None
    assert await site.post(TOUCHED) == 202


@pytest.mark.parametrize("delivery", ["", " ", "a" * 65, "../x", "a\tb", "ä", "a;b", "x\x0bx"])
@ON_THE_SERVICE
async def test_webhook_08_a_delivery_without_a_sound_id_is_400(site: Site, delivery: str) -> None:
    assert await site.post(TOUCHED, x_github_delivery=delivery) == 400


@pytest.mark.parametrize("length", ["9" * 5000, "9" * 20, str(LARGEST + 1)])
@ON_THE_SERVICE
async def test_webhook_08_what_announces_too_much_is_413(site: Site, length: str) -> None:
    assert await site.post(b"{}", content_length=length) == 413


SHAS: list[object] = [
    "--help",
    "g" * 40,
    SHA[:39],
    SHA + "0",
    SHA.upper(),
    "",
    None,
    5,
    [],
    {},
    "HEAD",
    f"{SHA}\n",
    f" {SHA}",
    "\uff11" * 40,
    "refs/heads/x",
]
REFS: list[object] = [
    "refs/heads/../..",
    "--upload-pack=x",
    "-x",
    "a b",
    "a\nb",
    "",
    "a..b",
    "@{0}",
    "x" * 1025,
    "a.lock",
    "\0",
    "@",
    None,
    5,
    "a\u2028b\x7f",
]
NAMES: list[object] = [
    "../..",
    "a/b/c",
    "a",
    "",
    "a/..",
    "-a/b",
    "a/b?x=1",
    "http://evil.example/x",
    "a/b\n",
    "acme/fleet#",
    None,
    5,
    "ä/b",
    "a/" + "b" * 101,
]


FIELDS = [[("head", sha) for sha in SHAS], [("base", ref) for ref in REFS], [("name", name) for name in NAMES]]


@pytest.mark.parametrize(
    ("field", "value"),
    quick([*itertools.chain(*zip(*FIELDS, strict=False)), *itertools.chain(*(field[14:] for field in FIELDS))], 12),
    ids=ascii,
)
@ON_THE_SERVICE
async def test_webhook_11_nothing_that_is_no_commit_branch_or_repository_gets_in(site: Site, field: str, value: object) -> None:
    payload = copy.deepcopy(deliveries.pull_request("synchronize"))
    pull, repository = payload["pull_request"], payload["repository"]
    assert isinstance(pull, dict)
    assert isinstance(repository, dict)
    if field == "head":
        pull["head"]["sha"] = value
    elif field == "base":
        pull["base"]["ref"] = value
    else:
        repository["full_name"] = value
    assert await site.tell("pull_request", payload) == 400
    assert site.acted == []


@pytest.mark.parametrize(
    "ref",
    [
        "refs/heads/../..",
        "refs/heads/",
        "refs/heads/-x",
        "refs/heads/a\0",
        "refs/heads/a b",
        "--upload-pack=x",
        "refs/tags/x",
        "",
        None,
        5,
    ],
)
@ON_THE_SERVICE
async def test_webhook_11_a_push_of_nothing_sound_asks_for_nothing(site: Site, ref: object) -> None:
    status = await site.tell("push", {**deliveries.push(), "ref": ref})
    assert status in {202, 400}
    assert site.acted == []


JUNK: tuple[object, ...] = (
    None,
    "",
    "x",
    "\0",
    "\x1b[31m",
    "../..",
    "--help",
    0,
    -1,
    2**63,
    2**200,
    1.5,
    True,
    [],
    {},
    [None],
    {"a": None},
    "9" * 400,
    "\u202e",
)
SOURCES: tuple[tuple[str, Callable[[], Json]], ...] = (
    ("pull_request", deliveries.pull_request),
    ("pull_request", lambda: deliveries.pull_request("synchronize", user=None, head={"sha": SHA, "ref": "x", "repo": None})),
    ("pull_request_review", deliveries.review),
    ("pull_request_review_comment", deliveries.review_comment),
    ("issue_comment", deliveries.issue_comment),
    ("check_run", deliveries.check_run),
    ("check_suite", deliveries.check_suite),
    ("merge_group", deliveries.merge_group),
    ("push", deliveries.push),
    ("repository", lambda: deliveries.repository("renamed", {"repository": {"name": {"from": "old"}}})),
    ("installation", lambda: {"action": "deleted", "installation": {"id": 1}}),
    ("installation_repositories", lambda: {"action": "removed", "repositories_removed": [{"full_name": "a/b"}]}),
    ("ping", lambda: {"zen": "x"}),
)  # fmt: skip


def fuzzed(seed: int) -> Iterator[tuple[str, Json]]:
    """Payloads in which something is missing, null, or of a wrong type; without an end."""
    chance = random.Random(seed)
    while True:
        event, build = chance.choice(SOURCES)
        payload = copy.deepcopy(build())
        for _ in range(chance.randint(1, 3)):
            spoil(payload, chance)
        yield event, payload


def spoil(payload: Json, chance: random.Random) -> None:
    """Change, or take away, one part of the payload."""
    at: object = payload
    while True:
        assert isinstance(at, dict)
        if not at:
            return
        key = chance.choice(list(at))
        if isinstance(at[key], dict) and at[key] and chance.random() < 0.7:
            at = at[key]
            continue
        if chance.random() < 0.3:
            del at[key]
        else:
            at[key] = chance.choice(JUNK)
        return


@pytest.mark.parametrize(("seed", "number"), [pytest.param(1, 150), pytest.param(2, 10_000, marks=pytest.mark.slow)])
@ON_THE_SERVICE
async def test_webhook_12_no_payload_is_a_500(site: Site, seed: int, number: int) -> None:
    payloads = fuzzed(seed)
    statuses = [await site.tell(*next(payloads)) for _ in range(number)]
    assert set(statuses) == {202, 400}
    assert statuses.count(202) > number / 20
    for one in site.acted:
        assert "\0" not in json.dumps(str(one))


@pytest.mark.parametrize(
    "payload",
    [
        deliveries.pull_request(user=None),
        deliveries.pull_request(head={"sha": SHA, "ref": "x", "repo": None}),
        {**deliveries.pull_request(), "sender": None},
        {**deliveries.pull_request(), "installation": None, "organization": None},
        deliveries.pull_request(title=None, labels=None, draft=None),
    ],
    ids=["ghost", "deleted-fork", "no-sender", "no-installation", "nulls"],
)
@ON_THE_SERVICE
async def test_webhook_12_ghosts_and_deleted_forks_are_no_obstacle(site: Site, payload: Json) -> None:
    assert await site.tell("pull_request", payload) == 202
    assert [type(one.event) for one in site.acted] == [ChangeTouched]


@ON_THE_SERVICE
async def test_webhook_12_a_comment_may_hold_anything(site: Site) -> None:
    for text in ("\0", "\x1b\u202e", "x" * 65_536, "\U0001f600" * 1000, None, ""):
        assert await site.tell("issue_comment", deliveries.issue_comment(body=text)) == 202
    for one in site.acted:
        read = await site.inbox.read("github", one.id)
        assert read is not None
        assert isinstance(read.event, CommentWritten)


@ON_THE_SERVICE
async def test_webhook_17_while_a_secret_is_replaced_both_are_good_and_then_the_old_one_is_401(site: Site) -> None:
    old = {"x_hub_signature_256": deliveries.signature(TOUCHED, OLD)}
    assert await site.post(TOUCHED, **old) == 401
    site.trust(SECRET, OLD)
    assert await site.post(TOUCHED, **old) == 202
    assert await site.post(TOUCHED) == 202
    site.trust(SECRET)
    assert await site.post(TOUCHED, **old) == 401


@pytest.mark.parametrize("action", ["deleted", "suspend", "unsuspend", "new_permissions_accepted", None, 5, ["x"]])
@ON_THE_SERVICE
async def test_webhook_17_whatever_happens_to_an_installation_has_the_forge_asked(site: Site, action: object) -> None:
    assert await site.tell("installation", {"action": action}) == 202
    assert [type(one.event) for one in site.acted] == [AccessChanged]


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("issue_comment", deliveries.issue_comment(user=BOT)),
        ("issue_comment", deliveries.issue_comment(user=BOT, body="/check")),
        ("issue_comment", deliveries.issue_comment(performed_via_github_app={"id": APP_ID})),
        ("issue_comment", deliveries.issue_comment("edited", user=BOT)),
        ("pull_request_review", deliveries.review(sender=BOT)),
        ("pull_request_review_comment", deliveries.review_comment(sender=BOT)),
        ("check_run", deliveries.check_run("created")),
        ("check_run", deliveries.check_run("completed")),
        ("check_suite", deliveries.check_suite("completed")),
        ("status", {"state": "success", "repository": deliveries.REPOSITORY, "sender": BOT}),
        ("pull_request_review_thread", {"action": "resolved", "sender": BOT}),
        ("deployment_status", {"action": "created"}),
    ],
)
@ON_THE_SERVICE
async def test_webhook_18_what_the_bot_itself_did_asks_for_nothing(site: Site, event: str, payload: Json) -> None:
    fresh = f"d-{next(IDS)}"
    assert await site.tell(event, payload, fresh) == 202
    assert site.acted == []
    read = await site.inbox.read("github", fresh)
    assert read is not None
    assert isinstance(read.event, Ignored)
