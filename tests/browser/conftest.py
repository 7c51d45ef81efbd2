"""A real browser on a real demo: Debian's chromium, driven by Playwright, with fresh user data for each test.

Every page that a test opens is watched: an error in the console, a violation of the content security policy, or anything that
is loaded from elsewhere fails the test.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_process import Demo
from demo_visits import Clone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NO_CHROMIUM = "these tests drive chromium, which is not there: apt-get install chromium (Debian, Ubuntu), or your system's way"
LONGEST_MS = 20_000
"""How long Playwright waits for what must come: long enough for a machine that has much else to do."""
VIOLATIONS = (
    "addEventListener('securitypolicyviolation', (e) => console.error('CSP: ' + e.violatedDirective + ' ' + e.blockedURI))"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder need chromium."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")  # not longer: while it lives, no test of this process can have an event loop
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.fail(NO_CHROMIUM, pytrace=False)
    expect.set_options(timeout=LONGEST_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield running
        running.close()


Open = Callable[..., BrowserContext]


@pytest.fixture
def visitor(browser: Browser, demo: Demo) -> Iterator[Open]:
    """Opens contexts (what Playwright calls a fresh profile) whose pages are all watched; the options are Playwright's."""
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "404 (Not Found)" not in message.text:
            faults.append(f"{message.location['url']}: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((demo.fairlead, demo.forge)):
            faults.append(f"loaded from elsewhere: {request.url}")

    def visit(**options: object) -> BrowserContext:
        context = browser.new_context(**options)  # type: ignore[arg-type] # handed on as they are
        context.set_default_timeout(LONGEST_MS)
        context.add_init_script(VIOLATIONS)
        context.on("console", heard)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("request", asked)
        opened.append(context)
        return context

    yield visit
    told = list(faults)  # what a page complains of while it is torn away under its streams is no fault of its own
    for context in opened:
        context.close()
    assert told == []


@pytest.fixture
def page(visitor: Open) -> Page:
    """A page of a browser as most have it."""
    return visitor(viewport={"width": 1280, "height": 900}).new_page()


@pytest.fixture
def clone(demo: Demo, tmp_path: Path) -> Clone:
    """A fresh clone."""
    made = Clone(demo, tmp_path)
    url = demo.clone.replace("://", f"://{demo.user}:{demo.token}@")
    made.git("clone", "-q", "-c", "user.name=Ada", "-c", "user.email=ada@shop.example", url, "shop")
    return Clone(demo, tmp_path / "shop")
