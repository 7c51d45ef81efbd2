"""Accounts and what they may do: https://docs.github.com/rest/collaborators/collaborators"""

from http import HTTPStatus
from urllib.parse import quote

from github.GithubException import GithubException

from app.forges.base import Account, Permission
from app.forges.github.api import Api, Part
from app.forges.github.session import Session


class _Who(Part):
    id: int


class _Named(_Who):
    login: str


class _Granted(Part):
    permission: str
    role_name: str = ""
    user: _Who | None = None


def our_id(api: Api, slug: str) -> int:
    """The id of the account by which an app writes."""
    return api.get(f"/users/{quote(slug)}%5Bbot%5D", _Who).id


def permission(session: Session, account: Account) -> Permission:
    """What an account may do. Logins change hands, so the one of the id is asked for now, and its answer held against the id.

    Organisations name roles of their own; those count as what they build on.
    """
    try:
        login = session.api.get(f"/user/{int(account.id)}", _Named).login
        granted = session.api.get(session.at(f"/collaborators/{quote(login, safe='')}/permission"), _Granted)
    except GithubException as problem:
        if problem.status == HTTPStatus.NOT_FOUND:
            return Permission.NONE
        raise
    if granted.user is None or str(granted.user.id) != account.id:
        return Permission.NONE
    known = {one.value: one for one in Permission}
    return known.get(granted.role_name) or known.get(granted.permission, Permission.NONE)
