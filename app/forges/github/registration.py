"""The last step of registering an App from a manifest: a code that GitHub gave to a browser is changed into the App's keys.

https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest
"""

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from app.forges.github.clients import API_VERSION, USER_AGENT

TIMEOUT_SECONDS = 15.0
_CODE = re.compile(r"[A-Za-z0-9_-]{1,200}")


class NotRegistered(Exception):
    """The App's keys could not be had. The text says why, and what to do; `again`: the same code may do the next time."""

    def __init__(self, why: str, *, again: bool = False) -> None:
        super().__init__(why)
        self.again = again


@dataclass(frozen=True, slots=True)
class RegisteredApp:
    """A new App with its keys; `page` is where people see and install it, `owner` the account that it belongs to."""

    id: int
    slug: str
    name: str
    owner: str
    organization: str
    page: str
    api_url: str
    web_url: str
    private_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)

    @property
    def install_page(self) -> str:
        """Where the App is installed on repositories."""
        return f"{self.page}/installations/new"


class _Owner(BaseModel):
    login: str
    type: str = "User"


class _Conversion(BaseModel):
    """What is read of GitHub's answer; the OAuth secret that it holds, too, is not needed and not kept."""

    id: int
    slug: str
    name: str
    html_url: str
    owner: _Owner
    pem: SecretStr
    webhook_secret: SecretStr | None = None


def register(api_url: str, web_url: str, code: str) -> RegisteredApp:
    """Change the code into the App that it stands for; GitHub does that once, within an hour. Raises NotRegistered."""
    if _CODE.fullmatch(code) is None:
        raise NotRegistered("what came back from GitHub holds no code: begin anew")
    host = urlsplit(api_url).hostname
    headers = {"Accept": "application/vnd.github+json", "User-Agent": USER_AGENT, "X-GitHub-Api-Version": API_VERSION}
    try:
        answer = httpx.post(f"{api_url}/app-manifests/{code}/conversions", headers=headers, timeout=TIMEOUT_SECONDS)
    except httpx.TimeoutException:
        raise NotRegistered(f"{host} did not answer within {TIMEOUT_SECONDS:.0f} s. {_LEFT_OVER}", again=True) from None
    except httpx.HTTPError as error:
        raise NotRegistered(f"{host} can't be reached ({error}). {_LEFT_OVER}", again=True) from None
    if answer.status_code != HTTPStatus.CREATED:
        raise _refusal(answer, str(host))
    return _read(answer, api_url, web_url)


_LEFT_OVER = (
    "GitHub has made the App, but its keys did not arrive: load this page again within the hour, "
    "or delete the App in GitHub's settings and begin anew"
)


def _refusal(answer: httpx.Response, host: str) -> NotRegistered:
    if answer.status_code == HTTPStatus.NOT_FOUND:
        once = "each is good for one hour and one use. Delete the App, if GitHub made one, and begin anew"
        return NotRegistered(f"{host} does not know this code: {once}")
    if answer.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS):
        later = "load this page again in some minutes, within the hour"
        return NotRegistered(f"{host} asks to wait ({answer.status_code}: {_said(answer)}): {later}", again=True)
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return NotRegistered(f"{host} failed with {answer.status_code}. {_LEFT_OVER}", again=True)
    return NotRegistered(f"{host} refuses with {answer.status_code}: {_said(answer)}. Is the address of its API right?")


def _said(answer: httpx.Response) -> str:
    """GitHub's message, in one line."""
    try:
        body = answer.json()
    except ValueError:
        return "no reason given"
    return " ".join(str(body.get("message", "no reason given")).split())[:300] if isinstance(body, dict) else "no reason given"


def _read(answer: httpx.Response, api_url: str, web_url: str) -> RegisteredApp:
    try:
        made = _Conversion.model_validate_json(answer.content)
    except ValidationError:
        raise NotRegistered(
            f"the answer of {urlsplit(api_url).hostname} is not that of a GitHub: is the address right?"
        ) from None
    if not (made.webhook_secret and made.webhook_secret.get_secret_value()):
        raise NotRegistered(
            f"GitHub made the App {made.name} without a webhook secret: delete it in GitHub's settings, and begin anew"
        )
    page = made.html_url if made.html_url.startswith(f"{web_url}/") else f"{web_url}/apps/{made.slug}"
    return RegisteredApp(
        id=made.id,
        slug=made.slug,
        name=made.name,
        owner=made.owner.login,
        organization=made.owner.login if made.owner.type == "Organization" else "",
        page=page,
        api_url=api_url,
        web_url=web_url,
        private_key=made.pem.get_secret_value(),
        webhook_secret=made.webhook_secret.get_secret_value(),
    )
