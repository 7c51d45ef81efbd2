"""What people see in the pages."""

import re

import httpx
import pytest
from judged_changes import finding, judged, judgement, proposed

from app.forges.base import ChangeState
from app.store.ledger import Ledger
from app.store.read import Step, StepState
from validators.model import FindingStatus, Location, Severity


async def text(site: httpx.AsyncClient, path: str, status: int = 200) -> str:
    answer = await site.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


async def test_an_empty_service_says_what_to_do(site: httpx.AsyncClient) -> None:
    page = await text(site, "/")
    assert "No changes yet" in page
    assert "Open a pull request" in page


async def test_changes_stand_under_what_they_wait_for(site: httpx.AsyncClient, ledger: Ledger) -> None:
    await judged(ledger, judgement(finding()), proposed(1, "Blocked one"))
    await judged(ledger, judgement(), proposed(2, "Ready one"))
    await ledger.take_up(proposed(3, "Running one"))
    await ledger.take_up(proposed(4, "Merged one", ChangeState.MERGED))
    page = await text(site, "/")
    order = [
        page.index(word) for word in ("Blocked one", "Being judged", "Running one", "Ready one", "Lately merged", "Merged one")
    ]
    assert order == sorted(order)
    assert "1 change blocked · Fairlead</title>" in page


async def test_a_search_that_finds_nothing_says_so(site: httpx.AsyncClient, ledger: Ledger) -> None:
    await judged(ledger, judgement())
    assert "Nothing matches “redis”" in await text(site, "/?q=redis")
    assert "Scale the shop window" in await text(site, "/?q=window")


async def test_a_finding_shows_its_code_its_cause_and_its_fix(site: httpx.AsyncClient, ledger: Ledger) -> None:
    change, _ = await judged(ledger, judgement(finding()))
    page = await text(site, f"/changes/{change}")
    assert "1 error blocks the merge" in page
    assert '<span class="cause">minReadySecond: 5</span>' in page
    assert "<code>spec.minReadySecond</code> is not a field" in page
    assert 'is-add" data-n="11">  minReadySeconds: 5</span>' in page
    assert 'href="/rules/schema/unknown-field"' in page
    assert "https://forge.test/shop/gitops/pull/7/blob/apps/web/deployment.yaml#L11" in page


async def test_what_was_there_before_and_what_is_fixed_is_folded_away(site: httpx.AsyncClient, ledger: Ledger) -> None:
    old = finding(FindingStatus.EXISTING, fingerprint="b1")
    gone = finding(FindingStatus.FIXED, fingerprint="b2", location=Location("apps/web/deployment.yaml"), suggestion=None)
    change, _ = await judged(ledger, judgement(old, gone))
    page = await text(site, f"/changes/{change}")
    assert "Ready to merge" in page
    assert "<b>1 fixed</b> by this change" in page
    assert "<b>1 existing</b>, left alone" in page
    assert "No new findings" in page


async def test_what_was_not_checked_is_said(site: httpx.AsyncClient, ledger: Ledger) -> None:
    change, _ = await judged(ledger, judgement())
    page = await text(site, f"/changes/{change}")
    assert "<b>2 resources checked</b>; <b>1 not</b>" in page
    assert "no schema for kafka.strimzi.io/v1beta2" in page


async def test_what_it_would_do_stands_by_unit(site: httpx.AsyncClient, ledger: Ledger) -> None:
    change, _ = await judged(ledger, judgement())
    page = await text(site, f"/changes/{change}/effects")
    assert "Deployment/web" in page
    assert "spec.<wbr>replicas" in page
    assert "<del>2</del>" in page
    assert "<ins>3</ins>" in page
    assert "<code>web</code> is down meanwhile." in page


async def test_the_timeline_tells_what_happened(site: httpx.AsyncClient, ledger: Ledger) -> None:
    change, _ = await judged(ledger, judgement())
    page = await text(site, f"/changes/{change}/timeline")
    assert page.index("Judged") < page.index("opened")


async def test_progress_is_never_without_a_number(site: httpx.AsyncClient, ledger: Ledger) -> None:
    taken = await ledger.take_up(proposed())
    assert taken.run
    await ledger.judging(
        taken.run, (Step("fetch", StepState.DONE), Step("schema", StepState.RUNNING, 3, 9), Step("publish", StepState.WAITING))
    )
    key = await ledger.key(taken.run)
    assert key
    page = await text(site, f"/changes/{key.change}")
    assert "Judging: schema 3 of 9 files" in page
    assert "1 done, 1 running, 1 waiting" in page
    assert 'aria-busy="true"' in page


async def test_our_own_fault_shows_its_reference(site: httpx.AsyncClient, ledger: Ledger) -> None:
    taken = await ledger.take_up(proposed())
    assert taken.run
    await ledger.failed(taken.run, "FL-7Q2M91")
    key = await ledger.key(taken.run)
    assert key
    page = await text(site, f"/changes/{key.change}")
    assert "it is our fault" in page
    assert "FL-7Q2M91" in page


async def test_what_a_change_contains_is_text_and_nothing_else(site: httpx.AsyncClient, ledger: Ledger) -> None:
    hostile = "<svg onload=alert(1)>{{77*13}}`</code><script>`\u202e"
    change, _ = await judged(
        ledger,
        judgement(finding(title=hostile, message=hostile, location=Location(f"{hostile}.yaml", 11, 11, 3))),
        proposed(7, hostile),
    )
    for path in ("/", f"/changes/{change}", f"/changes/{change}/effects", f"/changes/{change}/timeline"):
        page = await text(site, path)
        assert "<svg onload" not in page
        assert "</code><script>" not in page
        assert "1001" not in re.sub(r"[0-9a-f]{12,}", "", page.split("<main")[1])


@pytest.mark.parametrize("path", ["/changes/nope", "/changes/nope/effects", "/rules/no/rule", "/changes/x/no-such-tab"])
async def test_what_is_not_there_is_said_in_words(site: httpx.AsyncClient, path: str) -> None:
    assert "Nothing is here" in await text(site, path, 404)


async def test_a_rule_has_a_page(site: httpx.AsyncClient) -> None:
    page = await text(site, "/rules/yaml/syntax")
    assert "kubectl, Argo CD and Flux refuse the file" in page
    assert "yaml/syntax" in await text(site, "/rules")


async def test_the_theme_is_kept_in_a_cookie_and_leads_back_on_this_host_only(site: httpx.AsyncClient) -> None:
    answer = await site.post("/theme", data={"theme": "dark"}, headers={"referer": "http://fairlead.test/rules"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/rules")
    assert 'data-theme="dark"' in await text(site, "/rules")
    for elsewhere in ("http://evil.test/", "http://fairlead.test//evil.test/", "http://fairlead.test/\\evil.test"):
        answer = await site.post("/theme", data={"theme": "dark"}, headers={"referer": elsewhere})
        assert answer.headers["location"] in {"/", "/evil.test/", "/evil.test"}


@pytest.mark.parametrize("path", ["/", "/rules", "/nowhere", "/static/fairlead.css", "/api/v1/changes"])
async def test_every_answer_says_what_a_browser_may_load(site: httpx.AsyncClient, path: str) -> None:
    policy = (await site.get(path)).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


async def test_pages_load_nothing_from_elsewhere_and_hold_no_inline_script(site: httpx.AsyncClient, ledger: Ledger) -> None:
    change, _ = await judged(ledger, judgement(finding()))
    for path in ("/", f"/changes/{change}", "/rules"):
        page = await text(site, path)
        assert re.findall(r"<script(?![^>]* src=\"/static/)", page) == []
        assert re.findall(r"""(?:src|<link[^>]* href)=["'](?!/static/)""", page) == []
        assert re.findall(r"\sstyle=|\son\w+=", page) == []


async def test_findings_of_one_file_stand_together_the_worst_file_first(site: httpx.AsyncClient, ledger: Ledger) -> None:
    mild = finding(fingerprint="m", severity=Severity.WARNING, location=Location("a.yaml", 1, 1, 1), suggestion=None)
    change, _ = await judged(ledger, judgement(mild, finding()))
    page = await text(site, f"/changes/{change}")
    assert page.index('<h2 id="file-1">apps/web/deployment.yaml') < page.index('<h2 id="file-2">a.yaml')
