"""The pages, as a browser without scripts sees them."""

import re

import pytest
import requests
from devforge_shop import NUMBERS, Shop

from app.devforge.pages.markdown import rendered


class Browser:
    """Keeps cookies and fills in the forms of the page it is on."""

    def __init__(self, shop: Shop) -> None:
        self.base = shop.forge.base_url
        self.session = requests.Session()
        self.page = ""

    def open(self, path: str, status: int = 200) -> str:
        """Go to a page."""
        answer = self.session.get(self.base + path, timeout=10)
        assert answer.status_code == status, answer.text
        self.page = answer.text
        return answer.text

    def send(self, path: str, status: int = 200, /, **fields: str) -> str:
        """Send a form of the page."""
        token = re.search(r'name="form_token" value="(\w+)"', self.page)
        assert token
        answer = self.session.post(self.base + path, data={"form_token": token[1], **fields}, timeout=10)
        assert answer.status_code == status, answer.text
        self.page = answer.text
        return answer.text

    def sign_in(self, login: str) -> "Browser":
        """Be somebody."""
        self.open("/login")
        self.send("/login", login=login, after="/")
        return self


@pytest.fixture
def number(shop: Shop) -> int:
    """A pull request on which the bot has said something."""
    shop.forge.protect_branch("shop/gitops", "main", ["fairlead/checks"])
    shop.clone.branch("topic", {"numbers": NUMBERS.replace("line 20\n", "line twenty\n")})
    number = (
        shop.user("ada").get_repo("shop/gitops").create_pull(base="main", head="topic", title="Twenty <b>in</b> words").number
    )
    pull = shop.bot().get_repo("shop/gitops").get_pull(number)
    pull.create_review(
        event="COMMENT", comments=[{"path": "numbers", "line": 20, "body": "Write `20`.\n```suggestion\nline 20\n```"}], body=""
    )
    return number


def test_a_stranger_sees_no_private_repository(shop: Shop) -> None:
    browser = Browser(shop)
    assert "shop/gitops" not in browser.open("/")
    browser.open("/shop/gitops", 404)


def test_a_branch_becomes_a_pull_request_by_the_form(shop: Shop) -> None:
    shop.clone.branch("fresh", {"new": "1\n"})
    browser = Browser(shop).sign_in("ada")
    assert "/shop/gitops/compare/fresh" in browser.open("/shop/gitops")
    assert "+1" in browser.open("/shop/gitops/compare/fresh")
    page = browser.send("/shop/gitops/pulls", base="main", head="fresh", title="Something new", body="**Why** not?")
    assert "Something new" in page
    assert "<strong>Why</strong> not?" in page


def test_what_the_bot_said_stands_in_the_diff(shop: Shop, number: int) -> None:
    page = Browser(shop).sign_in("rita").open(f"/shop/gitops/pull/{number}/files")
    after = page[page.index("+line twenty") :]
    assert after.index("Write <code>20</code>.") < after.index("line 21")
    assert re.search(r"- line twenty\n</span><span class=\"diff-add\">\+ line 20\n</span>", after)


def test_text_from_people_is_no_markup(shop: Shop, number: int) -> None:
    page = Browser(shop).sign_in("rita").open(f"/shop/gitops/pull/{number}")
    assert "Twenty &lt;b&gt;in&lt;/b&gt; words" in page
    assert "<b>in</b>" not in page


def test_the_merge_button_waits_for_the_required_status(shop: Shop, number: int) -> None:
    browser = Browser(shop).sign_in("ada")
    page = browser.open(f"/shop/gitops/pull/{number}")
    assert re.search(r'value="merge"\s+disabled', page)
    assert "Waiting for status to be reported" in page
    commit = shop.bot().get_repo("shop/gitops").get_branch("topic").commit
    browser.send(f"/shop/gitops/pull/{number}/merge", 405, method="merge", sha=commit.sha)
    commit.create_status("success", context="fairlead/checks", description="All is well")
    page = browser.open(f"/shop/gitops/pull/{number}")
    assert not re.search(r'value="merge"\s+disabled', page)
    assert "All is well" in page
    assert "Merged" in browser.send(f"/shop/gitops/pull/{number}/merge", method="merge", sha=commit.sha)


def test_a_thread_is_answered_resolved_and_folded(shop: Shop, number: int) -> None:
    browser = Browser(shop).sign_in("ada")
    page = browser.open(f"/shop/gitops/pull/{number}")
    action = re.search(r'action="(/shop/gitops/pull/\d+/threads/\d+/reply)"', page)
    assert action
    page = browser.send(action[1], body="Done.", then="resolve", after=f"/shop/gitops/pull/{number}")
    assert "Done." in page
    assert re.search(r'<details class="thread resolved" id="thread-\d+">', page)


def test_a_comment_and_a_reaction_are_seen_by_the_api(shop: Shop, number: int) -> None:
    browser = Browser(shop).sign_in("rita")
    browser.open(f"/shop/gitops/pull/{number}")
    browser.send(f"/shop/gitops/pull/{number}/comment", body="/recheck")
    (comment,) = shop.bot().get_repo("shop/gitops").get_pull(number).get_issue_comments()
    assert (comment.body, comment.user.login) == ("/recheck", "rita")
    browser.send(f"/shop/gitops/pull/{number}/react", kind="issue_comment", id=str(comment.id), content="eyes", after="/")
    assert [one.content for one in comment.get_reactions()] == ["eyes"]


def test_a_line_is_commented_on_from_the_diff(shop: Shop, number: int) -> None:
    browser = Browser(shop).sign_in("rita")
    page = browser.open(f"/shop/gitops/pull/{number}/files?path=numbers&side=RIGHT&line=20")
    assert "Comment on line 20" in page
    browser.send(f"/shop/gitops/pull/{number}/line", path="numbers", side="RIGHT", line="20", body="Agreed.")
    assert [one.body for one in shop.bot().get_repo("shop/gitops").get_pull(number).get_review_comments()][-1] == "Agreed."


def test_readers_cannot_merge_close_or_resolve(shop: Shop, number: int) -> None:
    browser = Browser(shop).sign_in("rita")
    browser.open(f"/shop/gitops/pull/{number}")
    browser.send(f"/shop/gitops/pull/{number}/merge", 403, method="merge")
    browser.open(f"/shop/gitops/pull/{number}")
    browser.send(f"/shop/gitops/pull/{number}/comment", 403, body="", then="close")
    assert shop.user("ada").get_repo("shop/gitops").get_pull(number).state == "open"


def test_forms_of_other_sites_are_refused(shop: Shop, number: int) -> None:
    browser = Browser(shop).sign_in("ada")
    url = f"{browser.base}/shop/gitops/pull/{number}/comment"
    assert browser.session.post(url, data={"body": "x"}, timeout=10).status_code == 403
    assert browser.session.post(url, data={"body": "x", "form_token": "0" * 64}, timeout=10).status_code == 403
    page = browser.open(f"/shop/gitops/pull/{number}")
    token = re.search(r'name="form_token" value="(\w+)"', page)
    assert token
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert (
        browser.session.post(url, data={"body": "x", "form_token": token[1]}, headers=elsewhere, timeout=10).status_code == 403
    )
    assert (
        "samesite=strict"
        in requests.post(
            f"{browser.base}/login",
            data={"login": "ada", "form_token": _strangers_token(browser.base)},
            timeout=10,
            allow_redirects=False,
        )
        .headers["set-cookie"]
        .lower()
    )


def _strangers_token(base: str) -> str:
    found = re.search(r'name="form_token" value="(\w+)"', requests.get(f"{base}/login", timeout=10).text)
    assert found
    return found[1]


def test_another_name_for_this_machine_is_not_served(shop: Shop) -> None:
    assert requests.get(shop.forge.base_url, headers={"Host": "evil.example"}, timeout=10).status_code == 400


def test_pages_forbid_scripts(shop: Shop) -> None:
    answer = requests.get(shop.forge.base_url, timeout=10)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; img-src 'self'; style-src 'self'")
    assert "<script" not in answer.text


def test_deliveries_are_shown_with_their_payload(shop: Shop, number: int) -> None:
    browser = Browser(shop).sign_in("ada")
    assert "Nothing yet." in browser.open("/settings/apps/fairlead/deliveries")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a | b\n-|-\n1 | 2", "<table>"),
        ("~~no~~", "<s>no</s>"),
        ("- [x] done", '<span class="task">☑</span> done'),
        ("see https://example.org/a.", '<a href="https://example.org/a">https://example.org/a</a>.'),
        ("thanks @ada!", '<a href="/ada" class="mention">@ada</a>!'),
        ("mail a@b.c", "mail a@b.c"),
        ("`@ada`", "<code>@ada</code>"),
        ("<details><summary>more</summary>\n\n**x**\n\n</details>", "<strong>x</strong>"),
        ("```diff\n+ a\n- b\n```", '<span class="diff-add">+ a\n</span><span class="diff-del">- b\n</span>'),
        ("<!-- hidden -->shown", "shown"),
        ("x<br>y", "x<br>y"),
    ],
)
def test_markdown_as_github_shows_it(written: str, shown: str) -> None:
    assert shown in rendered(written)


@pytest.mark.parametrize(
    ("written", "forbidden"),
    [
        ("<script>alert(1)</script>", "alert"),
        ("<img src=x onerror=alert(1)>", "onerror"),
        ("<a href='java\nscript:alert(1)'>x</a>", "href"),
        ("[x](javascript:alert(1))", 'href="javascript'),
        ("<iframe src=//x></iframe>", "iframe"),
        ("<div style='position:fixed'>x</div>", "style"),
        ("<div class='state state-merged'>x</div>", "class"),
        ("<form action=/x><button>x</button></form>", "button"),
        ("<svg><style>x</style></svg>", "svg"),
        ("</main></body>x", "main"),
    ],
)
def test_markup_that_github_would_not_let_through_is_gone(written: str, forbidden: str) -> None:
    assert forbidden not in rendered(written)


def test_open_tags_do_not_leak_out_of_a_comment() -> None:
    assert rendered("<details><b>").count("</details>") == 1
