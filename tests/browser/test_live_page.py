"""A page that is open follows what happens, without moving what is being read."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_process import Demo, eventually
from demo_visits import Clone, change, propose
from playwright.sync_api import Browser, Page, expect

MARK = "document.documentElement.dataset.mark = 'not reloaded'"
MARKED = "document.documentElement.dataset.mark"
WATCH_STEPS = """() => {
  window.steps = [];
  const note = () => window.steps.push(document.querySelector("#progress .muted")?.textContent);
  new MutationObserver(note).observe(document.querySelector("#change"), {childList: true, subtree: true});
}"""
FILE = "apps/search/base/deployment.yaml"


def engines(demo: Demo) -> list[int]:
    """The process ids of the children in which changes are judged."""
    below: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended meanwhile
            below.setdefault(parent, []).append(int(entry.name))
    found, left = [], [demo.process.pid]
    while left:
        children = below.get(left.pop(), [])
        left += children
        found += children
    return [pid for pid in found if b"app.runs.engine" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.fixture
def go_on(demo: Demo) -> Iterator[Callable[[], None]]:
    """Judging stands still until this is called."""
    stopped = engines(demo)
    assert stopped, "the engine runs in children of the demo"

    def let_go() -> None:
        while stopped:
            os.kill(stopped.pop(), signal.SIGCONT)

    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    yield let_go
    let_go()


def test_an_open_page_follows_the_run_to_its_result(page: Page, demo: Demo, clone: Clone, go_on: Callable[[], None]) -> None:
    clone.git("switch", "-qc", "search-two")
    clone.replace(FILE, "replicas: 2", "replicas: two")
    clone.push("Two searches")
    number = propose(page, demo, "search-two", "Two searches")
    eventually(lambda: number in demo.changes(), "Fairlead knows of it")
    page.goto(change(demo, number))
    panel = page.get_by_role("region", name="Verdict")
    expect(panel).to_have_attribute("aria-busy", "true")
    expect(panel.get_by_role("heading")).to_contain_text("Judging: ")
    steps = page.get_by_role("table").get_by_role("rowheader")
    expect(steps.first).to_have_text("Fetch")
    expect(steps.last).to_have_text("Publish")
    assert page.title().startswith("Judging: ")
    page.evaluate(MARK)
    page.evaluate(WATCH_STEPS)
    page.locator("#tab-1").focus()
    tabs = page.locator(".tabs").bounding_box()

    go_on()
    expect(page.get_by_role("heading", name="1 error blocks the merge")).to_be_visible()
    expect(page.locator(".finding")).to_have_count(1)
    expect(page).to_have_title(f"1 error blocks the merge · shop/gitops #{number}")
    expect(page.locator("#said")).to_contain_text("1 error blocks the merge")
    expect(page.locator("#tab-1")).to_be_focused()
    expect(panel).not_to_have_attribute("aria-busy", "true")
    assert any(f"{done} done" in step for done in (5, 6, 7, 8) for step in page.evaluate("window.steps.filter(Boolean)"))
    assert page.locator(".tabs").bounding_box() == tabs
    assert page.evaluate(MARKED) == "not reloaded"


def test_a_newer_run_is_announced_and_what_is_read_stays(page: Page, demo: Demo, clone: Clone) -> None:
    clone.git("switch", "-qc", "payment-two")
    clone.replace("apps/payment/base/deployment.yaml", "replicas: 2", "replicas: two")
    first = clone.push("Two payments")
    number = propose(page, demo, "payment-two", "Two payments")
    eventually(lambda: demo.all_judged(number), "it is judged")
    page.goto(change(demo, number))
    page.evaluate(MARK)
    page.keyboard.press("j")
    finding = page.locator(".finding").first
    expect(finding).to_be_focused()
    fold = page.locator("details.coverage")
    fold.locator("summary").first.click()
    page.keyboard.press("k")
    before = finding.bounding_box()

    clone.replace("apps/payment/base/deployment.yaml", "replicas: two", "replicas: 3")
    second = clone.push("Three payments")
    line = page.locator("#newer")
    expect(line).to_contain_text("A newer run")
    expect(line).to_contain_text(second[:7])
    expect(line).to_contain_text(first[:7])
    eventually(lambda: demo.all_judged(number), "the newer head is judged")
    expect(page.get_by_role("heading", name="1 error blocks the merge")).to_be_visible()
    expect(finding).to_be_focused()
    expect(fold).not_to_have_attribute("open", "")
    assert finding.bounding_box() == before
    assert page.evaluate(MARKED) == "not reloaded"

    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Ready to merge")).to_be_visible()
    expect(page).to_have_title(f"Ready to merge · shop/gitops #{number}")


def test_the_list_of_changes_follows_too_and_keeps_the_focus(page: Page, demo: Demo, clone: Clone) -> None:
    page.goto(demo.fairlead)
    page.evaluate(MARK)
    row = page.get_by_role("link", name="Export the orders every night")
    row.focus()
    clone.git("switch", "-qc", "web-three")
    clone.replace("apps/web/base/deployment.yaml", "replicas: 2", "replicas: 3")
    clone.push("Three webs")
    other = page.context.new_page()
    propose(other, demo, "web-three", "Three webs")
    ready = page.get_by_role("region", name="Ready to merge")
    expect(ready.get_by_role("link", name="Three webs")).to_be_visible()
    expect(row).to_be_focused()
    assert page.evaluate(MARKED) == "not reloaded"


def test_a_page_that_is_cut_off_says_since_when_until_it_is_not(browser: Browser, demo: Demo) -> None:
    page = browser.new_page()  # nobody watches its console: a failed connection is an error there
    page.route("**/live?*", lambda route: route.abort())
    page.goto(change(demo, 1))
    notice = page.locator("#cut-off")
    expect(notice).to_be_hidden()
    expect(notice).to_contain_text("Live updates are cut off since", timeout=10_000)
    expect(notice).to_be_visible()
    page.unroute("**/live?*")
    expect(notice).to_be_hidden(timeout=20_000)
    page.close()
