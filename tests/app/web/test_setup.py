"""The set-up pages: who gets in, what the form makes of what is typed, and each way in which GitHub's answer can be wrong."""

import json
import stat
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from re import search
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from answering import Answering, answering

from app.forges.github.registration import RegisteredApp
from app.github_keys import KeysExist
from app.web.setup import Setup, setup_application
from app.web.setup_choice import Choice, default_name
from app.web.setup_door import Door, new_link

OWN = "https://fairlead.example"
CHOICE = Choice("https://github.com", "https://api.github.com", "", "Fairlead", "write", OWN)


@dataclass
class Clock:
    """A clock that the test sets."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Kept:
    """What would be done with the keys."""

    apps: list[RegisteredApp] = field(default_factory=list)
    fails: OSError | KeysExist | None = None
    finished: int = 0

    def keep(self, app: RegisteredApp) -> None:
        if self.fails:
            raise self.fails
        self.apps.append(app)

    def finish(self) -> None:
        self.finished += 1


@dataclass
class Site:
    """The pages, a browser, and the link to them."""

    folder: Path
    clock: Clock
    kept: Kept
    browser: httpx.AsyncClient

    def link(self) -> str:
        return new_link(self.folder, OWN, self.clock)

    async def let_in(self) -> None:
        answer = await self.browser.get(self.link())
        assert (answer.status_code, answer.headers["location"]) == (303, "/setup")


def site_of(folder: Path, choice: Choice, *, decided: bool = False) -> Site:
    clock, kept = Clock(), Kept()
    setup = Setup(
        Door(folder, clock), choice, decided=decided, where="/keys", afterwards=(), keep=kept.keep, finished=kept.finish
    )
    transport = httpx.ASGITransport(setup_application(setup))
    return Site(folder, clock, kept, httpx.AsyncClient(transport=transport, base_url=OWN))


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    made = site_of(tmp_path, CHOICE)
    yield made
    await made.browser.aclose()


async def test_strangers_see_that_nothing_is_set_up_and_nothing_else(site: Site) -> None:
    site.link()
    for path in ("/setup", "/setup/review", "/setup/done?code=abc&state=s", "/setup?token=wrong"):
        answer = await site.browser.get(path)
        assert answer.status_code == 403, path
        assert "fairlead github setup-link" in answer.text
        assert "<form" not in answer.text
    assert (await site.browser.get("/readyz")).status_code == 503
    assert (await site.browser.post("/webhooks/github")).status_code == 503
    assert (await site.browser.get("/healthz")).status_code == 200
    assert (await site.browser.get("/")).headers["location"] == "/setup"


async def test_the_link_opens_once(site: Site) -> None:
    link = site.link()
    assert stat.S_IMODE((site.folder / "setup-link.json").stat().st_mode) == 0o600
    assert urlsplit(link).query.partition("=")[2] not in (site.folder / "setup-link.json").read_text()
    entered = await site.browser.get(link)
    cookie = entered.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "path=/setup", "secure"))
    assert (await site.browser.get("/setup")).status_code == 200
    again = await site.browser.get(link)
    assert again.status_code == 403
    assert "used already" in again.text


async def test_a_link_is_good_for_an_hour_and_until_there_is_a_newer_one(site: Site) -> None:
    old = site.link()
    site.link()
    assert "not the newest" in (await site.browser.get(old)).text
    late = site.link()
    site.clock.now += 3601
    assert "older than an hour" in (await site.browser.get(late)).text


async def test_a_session_ends(site: Site) -> None:
    await site.let_in()
    site.clock.now += 2 * 3600 + 1
    assert (await site.browser.get("/setup")).status_code == 403


async def test_github_gets_a_form_with_the_manifest_and_a_state(site: Site) -> None:
    await site.let_in()
    page = await site.browser.get("/setup/review", params={"organization": "acme", "name": "Guard", "contents": "read"})
    action, made = _form(page.text)
    assert action.startswith("https://github.com/organizations/acme/settings/apps/new?state=")
    assert made["name"] == "Guard"
    assert made["redirect_url"] == f"{OWN}/setup/done"
    assert made["default_permissions"]["contents"] == "read"
    policy = page.headers["content-security-policy"]
    assert "form-action https://github.com;" in policy
    assert policy.count("form-action") == 1
    assert page.headers["cache-control"] == "no-store"


def _form(page: str) -> tuple[str, dict[str, Any]]:
    """Where the form goes, and the manifest in it, whatever is in there."""
    action, value = search(r'method="post" action="([^"]+)"', page), search(r'name="manifest" value="([^"]+)"', page)
    assert action
    assert value
    return unescape(action[1]), json.loads(unescape(value[1]))


async def test_who_came_through_a_forwarded_port_goes_back_there(site: Site) -> None:
    async with httpx.AsyncClient(transport=site.browser._transport, base_url="http://localhost:8080") as browser:
        token = urlsplit(site.link()).query
        assert "secure" not in (await browser.get(f"/setup?{token}")).headers["set-cookie"].lower()
        _, made = _form((await browser.get("/setup/review")).text)
        assert made["redirect_url"] == "http://localhost:8080/setup/done"
        assert made["hook_attributes"]["url"] == f"{OWN}/webhooks/github"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"organization": "a b"}, "is not the name of an organization"),
        ({"organization": "../x"}, "is not the name of an organization"),
        ({"name": ""}, "1 to 34 characters"),
        ({"name": "x" * 35}, "1 to 34 characters"),
        ({"github": "http://github.example.com"}, "is not encrypted"),
        ({"github": "https://github.example.com/acme"}, "without a path"),
        ({"github": "ftp://github.example.com"}, "is not the address of a GitHub"),
        ({"github": "https://x.example; script-src *"}, "is not the address of a GitHub"),
        ({"github": "https://a@github.example.com"}, "is not the address of a GitHub"),
        ({"github": "https://github.example.com:99999"}, "is not the address of a GitHub"),
    ],
)
async def test_what_can_not_work_is_told_before_github_is_asked(site: Site, typed: dict[str, str], said: str) -> None:
    await site.let_in()
    page = await site.browser.get("/setup/review", params=typed)
    assert page.status_code == 422
    assert said in page.text
    assert "manifest" not in page.text


@pytest.mark.parametrize(
    ("public", "web", "reached"),
    [
        ("http://localhost:8080", "https://github.com", False),
        ("http://127.0.0.1:8080", "https://github.com", False),
        ("https://10.0.0.5", "https://github.com", False),
        ("https://fairlead", "https://acme.ghe.com", False),
        ("https://fairlead.example", "https://github.com", True),
        ("https://10.0.0.5", "https://github.example.com", True),
        ("http://localhost:8080", "https://github.example.com", False),
        ("http://localhost:8080", "http://127.0.0.1:3000", True),
    ],
)
def test_an_address_that_github_can_not_reach_is_told(public: str, web: str, reached: bool) -> None:
    problems = replace(CHOICE, public_url=public, web_url=web).problems()
    assert ["FAIRLEAD_PUBLIC_URL" in problem for problem in problems] == ([] if reached else [True])


def test_another_github_has_another_api() -> None:
    there = CHOICE.elsewhere(" github.example.com/ ")
    assert (there.web_url, there.api_url) == ("https://github.example.com", "https://github.example.com/api/v3")
    assert CHOICE.elsewhere("") is CHOICE


def test_the_name_is_one_that_fits() -> None:
    assert default_name("acme", OWN) == "Fairlead acme"
    assert len(default_name("x" * 60, OWN)) <= 34
    assert default_name("", OWN) == "Fairlead fairlead.example"


async def test_an_answer_that_nobody_asked_for_is_refused(site: Site) -> None:
    await site.let_in()
    answer = await site.browser.get("/setup/done", params={"code": "abc", "state": "guessed"})
    assert answer.status_code == 400
    assert "was not asked for here" in answer.text
    assert site.kept.apps == []


async def test_a_state_is_of_one_browser(site: Site) -> None:
    await site.let_in()
    state = await _state(site)
    async with httpx.AsyncClient(transport=site.browser._transport, base_url=OWN) as other:
        await other.get(site.link())
        assert (await other.get("/setup/done", params={"code": "abc", "state": state})).status_code == 400


async def test_a_state_is_good_for_an_hour(site: Site) -> None:
    await site.let_in()
    state = await _state(site)
    site.clock.now += 3601
    assert (await site.browser.get("/setup/done", params={"code": "abc", "state": state})).status_code == 400


async def _state(site: Site, **chosen: str) -> str:
    action, _ = _form((await site.browser.get("/setup/review", params=chosen)).text)
    return parse_qs(urlsplit(action).query)["state"][0]


async def test_a_choice_that_was_made_before_is_shown_at_once(tmp_path: Path) -> None:
    site = site_of(tmp_path, CHOICE, decided=True)
    await site.let_in()
    assert (await site.browser.get("/setup")).headers["location"] == "/setup/review"
    assert 'value="Fairlead"' in (await site.browser.get("/setup?again=1")).text
    await site.browser.aclose()


@pytest.fixture
def github() -> Iterator[Answering]:
    """Something that answers as it is told."""
    with answering() as server:
        yield server


@pytest.fixture
async def there(tmp_path: Path, github: Answering) -> AsyncIterator[Site]:
    """The pages of a service whose GitHub that is."""
    made = site_of(tmp_path, replace(CHOICE, web_url=github.url, api_url=github.url))
    await made.let_in()
    yield made
    await made.browser.aclose()


MADE = {
    "id": 7,
    "slug": "guard",
    "name": "Guard <b>",
    "html_url": "http://evil.example/apps/guard",
    "owner": {"login": "shop", "type": "Organization"},
    "pem": "THE PRIVATE KEY",
    "webhook_secret": "THE SECRET",
}


async def test_keys_that_arrive_are_kept_and_never_shown(
    there: Site, github: Answering, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    state = await _state(there, organization="shop")
    github.say(201, MADE)
    page = await there.browser.get("/setup/done", params={"code": "thecode", "state": state})
    assert page.status_code == 200
    assert "Guard &lt;b&gt; is registered" in page.text
    assert f'href="{github.url}/apps/guard/installations/new"' in page.text
    assert [app.id for app in there.kept.apps] == [7]
    assert there.kept.finished == 1
    assert github.asked == [("POST", "/app-manifests/thecode/conversions")]
    assert "THE " not in page.text + caplog.text
    again = await there.browser.get("/setup/done", params={"code": "thecode", "state": state})
    assert again.status_code == 400


async def test_what_passes_can_be_tried_again_with_the_same_answer(there: Site, github: Answering) -> None:
    state = await _state(there)
    github.say(502)
    failed = await there.browser.get("/setup/done", params={"code": "c", "state": state})
    assert failed.status_code == 502
    assert "load this page again" in failed.text
    github.say(201, MADE)
    assert (await there.browser.get("/setup/done", params={"code": "c", "state": state})).status_code == 200


async def test_an_expired_code_is_told_and_begins_anew(there: Site, github: Answering) -> None:
    state = await _state(there)
    github.say(404, {"message": "Not Found"})
    failed = await there.browser.get("/setup/done", params={"code": "c", "state": state})
    assert "good for one hour and one use" in failed.text
    assert 'href="/setup?again=1"' in failed.text
    assert (await there.browser.get("/setup/done", params={"code": "c", "state": state})).status_code == 400
    assert there.kept.finished == 0


@pytest.mark.parametrize(
    "fault", [PermissionError(13, "Permission denied"), KeysExist("/keys holds the keys of an App already")]
)
async def test_keys_that_can_not_be_kept_are_told(there: Site, github: Answering, fault: OSError | KeysExist) -> None:
    there.kept.fails = fault
    github.say(201, MADE)
    failed = await there.browser.get("/setup/done", params={"code": "c", "state": await _state(there)})
    assert failed.status_code == 500
    assert "Delete the App in GitHub" in failed.text
    assert "THE " not in failed.text
    assert there.kept.finished == 0
