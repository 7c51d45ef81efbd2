"""People, apps and installations."""

import json
from urllib.parse import quote

from app.devforge.forge import Forge
from app.devforge.records import Account, App, Installation, Repository
from app.devforge.shapes.names import Json, api, node_id


def account(forge: Forge, one: Account) -> Json:
    """A "simple user"."""
    path = quote(one.login)
    url = api(forge, f"/users/{path}")
    lists = ("followers", "subscriptions", "repos", "received_events")
    return {
        "login": one.login,
        "id": one.id,
        "node_id": node_id("U", one.id),
        "avatar_url": f"{forge.base_url}/avatars/{one.id}.svg",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{forge.base_url}/{path}",
        **{f"{name}_url": f"{url}/{name}" for name in lists},
        "organizations_url": f"{url}/orgs",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "events_url": f"{url}/events{{/privacy}}",
        "type": one.kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def full_account(forge: Forge, one: Account) -> Json:
    """A "public user"."""
    unknown: Json = dict.fromkeys(("company", "email", "hireable", "bio", "location"))
    counts = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
    times = {"created_at": one.created_at, "updated_at": one.created_at}
    return {**account(forge, one), "name": one.name, "blog": "", **unknown, **counts, **times}


def organisation(forge: Forge, one: Account) -> Json:
    """An organisation as webhooks carry it."""
    url = api(forge, f"/orgs/{one.login}")
    lists = ("repos", "events", "hooks", "issues")
    return {
        "login": one.login,
        "id": one.id,
        "node_id": node_id("O", one.id),
        "url": url,
        **{f"{name}_url": f"{url}/{name}" for name in lists},
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"{forge.base_url}/avatars/{one.id}.svg",
        "description": one.name,
    }


def app(forge: Forge, one: App) -> Json:
    """A GitHub App ("integration")."""
    return {
        "id": one.id,
        "slug": one.slug,
        "client_id": f"Iv1.{one.id:016x}",
        "node_id": node_id("A", one.id),
        "owner": account(forge, forge.account_by_id(one.owner_id)),
        "name": one.name,
        "description": "",
        "external_url": forge.base_url,
        "html_url": f"{forge.base_url}/apps/{one.slug}",
        "created_at": one.created_at,
        "updated_at": one.created_at,
        "permissions": json.loads(one.permissions),
        "events": json.loads(one.events),
    }


def installation(forge: Forge, one: Installation) -> Json:
    """An installation of an app."""
    owner = forge.account_by_id(one.account_id)
    installed = forge.database.one(App, id=one.app_id)
    slug = installed.slug if installed else ""
    return {
        "id": one.id,
        "node_id": node_id("I", one.id),
        "account": account(forge, owner),
        "repository_selection": "all" if one.all_repositories else "selected",
        "access_tokens_url": api(forge, f"/app/installations/{one.id}/access_tokens"),
        "repositories_url": api(forge, "/installation/repositories"),
        "html_url": f"{forge.base_url}/settings/installations/{one.id}",
        "app_id": one.app_id,
        "app_slug": slug,
        "client_id": f"Iv1.{one.app_id:016x}",
        "target_id": one.account_id,
        "target_type": owner.kind,
        "permissions": json.loads(one.permissions),
        "events": json.loads(one.events),
        "created_at": one.created_at,
        "updated_at": one.created_at,
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": account(forge, owner) if one.suspended_at else None,
        "suspended_at": one.suspended_at,
    }


def named_repository(forge: Forge, repository: Repository) -> Json:
    """A repository as the `installation` webhooks name it."""
    full_name = forge.full_name(repository)
    return {
        "id": repository.id,
        "node_id": node_id("R", repository.id),
        "name": repository.name,
        "full_name": full_name,
        "private": repository.private,
    }
