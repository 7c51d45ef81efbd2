"""The whole set-up as an operator goes through it, in a real browser: from a service that knows no forge to a judged pull request."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from demo_process import eventually
from playwright.sync_api import Browser, Page, expect
from setup_stage import BROKEN, Running, fairlead, open_for_business

from app.devforge.forge import Forge
from app.devforge.serving import serving

SHOTS = os.environ.get("FAIRLEAD_SCREENSHOTS", "")
"""A folder for pictures of each page, to be looked at."""


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    """A forge without any App."""
    with serving(tmp_path / "forge") as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test when it breaks its own content security policy."""
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    context.on("console", lambda message: faults.append(message.text) if "Security Policy" in message.text else None)
    yield context.new_page()
    context.close()
    assert faults == []


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def sign_in_on_the_way(page: Page) -> None:
    page.locator("main").get_by_role("link", name="Sign in").click()
    page.get_by_role("button", name="Olga Berg").click()


def install(page: Page) -> None:
    """On the forge: on one of the two repositories."""
    page.get_by_label("these repositories").check()
    page.get_by_label("shop/gitops").check()
    shot(page, "6-install")
    page.get_by_role("button", name="Install").click()


def judged(service: Running, title: str) -> dict[str, object] | None:
    rows = httpx.get(f"{service.url}/api/v1/changes", trust_env=False).json()["rows"]
    return next((row for row in rows if row["title"] == title and row["run"] and row["run"]["finished"]), None)


def propose_and_see_it_judged(page: Page, forge: Forge, service: Running, branch: str) -> None:
    page.goto(f"{forge.base_url}/shop/gitops/compare/main...{branch}")
    page.get_by_label("Title").fill("Rename data")
    page.get_by_role("button", name="Create pull request").click()
    number = page.url.rsplit("/", 1)[1]
    assert number == "1"
    eventually(lambda: judged(service, "Rename data"), "the pull request is judged")
    eventually(lambda: _shows_failing(page), "the status is at the pull request")
    expect(page.locator("article.comment", has_text="1 error blocks the merge")).to_have_count(1)
    expect(page.locator("details.thread")).to_contain_text("is not a field of ConfigMap")


def _shows_failing(page: Page) -> bool:
    page.reload()
    return page.locator(".checks li", has_text="fairlead/checks").locator(".dot.failing").count() == 1


def test_a_service_without_an_app_is_set_up_and_judges_without_a_restart(page: Page, forge: Forge, tmp_path: Path) -> None:
    clone, _ = open_for_business(forge, tmp_path / "clone")
    with fairlead(forge, tmp_path / "fairlead", "serve") as service:
        link = service.link()
        assert httpx.post(f"{service.url}/webhooks/github", trust_env=False).status_code == 503
        page.goto(service.url)
        expect(page.get_by_role("heading", name="Fairlead is not set up yet")).to_be_visible()
        shot(page, "1-closed")

        page.goto(link)
        assert page.url == f"{service.url}/setup"
        page.get_by_label("Organization").fill("shop")
        page.get_by_label("Name of the App").fill("Shop Fairlead")
        shot(page, "2-choose")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="Create Shop Fairlead on")).to_be_visible()
        expect(page.get_by_text(f"{service.url}/webhooks/github")).to_be_visible()
        shot(page, "3-review")
        page.get_by_role("button", name="Create it on").click()

        sign_in_on_the_way(page)
        shot(page, "4-on-the-forge")
        page.get_by_role("button", name="Create app for shop").click()
        expect(page.get_by_role("heading", name="Shop Fairlead is registered")).to_be_visible()
        shot(page, "5-done")
        folder = tmp_path / "fairlead" / "data" / "github-app"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
        assert "PRIVATE KEY" not in service.words

        page.get_by_role("link", name="Install it on repositories").click()
        eventually(service.ready, "the service goes on by itself")
        install(page)
        page.wait_for_url(f"{service.url}/?installation_id=*")
        expect(page.get_by_role("heading", name="No changes yet")).to_be_visible()
        assert httpx.get(f"{service.url}/setup", trust_env=False).status_code == 404

        clone.branch("rename", {"web.yaml": BROKEN})
        propose_and_see_it_judged(page, forge, service, "rename")
        shot(page, "7-judged")


@pytest.mark.slow
def test_the_command_line_creates_the_app_and_the_service_finds_it(page: Page, forge: Forge, tmp_path: Path) -> None:
    clone, _ = open_for_business(forge, tmp_path / "clone")
    words = ("github", "create-app", "--organization", "shop", "--no-browser")
    with fairlead(forge, tmp_path / "fairlead", *words) as command:
        page.goto(command.link())
        shot(page, "8-command-line")
        page.get_by_role("button", name="Create it on").click()
        sign_in_on_the_way(page)
        page.get_by_role("button", name="Create app for shop").click()
        expect(page.get_by_text("The terminal says how to go on.")).to_be_visible()
        assert command.process.wait(20) == 0, command.words
        assert "Start       fairlead serve" in command.words
        assert "PRIVATE KEY" not in command.words
    page.get_by_role("link", name="Install it on repositories").click()
    install(page)

    with fairlead(forge, tmp_path / "fairlead", "serve") as service:
        eventually(service.ready, "the service starts with what the command kept")
        clone.branch("rename", {"web.yaml": BROKEN})
        propose_and_see_it_judged(page, forge, service, "rename")
