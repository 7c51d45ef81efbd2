"""Where the App is installed, whether it may do there what it asks for, and which repositories it has."""

from collections.abc import Iterator, Mapping

from app.examined import Line, missing, note, well
from app.forges.github.app_manifest import allows, lacking
from app.forges.github.examined_session import Examined, TheApp

_MOST_ASKED = 20
"""Installations that are asked for their repositories; an App of one's own has one or a few."""
_PER_PAGE = 100


def installations(session: Examined, app: TheApp) -> Iterator[Line]:
    """Each installation, and that there is one."""
    found = session.rows(session.get("/app/installations", per_page=str(_PER_PAGE)))
    if not found:
        yield missing(
            "installations", "the App is installed nowhere", "install it on repositories", f"{app.page}/installations/new"
        )
        return
    if all(one.get("suspended_at") for one in found):
        yield missing("installations", "all are suspended", "unsuspend one", str(found[0].get("html_url") or app.page))
    for one in found[:_MOST_ASKED]:
        yield from _installation(session, app, one)
    if len(found) > _MOST_ASKED:
        yield note("installations", f"{len(found) - _MOST_ASKED} more were not asked for their repositories")


def _installation(session: Examined, app: TheApp, one: Mapping[str, object]) -> Iterator[Line]:
    name, page = f"installed on {_account(one)}", str(one.get("html_url") or app.page)
    if one.get("suspended_at"):
        yield note(name, f"suspended since {one['suspended_at']}", "unsuspend it, or uninstall it", page)
        return
    if pending := _pending(app, one):
        todo = "an owner there accepts the new permissions"
        yield missing(name, f"has not accepted what the App asks for: {', '.join(pending)}", todo, f"{page}/permissions/update")
    token = session.installation_token(int(str(one.get("id", 0))))
    if not token:
        yield missing(name, "GitHub gives no token for it", "see its page", page)
        return
    answer = session.fields(session.get("/installation/repositories", token, per_page="3"))
    count, listed = answer.get("total_count"), answer.get("repositories")
    if not isinstance(count, int) or count == 0:
        yield missing(name, "no repository is selected", "select the repositories that it shall guard", page)
        return
    names = [str(each.get("full_name")) for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    yield well(
        name,
        f"{count} {'repository' if count == 1 else 'repositories'}: {', '.join(names)}{', ...' if count > len(names) else ''}",
    )


def _pending(app: TheApp, one: Mapping[str, object]) -> list[str]:
    """What the App has, Fairlead needs, and this installation has not granted yet."""
    raw = one.get("permissions")
    granted = {str(name): str(level) for name, level in raw.items()} if isinstance(raw, dict) else {}
    return [f"{each.label}: {each.least}" for each in lacking(granted) if allows(app.permissions, each.name, each.least)]


def _account(one: Mapping[str, object]) -> str:
    account = one.get("account")
    return str(account.get("login") or account.get("slug")) if isinstance(account, dict) else "an unknown account"
