"""Take the picture of a review that the README shows, from a running demo.

    make demo
    .venv/bin/python tools/take_picture.py .demo

Pushes a branch to the demo's repository, opens a pull request, waits until it is judged, and writes docs/images/review.png.
Needs chromium.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urljoin

import httpx
from playwright.sync_api import Page, sync_playwright

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "review.png"
CHROMIUM = "/usr/bin/chromium"
BRANCH = "redis-five"
FILE = "data/redis/statefulset.yaml"
EDITS = (
    ("  replicas: 3\n", "  replicas: 5\n"),
    ("    spec:\n      automount", "    spec:\n      terminationGracePeriodSecond: 60\n      automount"),
)
TITLE = "Five of redis, and time to save"
BODY = "Snapshots took longer than thirty seconds last week."
JUDGED = "1 error blocks the merge"
WAIT = 60
"""Seconds until the review must stand there."""


def push(facts: dict[str, str], folder: Path) -> None:
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
    git("push", "--force", "origin", BRANCH)


def propose(facts: dict[str, str]) -> str:
    """Open the pull request; its address."""
    answer = httpx.post(
        f"{facts['api']}/repos/{facts['repository']}/pulls",
        headers={"Authorization": f"token {facts['token']}"},
        json={"title": TITLE, "body": BODY, "head": BRANCH, "base": "main"},
    )
    return str(answer.raise_for_status().json()["html_url"])


def picture(page: Page, address: str) -> None:
    """Wait for the review and take the picture, from the title down to the merge button."""
    page.goto(urljoin(address, "/login"))
    page.get_by_text("Ada Okafor").click()
    page.goto(address)
    until = time.monotonic() + WAIT
    while page.get_by_text(JUDGED).count() < len(("summary", "status", "check run")):
        if time.monotonic() > until:
            sys.exit(f"{address} was not judged within {WAIT} seconds")
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_text("redis: 1 update").click()
    top = page.locator("h1").bounding_box()
    bottom = page.get_by_text("Merging is blocked").bounding_box()
    if top is None or bottom is None:
        sys.exit("the page does not look as it used to")
    height = bottom["y"] + bottom["height"] + 24 - top["y"] + 16
    PICTURE.parent.mkdir(exist_ok=True)
    clip = {"x": 0.0, "y": top["y"] - 16, "width": 1100.0, "height": height}
    page.screenshot(path=PICTURE, clip=clip)  # type: ignore[arg-type] # a plain dict does


def main(data: Path) -> None:
    """Do all of it for the demo whose folder is `data`."""
    facts: dict[str, str] = json.loads((data / "demo.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        push(facts, Path(folder))
    address = propose(facts)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        picture(browser.new_page(viewport={"width": 1100, "height": 2400}, device_scale_factor=1.5), address)
        browser.close()
    print(PICTURE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
