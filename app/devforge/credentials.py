"""Turns what a client shows into who it is: personal tokens, installation tokens, and an app's JSON web token."""

import base64
import binascii
import json
import secrets
import time
from datetime import timedelta

import jwt

from app.devforge import access, clock
from app.devforge.access import STRANGER, Actor
from app.devforge.errors import ApiError, bad_credentials
from app.devforge.forge import Forge, digest
from app.devforge.records import Account, App, Installation, InstallationToken, Repository, Token

JWT_SECONDS = 600
_JWT_PARTS = 3
_CLOCK_SKEW_SECONDS = 5


def authenticate(forge: Forge, authorization: str) -> Actor:
    """Who shows this Authorization header. Raises 401 when what it shows is worth nothing; without it, a stranger."""
    scheme, _, shown = authorization.strip().partition(" ")
    match scheme.lower():
        case "":
            return STRANGER
        case "token" | "bearer":
            return _bearer(forge, shown.strip())
        case "basic":
            return _bearer(forge, _password(shown))
    raise bad_credentials()


def issue(
    forge: Forge, installation: Installation, permissions: dict[str, str], repositories: list[Repository] | None
) -> tuple[str, InstallationToken]:
    """A new token of an installation, for an hour as a rule; `repositories` None means all that it has."""
    secret = f"ghs_{secrets.token_hex(18)}"
    token = InstallationToken(
        installation_id=installation.id,
        digest=digest(secret),
        permissions=json.dumps(permissions),
        repositories=None if repositories is None else json.dumps([repository.id for repository in repositories]),
        expires_at=clock.in_future(timedelta(seconds=forge.limits.token_seconds)),
    )
    return secret, forge.database.insert(token)


def _bearer(forge: Forge, shown: str) -> Actor:
    if shown.count(".") == _JWT_PARTS - 1:
        return Actor(app=_app_of_jwt(forge, shown))
    personal = forge.database.one(Token, digest=digest(shown))
    if personal:
        return Actor(account=forge.account_by_id(personal.account_id))
    token = forge.database.one(InstallationToken, digest=digest(shown))
    if token is None or token.expires_at <= clock.now():
        raise bad_credentials()
    return _of_installation(forge, token)


def _of_installation(forge: Forge, token: InstallationToken) -> Actor:
    installation = forge.database.one(Installation, id=token.installation_id)
    app = forge.database.one(App, id=installation.app_id) if installation else None
    if installation is None or app is None:
        raise bad_credentials()
    if installation.suspended_at:
        raise ApiError(403, "This installation has been suspended")
    bot: Account = forge.account_by_id(app.bot_id)
    has = access.granted(installation)
    permissions = {name: level for name, level in json.loads(token.permissions).items() if access.within({name: level}, has)}
    ids = None if token.repositories is None else frozenset[int](json.loads(token.repositories))
    return Actor(bot, app, installation, permissions, ids)


def _app_of_jwt(forge: Forge, shown: str) -> App:
    """https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app"""
    try:
        claimed = jwt.decode(shown, options={"verify_signature": False})
        issuer = str(claimed.get("iss", ""))
        app = forge.database.one(App, id=int(issuer)) if issuer.isdecimal() else None
        if app is None:
            raise ApiError(404, "Integration not found") if issuer.isdecimal() else undecodable()
        claims = jwt.decode(shown, app.public_key, algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False})
    except jwt.PyJWTError:
        raise undecodable() from None
    _check_times(claims.get("iat"), claims.get("exp"))
    return app


def _check_times(issued: object, expires: object) -> None:
    now = time.time()
    if not isinstance(issued, int) or issued > now + _CLOCK_SKEW_SECONDS:
        raise ApiError(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
    if not isinstance(expires, int) or expires <= now:
        raise ApiError(
            401,
            "'Expiration time' claim ('exp') must be a numeric value "
            "representing the future time at which the assertion expires",
        )
    if expires > now + JWT_SECONDS + _CLOCK_SKEW_SECONDS:
        raise ApiError(401, "'Expiration time' claim ('exp') is too far in the future")


def undecodable() -> ApiError:
    """A JSON web token that is none, or that another key signed."""
    return ApiError(401, "A JSON web token could not be decoded")


def _password(shown: str) -> str:
    """The token in a basic header: the password, or the user name when there is no password."""
    try:
        user, _, password = base64.b64decode(shown, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise bad_credentials() from None
    return password or user
