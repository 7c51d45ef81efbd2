"""Who looks at the pages: whoever they say they are. A forge for trying things out has no passwords."""

import hmac
import secrets
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from app.devforge.access import Actor
from app.devforge.forge import Forge, digest
from app.devforge.records import Account, Session

COOKIE = "devforge_session"
_MONTH_SECONDS = 30 * 24 * 3600


def visitor(forge: Forge, request: Request) -> Actor:
    """Who the cookie says it is; a stranger without one."""
    session = forge.database.one(Session, digest=digest(request.cookies.get(COOKIE, "")))
    return Actor(account=forge.account_by_id(session.account_id)) if session else Actor()


def sign_in(forge: Forge, account: Account, response: Response) -> None:
    """Remember somebody in a new cookie."""
    secret = secrets.token_urlsafe(24)
    forge.database.insert(Session(account_id=account.id, digest=digest(secret)))
    response.set_cookie(COOKIE, secret, max_age=_MONTH_SECONDS, httponly=True, samesite="strict")


def sign_out(forge: Forge, request: Request, response: Response) -> None:
    """Forget them."""
    session = forge.database.one(Session, digest=digest(request.cookies.get(COOKIE, "")))
    if session:
        forge.database.delete(session)
    response.delete_cookie(COOKIE)


def form_token(request: Request) -> str:
    """What a form of this session carries, so that other sites cannot make one."""
    return hmac.new(request.cookies.get(COOKIE, "").encode(), b"form", sha256).hexdigest()


def is_own_form(request: Request, token: str) -> bool:
    """Whether a form comes from a page of this session."""
    return hmac.compare_digest(form_token(request), token)
