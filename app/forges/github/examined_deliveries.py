"""Whether GitHub's webhooks are sent to us, and whether they arrive."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from app.examined import Line, missing, note, well
from app.forges.github.app_manifest import settings_page
from app.forges.github.examined_session import Examined, TheApp

_NEWEST = 30


def webhook(session: Examined, app: TheApp, expected: str) -> Iterator[Line]:
    """Where the App's webhooks go, and whether they are signed."""
    page = settings_page(session.settings.web_url, app.organization, app.slug)
    answer = session.get("/app/hook/config")
    found = session.fields(answer) if answer.is_success else {}
    url = str(found.get("url") or "")
    if not url:
        yield missing("webhook", "it has no address", f"tick Active under Webhook and set its URL to {expected}", page)
        return
    if url != expected:
        todo = f"set the webhook's URL to {expected}, or FAIRLEAD_PUBLIC_URL to where Fairlead is reached"
        yield missing("webhook", f"goes to {url}", todo, page)
    if not found.get("secret"):
        yield missing(
            "webhook secret", "it has none, so that nothing it sends is believed", "set it to the one Fairlead has", page
        )
    if found.get("content_type") not in (None, "json"):
        yield missing("webhook", "is sent as a form", "set its content type to application/json", page)
    if str(found.get("insecure_ssl", "0")) not in ("0", "None"):
        yield note("webhook", "GitHub does not check the certificate of our address", "enable SSL verification", page)
    if url == expected and found.get("secret"):
        yield well("webhook", f"goes to {url}, signed")


def deliveries(session: Examined, app: TheApp, expected: str) -> Iterator[Line]:
    """How the last deliveries went."""
    page = f"{settings_page(session.settings.web_url, app.organization, app.slug)}/advanced"
    answer = session.get("/app/hook/deliveries", per_page=str(_NEWEST))
    if not answer.is_success:
        yield note("deliveries", f"GitHub does not show them ({answer.status_code}: {session.message(answer)})", url=page)
        return
    sent = [one for one in session.rows(answer) if one.get("status") != "pending"]
    newest = [one for one in sent if one.get("event") != "ping" or _arrived(one)]  # it comes before there is anybody to answer
    if not newest:
        yield note("deliveries", "none yet: GitHub sends the first one when something happens in an installed repository")
        return
    failed = [one for one in newest if not _arrived(one)]
    if not failed:
        yield well("deliveries", f"the last {len(newest)} arrived")
    elif failed[0] is newest[0]:
        yield missing("deliveries", f"the newest, {_told(failed[0])}", _why(failed[0], expected), page)
    else:
        yield note(
            "deliveries",
            f"they arrive; {len(failed)} of the last {len(newest)} did not, the newest {_told(failed[0])}",
            url=page,
        )


def _arrived(one: Mapping[str, object]) -> bool:
    code = one.get("status_code")
    return isinstance(code, int) and HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES


def _told(one: Mapping[str, object]) -> str:
    return f"{one.get('event')} at {one.get('delivered_at')}: {one.get('status')}"


def _why(one: Mapping[str, object], expected: str) -> str:
    """What a failure means: who answered, and what has to be mended."""
    code = one.get("status_code")
    if code == HTTPStatus.UNAUTHORIZED:
        return "the secret that Fairlead has is not that of the App: set both to the same"
    if code == HTTPStatus.NOT_FOUND:
        return f"something else answers at {expected}: see to the reverse proxy's paths"
    if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return "raise the size of bodies that the reverse proxy lets through, and FAIRLEAD_WEBHOOK_BYTES, to 25 MB"
    if isinstance(code, int) and code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "was Fairlead running then? Its log and /readyz say what was in the way"
    if code:
        return "the answer came from something before Fairlead: see to the reverse proxy, and whether it asks for a login"
    return f"GitHub can't reach {expected}: see to DNS, firewall and certificate, from outside of your network"
