"""The whole story, as the project tells it: break something, see it judged, mend it, merge it."""

from demo_process import Demo, eventually
from demo_visits import Clone, propose, pull, reload_until
from playwright.sync_api import Page, expect

FILE = "apps/catalog/base/deployment.yaml"


def test_a_broken_deployment_is_stopped_and_let_through_once_it_is_mended(page: Page, demo: Demo, clone: Clone) -> None:
    clone.git("switch", "-qc", "two-catalogs")
    clone.replace(FILE, "replicas: 2", "replicas: two")
    clone.push("Two catalogs")
    number = propose(page, demo, "two-catalogs", "Two catalogs")

    status = page.locator(".checks li", has_text="fairlead/checks")
    summary = page.locator("article.comment", has_text="Page of this change")
    threads = page.locator("details.thread")
    merge = page.get_by_role("button", name="Merge pull request")

    reload_until(page, status.locator(".dot.failing"))
    expect(status).to_contain_text("1 error blocks the merge")
    expect(summary).to_have_count(1)
    expect(threads).to_have_count(1)
    expect(threads).to_contain_text("spec.replicas")
    expect(merge).to_be_disabled()
    expect(page.get_by_text("Merging is blocked until all required checks pass.")).to_be_visible()
    anchor = summary.get_attribute("id")
    page.get_by_role("link", name="Files changed").click()
    commented = page.locator("tr.talk-row").locator("xpath=preceding-sibling::tr[1]")
    expect(commented).to_contain_text("replicas: two")
    expect(commented).to_have_class("add")

    clone.replace(FILE, "replicas: two", "replicas: 3")
    clone.push("Three catalogs")
    page.goto(pull(demo, number))
    reload_until(page, status.locator(".dot.passing"))
    expect(status).to_contain_text("Ready to merge")
    expect(summary).to_have_count(1)
    expect(summary).to_have_attribute("id", anchor or "")
    expect(summary.get_by_role("heading", name="Ready to merge")).to_be_visible()
    expect(summary).to_contain_text("edited")
    reload_until(page, page.locator("details.thread.resolved"))
    expect(threads).to_have_count(1)
    expect(merge).to_be_enabled()

    merge.click()
    expect(page.locator(".state-merged").first).to_be_visible()
    clone.git("fetch", "-q", "origin", "main")
    assert "replicas: 3" in clone.git("show", f"origin/main:{FILE}")
    page.goto(demo.fairlead)
    over = page.get_by_role("region", name="Lately merged or closed")
    expect(over.locator(".change-row", has_text="Two catalogs")).to_contain_text("merged")
    base = clone.git("rev-parse", "origin/main")
    eventually(lambda: demo.judged_upon(base), "the others are judged anew, upon what main is now")
