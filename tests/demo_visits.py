"""What a visitor of the demo does, on its pages and in a clone, in the tests' own words."""

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from demo_process import Demo
from playwright.sync_api import Locator, Page, expect

SECONDS = 45.0


@dataclass(frozen=True)
class Clone:
    """A clone of the demo's repository, with the visitor's token."""

    demo: Demo
    folder: Path

    def git(self, *words: str) -> str:
        """Run git in the clone; what it says."""
        done = subprocess.run(["git", *words], cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def replace(self, path: str, old: str, new: str) -> None:
        """Edit a file."""
        text = (self.folder / path).read_text("utf-8")
        assert old in text
        (self.folder / path).write_text(text.replace(old, new), "utf-8")

    def push(self, message: str) -> str:
        """Commit everything and push; the commit."""
        self.git("commit", "-qam", message)
        self.git("push", "-q", "-u", "origin", "HEAD")
        return self.git("rev-parse", "HEAD")


def pull(demo: Demo, number: int) -> str:
    """The address of a pull request on the forge."""
    return f"{demo.forge}/{demo.repository}/pull/{number}"


def change(demo: Demo, number: int) -> str:
    """The address of Fairlead's page of it."""
    return f"{demo.fairlead}/changes/{demo.changes()[number]['id']}"


def sign_in(page: Page, demo: Demo, name: str = "Ada Okafor") -> None:
    """On the forge, by a click."""
    page.goto(f"{demo.forge}/login")
    page.get_by_role("button", name=name).click()


def propose(page: Page, demo: Demo, branch: str, title: str) -> int:
    """Open a pull request in the forge's pages, signed in on the way; its number."""
    page.goto(f"{demo.forge}/{demo.repository}/compare/main...{branch}")
    if page.get_by_role("link", name="Sign in").count():
        page.locator("main").get_by_role("link", name="Sign in").click()
        page.get_by_role("button", name="Ada Okafor").click()
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Create pull request").click()
    expect(page.locator("h1")).to_contain_text(title)
    return int(page.url.rsplit("/", 1)[1])


def reload_until(page: Page, seen: Locator) -> None:
    """The forge's pages don't follow what happens: load them again until this is there, as one does."""
    until = time.monotonic() + SECONDS
    while not seen.first.is_visible():
        assert time.monotonic() < until, f"never seen at {page.url}: {seen}"
        page.wait_for_timeout(200)
        page.reload()
