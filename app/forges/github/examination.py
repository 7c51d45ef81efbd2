"""How the App is at GitHub: who we are there, what we may do, what we hear, where we are installed. Nothing is changed.

Each question is a line of `fairlead doctor`. The first that can't be answered ends it, for the others need its answer.
"""

from collections.abc import Callable, Iterator
from http import HTTPStatus

from app.examined import Line, missing, note, well
from app.forges.github import app_manifest
from app.forges.github.app_manifest import lacking, settings_page, unheard
from app.forges.github.examined_deliveries import deliveries, webhook
from app.forges.github.examined_installations import installations
from app.forges.github.examined_session import BadKey, Examined, NoAnswer, TheApp
from app.forges.github.settings import GitHubSettings

SKEW_SECONDS = 30
"""From here on the difference of two clocks is told."""
_REACH = "see to DNS, proxy (HTTPS_PROXY), firewall and egress rules of this machine, and to FAIRLEAD_GITHUB_API_URL"


def examine(settings: GitHubSettings, expected_webhook: str, clock: Callable[[], float]) -> Iterator[Line]:
    """Everything about the App, from the API's reach to its installations. `expected_webhook` is our own address for it."""
    try:
        with Examined(settings, clock) as session:
            yield from _look(session, expected_webhook)
    except BadKey as problem:
        yield missing("private key", str(problem), "generate a new one in the App's settings, and store the whole file")
    except NoAnswer as problem:
        yield missing("GitHub's API", f"{settings.api_url} {problem}", _REACH)


def _look(session: Examined, expected_webhook: str) -> Iterator[Line]:
    answer = session.get("/app")
    yield well("GitHub's API", f"{session.settings.api_url} answers")
    yield _clock(session)
    if answer.status_code != HTTPStatus.OK:
        yield _who(session, answer.status_code, session.message(answer))
        return
    app = session.the_app(answer)
    if app is None:
        address = "FAIRLEAD_GITHUB_API_URL is https://api.github.com, or https://HOST/api/v3 of an Enterprise Server"
        yield missing("GitHub's API", f"{session.settings.api_url} does not answer as GitHub does", address)
        return
    yield well("App", f"{app.slug}, id {app.id}, of {app.owner}")
    yield from _permissions(session, app)
    yield from _events(session, app)
    yield from webhook(session, app, expected_webhook)
    yield from deliveries(session, app, expected_webhook)
    yield from installations(session, app)


def _clock(session: Examined) -> Line:
    """A JSON web token says when it was made and when it ends; GitHub holds both against its own clock."""
    skew = session.skew
    if skew is None:
        return note("clock", "GitHub's answer does not say what time it is there")
    if abs(skew) <= SKEW_SECONDS:
        return well("clock", f"{abs(skew):.0f} s from GitHub's")
    direction = "ahead of" if skew > 0 else "behind"
    said = f"{abs(skew):.0f} s {direction} GitHub's"
    limits = f"GitHub refuses us when we are {session.ahead_limit:.0f} s ahead or {session.behind_limit:.0f} s behind"
    todo = f"set the clock by NTP (timedatectl, chrony): {limits}"
    beyond = skew >= session.ahead_limit or -skew >= session.behind_limit
    return missing("clock", said, todo) if beyond else note("clock", said, todo)


def _who(session: Examined, status: int, said: str) -> Line:
    """Why GitHub does not take us for the App: each of its messages means one thing."""
    number, host = session.settings.app_id, session.settings.api_url
    lowered = said.lower()
    if status == HTTPStatus.NOT_FOUND or "integration not found" in lowered:
        todo = "FAIRLEAD_GITHUB_APP_ID is the number under About on the App's page, FAIRLEAD_GITHUB_API_URL that GitHub's API"
        return missing("App id", f"{host} knows no App with the id {number}: {said}", todo)
    if status == HTTPStatus.UNAUTHORIZED and ("iat" in lowered or "exp" in lowered):
        return missing("clock", f"GitHub refuses us for our clock: {said}", "set the clock by NTP (timedatectl, chrony)")
    if status == HTTPStatus.UNAUTHORIZED:
        todo = f"generate a private key in the settings of the App {number} and store it, or set FAIRLEAD_GITHUB_APP_ID right"
        return missing("private key", f"it is not a key of the App {number}: {said}", todo)
    return missing(
        "App", f"GitHub says {status}: {said}", "try again later; GitHub's status is at https://www.githubstatus.com"
    )


def _permissions(session: Examined, app: TheApp) -> Iterator[Line]:
    page = f"{settings_page(session.settings.web_url, app.organization, app.slug)}/permissions"
    absent = lacking(app.permissions)
    for each in absent:
        has = app.permissions.get(each.name, "none")
        todo = f"set {each.label} to {each.level}, save, and accept it for each installation"
        yield missing(f"permission {each.name}", f"{has}, needs {each.least}: {each.why}", todo, page)
    for each in app_manifest.PERMISSIONS:
        if each not in absent and not app_manifest.allows(app.permissions, each.name, each.level):
            yield note(
                f"permission {each.name}",
                f"{app.permissions.get(each.name, 'none')}: {each.without}",
                url=page,
            )
    known = {each.name: each for each in app_manifest.PERMISSIONS}
    more = [
        f"{name}: {level}"
        for name, level in sorted(app.permissions.items())
        if level != "none" and (name not in known or not app_manifest.allows({name: known[name].level}, name, level))
    ]
    if more:
        yield note("permissions", f"more than Fairlead needs: {', '.join(more)}", "take them away", page)
    if not absent:
        yield well("permissions", f"all {len(known)} that are needed")


def _events(session: Examined, app: TheApp) -> Iterator[Line]:
    page = f"{settings_page(session.settings.web_url, app.organization, app.slug)}/permissions"
    absent = unheard(app.events, app.permissions)
    for each in absent:
        todo = f"tick {each.label} under Subscribe to events, and save"
        yield (note if each.optional else missing)(f"event {each.name}", f"not subscribed: {each.why}", todo, page)
    if not absent:
        yield well("events", f"all {len(app_manifest.EVENTS)} that are needed")
