"""Accounts and what they may do: https://docs.github.com/rest/collaborators/collaborators"""

from http import HTTPStatus
from urllib.parse import quote

import github
from github.GithubException import GithubException
from pydantic import BaseModel

from app.forges.base import Account, Permission
from app.forges.github.session import Session


class _Who(BaseModel):
    id: int


class _Granted(BaseModel):
    permission: str
    role_name: str = ""
    user: _Who | None = None


def our_id(api: github.Github, slug: str) -> int:
    """The id of the account by which an app writes."""
    return api.get_user(f"{slug}[bot]").id


def permission(session: Session, account: Account) -> Permission:
    """What an account may do. Logins change hands, so the one of the id is asked for now, and its answer held against the id.

    Organisations name roles of their own; those count as what they build on.
    """
    try:
        login = session.api.get_user_by_id(int(account.id)).login
        url = f"/repos/{session.repository.path}/collaborators/{quote(login, safe='')}/permission"
        _, data = session.api.requester.requestJsonAndCheck("GET", url)
    except GithubException as problem:
        if problem.status == HTTPStatus.NOT_FOUND:
            return Permission.NONE
        raise
    granted = _Granted.model_validate(data)
    if granted.user is None or str(granted.user.id) != account.id:
        return Permission.NONE
    known = {one.value: one for one in Permission}
    return known.get(granted.role_name) or known.get(granted.permission, Permission.NONE)
