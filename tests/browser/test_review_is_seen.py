"""The demo is up, and what Fairlead says of its pull requests is there to read."""

import re

import pytest
from demo_process import Demo
from demo_visits import change, pull
from playwright.sync_api import Page, expect

HEADLINES = {
    1: "Ready to merge",
    2: "6 errors block the merge",
    3: "1 error blocks the merge",
    4: "1 error blocks the merge",
    5: "1 error blocks the merge",
    6: "Can't merge: conflicts with main in 1 file",
}


def test_every_pull_request_carries_its_summary_and_status(page: Page, demo: Demo) -> None:
    for number, headline in HEADLINES.items():
        page.goto(pull(demo, number))
        summary = page.locator("article.comment", has=page.locator("header", has_text="fairlead"))
        summary = summary.filter(has=page.get_by_role("heading", name=headline))
        expect(summary).to_have_count(1)
        status = page.locator(".checks li", has_text="fairlead/checks")
        expect(status).to_contain_text(headline)
        expect(status.locator(".dot")).to_have_attribute("title", "passing" if number == 1 else "failing")


@pytest.mark.parametrize(
    ("number", "path", "line"),
    [(3, "apps/web/overlays/prod/hpa.yaml", 'maxReplicas: "forty"'), (4, "apps/mail/base/deployment.yaml", "memory: 160Mi")],
)
def test_a_finding_stands_in_the_diff_below_its_line(page: Page, demo: Demo, number: int, path: str, line: str) -> None:
    page.goto(f"{pull(demo, number)}/files")
    file = page.locator("details.file", has_text=path)
    above = file.locator("tr.talk-row").locator("xpath=preceding-sibling::tr[1]")
    expect(above).to_have_count(1)
    expect(above).to_contain_text(line)
    expect(above).to_have_class("add")
    expect(file.locator("tr.talk-row")).to_contain_text("fairlead")


def test_the_list_of_changes_says_what_each_waits_for(page: Page, demo: Demo) -> None:
    page.goto(demo.fairlead)
    blocked = page.get_by_role("region", name="Blocked")
    expect(blocked.get_by_role("link", name="Move redis to port 6380")).to_be_visible()
    expect(blocked.locator(".change-row", has_text="Move redis").locator("code")).to_have_text("main")
    ready = page.get_by_role("region", name="Ready to merge")
    expect(ready.locator(".change-row", has_text="Redis 7.4.2")).to_contain_text("ready")
    expect(page).to_have_title(re.compile(r"^\d changes blocked · Fairlead$"))


def test_a_change_shows_its_findings_with_their_code_and_leads_back(page: Page, demo: Demo) -> None:
    page.goto(demo.fairlead)
    page.get_by_role("link", name="Give all services 45 seconds").click()
    expect(page.get_by_role("heading", name="6 errors block the merge")).to_be_visible()
    expect(page.locator(".finding")).to_have_count(6)
    first = page.locator(".finding").first
    expect(first.locator(".l.is-cause .cause")).to_have_text("terminationGracePeriodSecond: 45")
    expect(first.locator(".l.is-add")).to_contain_text("terminationGracePeriodSeconds: 45")
    expect(first.locator("h3 code")).to_have_text("terminationGracePeriodSecond")
    first.get_by_role("link", name="line 21").click()
    expect(page).to_have_url(f"{demo.forge}/{demo.repository}/blob/{_head(demo, 2)}/apps/cart/base/deployment.yaml#L21")


def test_what_a_change_would_do_is_told_of_its_application(page: Page, demo: Demo) -> None:
    page.goto(change(demo, 1))
    page.get_by_role("link", name="What it would do").click()
    unit = page.get_by_role("region", name="redis")
    expect(unit).to_contain_text("2 updates")
    row = unit.locator("tr", has_text="requests.memory")
    expect(row.locator("del")).to_have_text("1Gi")
    expect(row.locator("ins")).to_have_text("2Gi")


def test_what_is_not_known_is_never_told_as_nothing(page: Page, demo: Demo) -> None:
    page.goto(change(demo, 2))
    page.get_by_role("link", name="What it would do").click()
    expect(page.get_by_text("18 not known")).to_be_visible()
    expect(page.get_by_text("Nothing changes in the cluster")).to_have_count(0)
    page.goto(change(demo, 6))
    page.get_by_role("link", name="What it would do").click()
    expect(page.get_by_role("heading", name="Not known")).to_be_visible()


def test_the_status_and_the_summary_lead_to_the_page_of_the_change(page: Page, demo: Demo) -> None:
    page.goto(pull(demo, 5))
    page.locator(".checks li", has_text="fairlead/checks").get_by_role("link", name="Details").click()
    expect(page).to_have_url(change(demo, 5))
    page.get_by_role("link", name="Open the pull request").click()
    expect(page).to_have_url(pull(demo, 5))


def _head(demo: Demo, number: int) -> str:
    return str(demo.changes()[number]["head"])
