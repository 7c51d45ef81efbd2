"""People."""

from app.devforge.access import require, role
from app.devforge.errors import forbidden, not_found
from app.devforge.forge import Unknown
from app.devforge.records import Account, Collaborator
from app.devforge.rest.calls import Answer, Call, Endpoint, paged, require_found
from app.devforge.shapes import accounts
from app.devforge.shapes.names import Json

_FLAGS = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}


def show_self(call: Call) -> Answer:
    """GET /user"""
    if call.actor.installation:
        raise forbidden("Resource not accessible by integration")
    return Answer({**accounts.full_account(call.forge, call.actor.known)})


def show_login(call: Call) -> Answer:
    """GET /users/{login}"""
    return Answer(accounts.full_account(call.forge, _by_login(call, "login")))


def show_id(call: Call) -> Answer:
    """GET /user/{id}"""
    found = require_found(call.forge.database.one(Account, id=call.number("id")))
    return Answer(accounts.full_account(call.forge, found))


def list_collaborators(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/collaborators"""
    repository = call.repository()
    require(call.forge, call.actor, repository, "read", "metadata")
    ids = [one.account_id for one in call.forge.database.all(Collaborator, repository_id=repository.id)]
    owner = call.forge.account_by_id(repository.owner_id)
    if owner.kind == "User":
        ids.append(owner.id)
    people = [call.forge.account_by_id(number) for number in dict.fromkeys(ids)]
    return paged(call, people, lambda one: _with_role(call, one, role(call.forge, one, repository)))


def show_permission(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/collaborators/{login}/permission: maintain is told as write, triage as read."""
    repository = call.repository()
    require(call.forge, call.actor, repository, "read", "metadata")
    account = _by_login(call, "login")
    granted = role(call.forge, account, repository)
    old_name = {"maintain": "write", "triage": "read"}.get(granted, granted)
    return Answer({"permission": old_name, "role_name": granted, "user": _with_role(call, account, granted)})


def _with_role(call: Call, one: Account, granted: str) -> Json:
    order = ("none", *_FLAGS.values())
    flags = {name: order.index(granted) >= order.index(needed) for name, needed in _FLAGS.items()}
    return {**accounts.account(call.forge, one), "permissions": flags, "role_name": granted}


def _by_login(call: Call, name: str) -> Account:
    try:
        return call.forge.account(call.path[name])
    except Unknown:
        raise not_found() from None


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/user", show_self),
    Endpoint("GET", "/user/{id}", show_id),
    Endpoint("GET", "/users/{login}", show_login),
    Endpoint("GET", "/repos/{owner}/{repo}/collaborators", list_collaborators),
    Endpoint("GET", "/repos/{owner}/{repo}/collaborators/{login}/permission", show_permission),
)
