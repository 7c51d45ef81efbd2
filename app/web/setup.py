"""The set-up pages: a GitHub App is registered from a manifest, and its keys are kept.

They are an application of their own, served before there is an App, at /setup of the service or on loopback by
`fairlead github create-app`. https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Literal
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, BackgroundTasks, Cookie, Depends, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from app.forges.github.app_manifest import EVENTS, PERMISSIONS, WEBHOOK_PATH, Wanted, manifest, registration_page
from app.forges.github.registration import NotRegistered, RegisteredApp, register
from app.github_keys import KeysExist
from app.web.headers import CONTENT_SECURITY_POLICY, SecurityHeaders
from app.web.setup_choice import Choice
from app.web.setup_door import SESSION_SECONDS, Door, Errand, NotLetIn
from app.web.site import KeptForEver
from app.web.templating import STATIC, page

COOKIE = "fairlead_setup"
NOT_KEPT = (
    "GitHub made the App, but its keys could not be written to {where} ({why}). Delete the App in GitHub's settings, "
    "see to it that the folder can be written, and begin anew."
)
log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Setup:
    """What the pages need. `keep` writes the keys, raising OSError or KeysExist; `finished` follows after the last page.

    `where` says where the keys go, `afterwards` what happens then, in sentences. `decided`: the choice was made already.
    """

    door: Door
    choice: Choice
    decided: bool
    where: str
    afterwards: tuple[str, ...]
    keep: Callable[[RegisteredApp], None]
    finished: Callable[[], None]


def setup_application(setup: Setup) -> FastAPI:
    """The set-up pages, and nothing else. `/readyz` and webhooks answer 503 as long as they are served."""
    application = FastAPI(title="Fairlead", docs_url=None, redoc_url=None, openapi_url=None)
    application.state.setup = setup
    application.include_router(router)
    application.mount("/static", KeptForEver(directory=STATIC), name="static")
    application.add_middleware(SecurityHeaders)
    application.add_exception_handler(RequestValidationError, _malformed)
    return application


def _setup(request: Request) -> Setup:
    found: Setup = request.app.state.setup
    return found


At = Annotated[Setup, Depends(_setup)]
Session = Annotated[str, Cookie(alias=COOKIE, max_length=200)]
Short = Annotated[str, Query(max_length=300)]


@router.get("/")
async def root() -> Response:
    """There is nothing else yet."""
    return RedirectResponse("/setup", 303)


@router.get("/healthz")
async def alive() -> Response:
    """It lives."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
@router.post(WEBHOOK_PATH)
async def not_ready() -> Response:
    """It can't work yet; GitHub may send again later."""
    return PlainTextResponse("not set up yet: open the link that the log shows, or run `fairlead github setup-link`\n", 503)


@router.get("/setup")
async def choose(request: Request, at: At, session: Session = "", token: Short = "", again: Literal["", "1"] = "") -> Response:
    """The first page: where, for whom, how much."""
    if token:
        return _let_in(request, at, token)
    if not at.door.knows(session):
        return _closed(request, "This page is for whoever runs this service.")
    if at.decided and not again:
        return RedirectResponse("/setup/review", 303)
    choice = _chosen(at, request)
    return _shown(request, "setup/choose.html", choice=choice, problems=choice.problems())


@router.get("/setup/review")
async def review(request: Request, at: At, session: Session = "") -> Response:
    """The second page: what GitHub will be asked for, and the button that asks for it."""
    if not at.door.knows(session):
        return _closed(request, "This page is for whoever runs this service.")
    choice = _chosen(at, request)
    if problems := choice.problems():
        return _shown(request, "setup/choose.html", 422, choice=choice, problems=problems)
    wanted = Wanted(
        choice.name.strip(), choice.organization, choice.contents, choice.public_url, f"{_own_address(request, at)}/setup/done"
    )
    state = at.door.expect(session, Errand(choice.web_url, choice.api_url, wanted))
    answer = _shown(
        request,
        "setup/review.html",
        choice=choice,
        where=at.where,
        action=f"{registration_page(choice.web_url, choice.organization)}?{urlencode({'state': state})}",
        manifest=json.dumps(manifest(wanted)),
        webhook=choice.public_url + WEBHOOK_PATH,
        permissions=[replace(each, level=choice.contents) if each.name == "contents" else each for each in PERMISSIONS],
        events=EVENTS,
        back=f"/setup?{urlencode({'again': '1', **dict(request.query_params)})}",
    )
    answer.headers["content-security-policy"] = _policy_with(choice.web_url)
    return answer


@router.get("/setup/done")
def done(
    request: Request, at: At, finishing: BackgroundTasks, session: Session = "", code: Short = "", state: Short = ""
) -> Response:
    """Where GitHub sends the browser: the code becomes keys, and the keys are kept."""
    if not at.door.knows(session):
        return _closed(request, "GitHub sent you here, but the set-up was begun in another browser, or too long ago.")
    errand = at.door.take(session, state)
    if errand is None:
        return _failed(
            request, "This answer of GitHub was used already, is older than an hour, or was not asked for here.", 400
        )
    try:
        app = register(errand.api_url, errand.web_url, code)
    except NotRegistered as problem:
        if problem.again:
            at.door.give_back(session, state, errand)
        return _failed(request, f"{problem}.", 502)
    try:
        at.keep(app)
    except (OSError, KeysExist) as error:
        log.error("the keys of the GitHub App %s could not be kept: %s", app.slug, error)  # noqa: TRY400 told in full
        return _failed(request, NOT_KEPT.format(where=at.where, why=error), 500)
    log.info("the GitHub App %s (id %s) is registered, its keys are in %s", app.slug, app.id, at.where)
    finishing.add_task(at.finished)
    return _shown(request, "setup/done.html", app=app, where=at.where, afterwards=at.afterwards)


def _let_in(request: Request, at: Setup, token: str) -> Response:
    """The token goes out of the address, so that neither the history nor a referrer keeps it."""
    try:
        session = at.door.enter(token)
    except NotLetIn as problem:
        return _closed(request, str(problem))
    answer = RedirectResponse("/setup", 303)
    secure = _own_address(request, at).startswith("https://")
    # Lax: GitHub sends the browser back here, and a stricter cookie would stay behind.
    answer.set_cookie(COOKIE, session, max_age=SESSION_SECONDS, path="/setup", httponly=True, secure=secure, samesite="lax")
    return answer


def _chosen(at: Setup, request: Request) -> Choice:
    """What the form says, over what is known already."""
    asked = request.query_params
    choice = at.choice.elsewhere(asked.get("github", ""))
    contents = asked.get("contents", choice.contents)
    return replace(
        choice,
        organization=asked.get("organization", choice.organization).strip(),
        name=asked.get("name", choice.name),
        contents="read" if contents == "read" else "write",
    )


def _own_address(request: Request, at: Setup) -> str:
    """Where this browser finds this page: the public address, unless it came another way, such as a forwarded port."""
    public = urlsplit(at.choice.public_url)
    return at.choice.public_url if request.headers.get("host") == public.netloc else str(request.base_url).rstrip("/")


def _policy_with(web_url: str) -> str:
    """The form of this page alone may go to GitHub."""
    return CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action {web_url}")


def _shown(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    answer = page(request, template, status, **values)
    answer.headers["cache-control"] = "no-store"
    return answer


def _closed(request: Request, why: str) -> HTMLResponse:
    return _shown(request, "setup/closed.html", 403, why=why)


def _failed(request: Request, why: str, status: int) -> HTMLResponse:
    return _shown(request, "setup/failed.html", status, why=why)


async def _malformed(request: Request, _error: Exception) -> Response:
    return _failed(request, "The address of this page is not one that Fairlead or GitHub made.", 400)
