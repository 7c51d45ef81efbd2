"""Take the pictures of docs/images/ from the real program: a review on the forge, and Fairlead's page of it.

    .venv/bin/python tools/screenshots.py

Starts a demo of its own in a temporary folder, pushes a branch with a mistake to its repository, opens a pull request, waits
until it is judged, and stops the demo again. Needs chromium.
"""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
LARGEST = 250_000
"""Bytes that a picture may have: a README should open at once."""
WIDTH = 1200
BRANCH = "redis-five"
FILE = "data/redis/statefulset.yaml"
EDITS = (
    ("  replicas: 3\n", "  replicas: 5\n"),
    ("    spec:\n      automount", "    spec:\n      terminationGracePeriodSecond: 60\n      automount"),
)
TITLE = "Five of redis, and time to save"
BODY = "Snapshots took longer than thirty seconds last week."
SECONDS = 60.0
Facts = dict[str, str]


def until(done: Callable[[], bool], what: str) -> None:
    """Wait; ends the program when it takes too long."""
    end = time.monotonic() + SECONDS
    while not done():
        if time.monotonic() > end:
            sys.exit(f"{what}: not within {SECONDS:.0f} seconds")
        time.sleep(0.2)


def free_port() -> int:
    """A port that is free, as the one behind it almost always is."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def demo(folder: Path) -> Iterator[Facts]:
    """A demo that is up; its demo.json."""
    program = [str(Path(sys.executable).with_name("fairlead")), "demo", "--data-dir", str(folder), "--port", str(free_port())]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL)
    try:
        until((folder / "demo.json").exists, "the demo is up")
        yield json.loads((folder / "demo.json").read_text("utf-8"))
    finally:
        process.terminate()
        process.wait()


def push(facts: Facts, folder: Path) -> None:
    """Push the branch with the mistake."""

    def git(*words: str) -> None:
        author = ("-c", "user.name=Ada Okafor", "-c", "user.email=ada@shop.example")
        subprocess.run(["git", *author, *words], cwd=folder, check=True, capture_output=True)

    git("clone", facts["clone"].replace("://", f"://{facts['user']}:{facts['token']}@"), ".")
    git("switch", "-c", BRANCH)
    text = (folder / FILE).read_text("utf-8")
    for old, new in EDITS:
        text = text.replace(old, new)
    (folder / FILE).write_text(text, "utf-8")
    git("commit", "--all", "--message", TITLE)
    git("push", "origin", BRANCH)


def propose(facts: Facts) -> str:
    """Open the pull request, and wait until it is judged; its address on the forge."""
    answer = httpx.post(
        f"{facts['api']}/repos/{facts['repository']}/pulls",
        headers={"Authorization": f"token {facts['token']}"},
        json={"title": TITLE, "body": BODY, "head": BRANCH, "base": "main"},
    )

    def judged() -> bool:
        rows = httpx.get(f"{facts['fairlead']}/api/v1/changes").json()["rows"]
        return any(row["title"] == TITLE and row["run"] and row["run"]["finished"] for row in rows)

    until(judged, "it is judged")
    return str(answer.raise_for_status().json()["html_url"])


def take(page: Page, name: str, top: str, bottom: str) -> None:
    """A picture from the element `top` down to the element `bottom`."""
    page.evaluate("scrollTo(0, 0)")  # boxes are told from where the window stands
    first, last = page.locator(top).first.bounding_box(), page.locator(bottom).last.bounding_box()
    if first is None or last is None:
        sys.exit(f"{page.url} does not look as it used to")
    above = max(0.0, first["y"] - 16)
    picture = IMAGES / f"{name}.png"
    height = last["y"] + last["height"] + 16 - above
    page.screenshot(path=picture, full_page=True, clip={"x": 0.0, "y": above, "width": float(WIDTH), "height": height})
    size = picture.stat().st_size
    if size > LARGEST:
        sys.exit(f"{picture} has {size:,} bytes, more than {LARGEST:,}")
    print(f"{picture}: {size:,} bytes")


def main() -> None:
    """Take all of them."""
    chromium = shutil.which("chromium") or sys.exit("chromium is needed: apt-get install chromium (Debian, Ubuntu)")
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder) / "demo") as facts, sync_playwright() as playwright:
        clone = Path(folder) / "clone"
        clone.mkdir()
        push(facts, clone)
        address = propose(facts)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
        page.goto(f"{facts['forge']}/login")
        page.get_by_role("button", name="Ada Okafor").click()
        page.goto(address)
        page.get_by_text("redis: 1 update").click()
        take(page, "review", "h1", "#merge")
        page.locator(".checks li", has_text="fairlead/checks").get_by_role("link", name="Details").click()
        page.locator(".finding").wait_for()
        take(page, "change", ".topbar", ".coverage")
        browser.close()


if __name__ == "__main__":
    main()
