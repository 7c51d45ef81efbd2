"""What holds for every page: on a phone, in the dark, for those who listen; and that nothing comes from elsewhere."""

from collections.abc import Callable

import pytest
from demo_process import Demo
from demo_visits import change
from playwright.sync_api import BrowserContext, Page, expect

PHONE = {"width": 390, "height": 844}
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
DARK, LIGHT = "rgb(14, 19, 23)", "rgb(246, 247, 249)"

OUTLINE = """() => {
  const nameless = [...document.querySelectorAll("button, input:not([type=hidden]), a[href], summary, progress, dialog, [role=dialog]")]
    .filter((one) => !(one.innerText?.trim() || one.textContent.trim() || one.ariaLabel || one.labels?.length
      || one.getAttribute("aria-labelledby") || one.title))
    .map((one) => one.outerHTML.slice(0, 100));
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const named = [...document.querySelectorAll("[aria-labelledby]")].flatMap((one) => one.getAttribute("aria-labelledby").split(" "));
  const levels = [...document.querySelectorAll("h1, h2, h3, h4")].filter((one) => !one.closest("[popover]"))
    .map((one) => Number(one.tagName[1]));
  return {
    lang: document.documentElement.lang,
    title: document.title.length > 8,
    h1: document.querySelectorAll("h1").length,
    landmarks: ["header", "main", "footer", "header nav[aria-label]"].filter((one) => document.querySelectorAll(one).length === 0),
    nameless,
    doubled: ids.filter((id, at) => ids.indexOf(id) !== at),
    dangling: named.filter((id) => !document.getElementById(id)),
    skipped: levels.filter((level, at) => at > 0 && level > levels[at - 1] + 1),
    pictures: [...document.querySelectorAll("img:not([alt]), svg:not([aria-hidden])")].length,
    loneColumns: [...document.querySelectorAll("th:not([scope])")].length,
  };
}"""
SOUND = {
    "lang": "en",
    "title": True,
    "h1": 1,
    "landmarks": [],
    "nameless": [],
    "doubled": [],
    "dangling": [],
    "skipped": [],
    "pictures": 0,
    "loneColumns": 0,
}


def addresses(demo: Demo) -> list[str]:
    """All kinds of pages, each with what the demo has for it."""
    tabs = [f"{change(demo, number)}{tab}" for number in (1, 2, 6) for tab in ("", "/effects", "/timeline")]
    others = [f"{change(demo, number)}" for number in (3, 4, 5)]
    plain = ("/", "/?q=nothing-is-called-so", "/rules", "/rules/schema/unknown-field", "/nowhere", "/changes/nowhere")
    return [*(f"{demo.fairlead}{path}" for path in plain), *tabs, *others]


def test_every_page_is_sound_for_those_who_listen_and_loads_nothing_from_elsewhere(page: Page, demo: Demo) -> None:
    for address in addresses(demo):
        page.goto(address)
        assert page.evaluate(OUTLINE) == SOUND, address


def test_a_phone_never_scrolls_sideways(visitor: Callable[..., BrowserContext], demo: Demo) -> None:
    page = visitor(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    for address in addresses(demo):
        page.goto(address)
        wide, screen = page.evaluate(WIDTHS)
        assert (wide, screen) == (390, 390), address


def test_a_phone_has_everything_within_reach(visitor: Callable[..., BrowserContext], demo: Demo) -> None:
    page = visitor(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    page.goto(change(demo, 3))
    expect(page.locator(".tabs").get_by_role("link", name="Plan")).to_be_in_viewport()
    for name in ("Changes", "Rules"):
        expect(page.get_by_label("Main").get_by_role("link", name=name)).to_be_in_viewport()
    page.locator("summary", has_text="Theme").tap()
    expect(page.get_by_role("button", name="Dark")).to_be_in_viewport()


@pytest.mark.parametrize(("system", "ground"), [("light", LIGHT), ("dark", DARK)])
def test_the_system_chooses_the_theme(visitor: Callable[..., BrowserContext], demo: Demo, system: str, ground: str) -> None:
    page = visitor(color_scheme=system).new_page()
    page.goto(demo.fairlead)
    expect(page.locator("body")).to_have_css("background-color", ground)


def test_a_chosen_theme_is_kept_and_given_back(visitor: Callable[..., BrowserContext], demo: Demo) -> None:
    page = visitor(color_scheme="light").new_page()
    page.goto(f"{change(demo, 2)}/timeline")
    theme = page.locator("summary", has_text="Theme")
    theme.click()
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url(f"{change(demo, 2)}/timeline")
    expect(page.locator("body")).to_have_css("background-color", DARK)
    page.goto(f"{demo.fairlead}/rules")
    expect(page.locator("body")).to_have_css("background-color", DARK)
    theme.click()
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="System").click()
    expect(page.locator("body")).to_have_css("background-color", LIGHT)


def test_the_forge_shows_the_same_pull_requests_without_a_fault(page: Page, demo: Demo) -> None:
    for path in ("", "/shop/gitops", "/shop/gitops/pulls", "/shop/gitops/pull/2", "/shop/gitops/pull/2/files", "/login"):
        page.goto(f"{demo.forge}{path}")
        expect(page.locator("main")).to_be_visible()
        assert page.locator("h1").count() <= 1
