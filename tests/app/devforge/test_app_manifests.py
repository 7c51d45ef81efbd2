"""Apps made from a manifest, as another site and a browser see it: drafted, confirmed, and the keys had once for the code."""

import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from devforge_shop import Shop
from github import Auth, Github

MANIFEST: Mapping[str, object] = {
    "name": "Guard",
    "url": "https://guard.example",
    "redirect_url": "http://127.0.0.1:9/done",
    "hook_attributes": {"url": "http://127.0.0.1:9/hook"},
    "default_permissions": {"pull_requests": "write", "contents": "read"},
    "default_events": ["pull_request", "push"],
}
ELSEWHERE = {"sec-fetch-site": "cross-site"}


class Browser(httpx.Client):
    """One that lets go of its connections after each page."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(base_url=shop.forge.base_url, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))


def browser(shop: Shop, login: str = "olga") -> Browser:
    """Somebody who is signed in."""
    client = Browser(shop)
    token = form_token(client.get("/login").text)
    client.post("/login", data={"login": login, "form_token": token})
    return client


def form_token(page: str) -> str:
    found = re.search(r'name="form_token" value="(\w+)"', page)
    assert found
    return found[1]


def confirmed(client: httpx.Client, manifest: Mapping[str, object] = MANIFEST, owner: str = "/organizations/shop") -> str:
    """The code that comes back for a manifest."""
    data = {"manifest": json.dumps(manifest)}
    draft = client.post(f"{owner}/settings/apps/new", params={"state": "s1"}, data=data, headers=ELSEWHERE)
    assert draft.status_code == 303, draft.text
    page = client.get(draft.headers["location"])
    assert "form-action 'self' http://127.0.0.1:9;" in page.headers["content-security-policy"] + ";"
    back = client.post(draft.headers["location"], data={"name": "Guard", "form_token": form_token(page.text)})
    assert back.status_code == 302, back.text
    target = urlsplit(back.headers["location"])
    assert (target.netloc, target.path) == ("127.0.0.1:9", "/done")
    told = parse_qs(target.query)
    assert told["state"] == ["s1"]
    return told["code"][0]


def test_the_code_is_good_for_the_keys_once(shop: Shop) -> None:
    code = confirmed(browser(shop))
    answer = httpx.post(f"{shop.api}/app-manifests/{code}/conversions")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["slug"], made["name"], made["owner"]["login"], made["events"]) == (
        "guard",
        "Guard",
        "shop",
        ["pull_request", "push"],
    )
    assert len(made["webhook_secret"]) >= 40
    with Github(auth=Auth.AppAuth(made["id"], made["pem"]), base_url=shop.api, retry=None) as app:
        assert app.requester.requestJsonAndCheck("GET", "/app")[1]["slug"] == "guard"
    assert httpx.post(f"{shop.api}/app-manifests/{code}/conversions").status_code == 404
    assert httpx.post(f"{shop.api}/app-manifests/{'0' * 40}/conversions").status_code == 404


def test_another_site_can_draft_an_app_but_not_make_one(shop: Shop) -> None:
    client = browser(shop)
    draft = client.post("/settings/apps/new", data={"manifest": json.dumps(MANIFEST)}, headers=ELSEWHERE)
    token = form_token(client.get(draft.headers["location"]).text)
    forged = client.post(draft.headers["location"], data={"name": "Guard", "form_token": token}, headers=ELSEWHERE)
    assert forged.status_code == 403


def test_only_owners_make_apps_of_an_organization(shop: Shop) -> None:
    ada = browser(shop, "ada")
    draft = ada.post("/organizations/shop/settings/apps/new", data={"manifest": json.dumps(MANIFEST)}, headers=ELSEWHERE)
    assert ada.get(draft.headers["location"]).status_code == 404
    assert Browser(shop).get(draft.headers["location"]).status_code == 401


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"default_events": ["issue_comment"]}, "Default events are not supported by permissions: issue_comment"),
        ({"default_events": ["installation"]}, "Default events unsupported: installation"),
        ({"url": "guard"}, "url: "),
        ({"redirect_url": "javascript:alert(1)"}, "redirect_url: "),
    ],
)
def test_a_manifest_that_github_refuses_is_refused(shop: Shop, changed: Mapping[str, object], why: str) -> None:
    data = {"manifest": json.dumps({**MANIFEST, **changed})}
    answer = browser(shop).post("/settings/apps/new", data=data, headers=ELSEWHERE)
    assert answer.status_code == 422
    assert why in answer.text


def test_a_name_is_taken_once(shop: Shop) -> None:
    client = browser(shop)
    draft = client.post("/settings/apps/new", data={"manifest": json.dumps(MANIFEST)}, headers=ELSEWHERE)
    token = form_token(client.get(draft.headers["location"]).text)
    taken = client.post(draft.headers["location"], data={"name": "Fairlead", "form_token": token})
    assert taken.status_code == 422
    assert "Name has already been taken" in taken.text


def test_it_is_installed_where_its_owner_says(shop: Shop) -> None:
    client = browser(shop)
    httpx.post(f"{shop.api}/app-manifests/{confirmed(client)}/conversions")
    page = client.get("/apps/guard/installations/new")
    number = shop.forge.repository("shop/gitops").id
    form = {"which": "selected", "form_token": form_token(page.text)}
    assert client.post("/apps/guard/installations", data=form).status_code == 422
    done = client.post("/apps/guard/installations", data={**form, f"repository-{number}": "on"})
    assert done.headers["location"].startswith("/settings/installations/")
    assert "shop/gitops" in client.get(done.headers["location"]).text
    assert "already" in client.get("/apps/guard").text
    assert browser(shop, "ada").get("/apps/guard").status_code == 404
