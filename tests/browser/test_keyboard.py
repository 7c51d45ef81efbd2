"""Everything that a mouse can do, a keyboard can."""

from demo_process import Demo
from demo_visits import change
from playwright.sync_api import Page, expect

FOCUS_SHOWS = """() => {
  const at = document.activeElement, row = at.closest(".change-row, .finding") ?? at;
  const seen = (element) => getComputedStyle(element).outlineStyle !== "none" || getComputedStyle(element).boxShadow !== "none";
  return seen(at) || seen(row);
}"""
UNREACHED = """() => [...document.querySelectorAll("a[href], button, input, summary")]
  .filter((one) => one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true}) && !one.dataset.reached)
  .map((one) => one.outerHTML.slice(0, 80))"""


def test_j_and_k_go_over_findings_and_tab_goes_on_from_there(page: Page, demo: Demo) -> None:
    page.goto(change(demo, 2))
    findings = page.locator(".finding")
    for key, at in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(findings.nth(at)).to_be_focused()
        expect(findings.nth(at)).to_be_in_viewport()
        assert page.evaluate(FOCUS_SHOWS)
    page.keyboard.press("Tab")
    expect(findings.nth(1).get_by_role("link").first).to_be_focused()
    findings.nth(4).get_by_role("link").first.focus()
    page.keyboard.press("j")
    expect(findings.nth(5)).to_be_focused()
    page.keyboard.press("j")
    expect(findings.nth(5)).to_be_focused()


def test_j_goes_over_changes_and_enter_opens_one(page: Page, demo: Demo) -> None:
    page.goto(demo.fairlead)
    links = page.locator(".change-row a")
    page.keyboard.press("j")
    expect(links.first).to_be_focused()
    assert page.evaluate(FOCUS_SHOWS)
    page.keyboard.press("j")
    title = links.nth(1).inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(title)


def test_resources_open_and_fold_by_enter(page: Page, demo: Demo) -> None:
    page.goto(f"{change(demo, 1)}/effects")
    resource = page.locator(".resource").first
    page.keyboard.press("j")
    expect(resource.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(resource).not_to_have_attribute("open", "")
    page.keyboard.press("Enter")
    expect(resource).to_have_attribute("open", "")


def test_digits_switch_tabs_slash_searches_and_g_h_leads_home(page: Page, demo: Demo) -> None:
    page.goto(change(demo, 1))
    for key, tab in (("2", "What it would do"), ("3", "Timeline"), ("1", "Findings")):
        page.keyboard.press(key)
        expect(page.locator(".tabs [aria-current]")).to_contain_text(tab)
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Search changes")
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    page.keyboard.type("jk?")  # typing: no key means anything else now
    expect(search).to_have_value("jk?")
    search.fill("autoscaling")
    search.fill("window")
    page.keyboard.press("Enter")
    expect(page.locator(".change-row")).to_have_count(1)
    expect(page.locator(".change-row")).to_contain_text("Scale the shop window")
    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page).to_have_url(f"{demo.fairlead}/")


def test_a_question_mark_shows_all_keys_and_escape_closes_them(page: Page, demo: Demo) -> None:
    page.goto(demo.fairlead)
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_hidden()
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="all keys").click()
    expect(keys).to_be_visible()


def test_severities_are_left_out_by_a_key_and_keys_still_work_on_the_box(page: Page, demo: Demo) -> None:
    page.goto(change(demo, 2))
    box = page.get_by_role("checkbox", name="errors")
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator(".finding").first).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.locator(".finding").first).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".finding").first).to_be_focused()


def test_tab_reaches_everything_and_shows_where_it_is(page: Page, demo: Demo) -> None:
    for path in (
        "/",
        "/rules/yaml/syntax",
        f"/changes/{demo.changes()[3]['id']}",
        f"/changes/{demo.changes()[1]['id']}/effects",
    ):
        page.goto(f"{demo.fairlead}{path}")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
        for _ in range(80):
            assert page.evaluate(FOCUS_SHOWS), page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
            page.evaluate("document.activeElement.dataset.reached = 'yes'")
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
        assert page.evaluate(UNREACHED) == []


def test_the_first_link_skips_to_the_content(page: Page, demo: Demo) -> None:
    page.goto(change(demo, 2))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("main a").first).to_be_focused()
