"""Who is believed: tokens, and an app's JSON web token by GitHub's rules."""

import time
from collections.abc import Mapping

import jwt
import pytest
import requests
from devforge_shop import Shop

from app.devforge import apps


def get(shop: Shop, path: str, token: str = "", scheme: str = "Bearer") -> requests.Response:
    """GET from the API."""
    headers = {"Authorization": f"{scheme} {token}"} if token else {}
    return requests.get(shop.api + path, headers=headers, timeout=10)


def web_token(shop: Shop, claims: Mapping[str, object] | None = None, key: str = "") -> str:
    """A JSON web token of the app; `claims` replace the sound ones, None leaves one out."""
    now = int(time.time())
    claimed = {"iat": now - 60, "exp": now + 500, "iss": str(shop.keys.id), **(claims or {})}
    return jwt.encode(
        {name: value for name, value in claimed.items() if value is not None}, key or shop.keys.private_key, "RS256"
    )


def installation_token(shop: Shop, **asked: dict[str, str] | list[str]) -> requests.Response:
    """Ask for an installation token."""
    headers = {"Authorization": f"Bearer {web_token(shop)}"}
    return requests.post(
        f"{shop.api}/app/installations/{shop.installation}/access_tokens", json=asked, headers=headers, timeout=10
    )


def test_a_sound_web_token_is_the_app(one_shop: Shop) -> None:
    assert get(one_shop, "/app", web_token(one_shop)).json()["slug"] == "fairlead"


@pytest.mark.parametrize(
    ("shift", "status", "complaint"),
    [
        ({"exp": 661}, 401, "too far in the future"),
        ({"exp": -1}, 401, "numeric value representing the future time"),
        ({"iat": 60}, 401, "'Issued at' claim"),
        ({"exp": None}, 401, "Expiration time"),
        ({"iat": None}, 401, "'Issued at' claim"),
        ({"iss": None}, 401, "could not be decoded"),
        ({"iss": "999999"}, 404, "Integration not found"),
    ],
)
def test_an_unsound_one_is_nobody(one_shop: Shop, shift: dict[str, object], status: int, complaint: str) -> None:
    now = int(time.time())
    claims = {name: now + value if isinstance(value, int) else value for name, value in shift.items()}
    answer = get(one_shop, "/app", web_token(one_shop, claims))
    assert (answer.status_code, complaint in answer.json()["message"]) == (status, True), answer.text


def test_another_key_or_no_signature_is_nobody(shop: Shop) -> None:
    other = apps.register(shop.forge, "olga", apps.Manifest("other", {}, (), "", ""))
    assert get(shop, "/app", web_token(shop, key=other.private_key)).status_code == 401
    head, body, _ = web_token(shop).split(".")
    assert get(shop, "/app", f"{head}.{body}.").status_code == 401


def test_a_web_token_opens_no_repository_and_an_installation_token_no_app(one_shop: Shop) -> None:
    assert get(one_shop, "/repos/shop/gitops", web_token(one_shop)).status_code == 404
    assert get(one_shop, "/app", installation_token(one_shop).json()["token"]).status_code == 401


@pytest.mark.parametrize("scheme", ["token", "Bearer", "bearer"])
def test_any_unknown_token_is_bad_credentials(one_shop: Shop, scheme: str) -> None:
    answer = get(one_shop, "/repos/shop/gitops", "ghp_nonsense", scheme)
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


def test_an_installation_token_lasts_an_hour(shop: Shop) -> None:
    token = installation_token(shop).json()["token"]
    assert get(shop, "/repos/shop/gitops", token).status_code == 200
    apps.expire_tokens(shop.forge)
    assert get(shop, "/repos/shop/gitops", token).status_code == 401


def test_a_token_has_only_what_was_asked_for(one_shop: Shop) -> None:
    token = installation_token(one_shop, permissions={"contents": "read"}).json()["token"]
    sha = one_shop.clone.git("rev-parse", "origin/main")
    url = f"{one_shop.api}/repos/shop/gitops/statuses/{sha}"
    refused = requests.post(url, json={"state": "success"}, headers={"Authorization": f"token {token}"}, timeout=10)
    assert (refused.status_code, refused.json()["message"]) == (403, "Resource not accessible by integration")


def test_asking_for_more_than_was_granted_is_refused(one_shop: Shop) -> None:
    assert installation_token(one_shop, permissions={"administration": "write"}).status_code == 422
    assert installation_token(one_shop, repositories=["nothing"]).status_code == 422


def test_a_token_for_one_repository_does_not_see_another(shop: Shop) -> None:
    shop.forge.create_repository("shop/secrets", private=True)
    token = installation_token(shop, repositories=["gitops"]).json()["token"]
    assert get(shop, "/repos/shop/gitops", token).status_code == 200
    assert get(shop, "/repos/shop/secrets", token).status_code == 404
    assert [one["name"] for one in get(shop, "/installation/repositories", token).json()["repositories"]] == ["gitops"]


def test_a_removed_installation_is_nobody(shop: Shop) -> None:
    token = installation_token(shop).json()["token"]
    apps.uninstall(shop.forge, shop.installation)
    assert get(shop, "/repos/shop/gitops", token).status_code == 401
    assert get(shop, "/repos/shop/gitops/installation", web_token(shop)).status_code == 404
