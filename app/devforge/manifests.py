"""Apps made from a manifest: drafted by another site, confirmed by a person, and the keys handed out once for a code.

https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, Field, ValidationError

from app.devforge import apps, clock
from app.devforge.errors import ApiError, not_found
from app.devforge.forge import Forge, Unknown, digest
from app.devforge.records import Account, App, AppManifest, Member

CODE_LIFE = timedelta(hours=1)
LONGEST_NAME = 34
_LIFECYCLE = ("installation", "installation_repositories", "github_app_authorization", "ping")
_NEEDED: Mapping[str, str] = {
    "check_run": "checks",
    "check_suite": "checks",
    "issue_comment": "issues",
    "merge_group": "merge_queues",
    "pull_request": "pull_requests",
    "pull_request_review": "pull_requests",
    "pull_request_review_comment": "pull_requests",
    "pull_request_review_thread": "pull_requests",
    "push": "contents",
    "repository": "metadata",
    "status": "statuses",
}
"""Which permission an app must have to hear of an event."""


class Hook(BaseModel):
    """Where events go."""

    url: str = Field(pattern=r"^https?://")
    active: bool = True


class AppSpec(BaseModel):
    """A manifest, as far as this forge reads it."""

    url: str = Field(pattern=r"^https?://")
    name: str = ""
    redirect_url: str = Field(pattern=r"^https?://")
    setup_url: str = ""
    hook_attributes: Hook | None = None
    default_permissions: dict[str, str] = Field(default_factory=dict)
    default_events: list[str] = Field(default_factory=list)


def draft(forge: Forge, organization: str, manifest: str, state: str) -> str:
    """Keep a manifest until somebody confirms it; returns the name of the draft. Raises 422 for one that can't be."""
    _sound(manifest)
    token = secrets.token_hex(20)
    forge.database.insert(
        AppManifest(
            digest=digest(token),
            organization=organization,
            manifest=manifest,
            state=state,
            app_id=None,
            private_key=None,
            created_at=clock.now(),
        )
    )
    return token


def find_draft(forge: Forge, token: str) -> AppManifest:
    """The draft of this name. Raises 404 for one that is confirmed already."""
    found = forge.database.one(AppManifest, digest=digest(token))
    if found is None or found.app_id is not None:
        raise not_found()
    return found


def spec(one: AppManifest) -> AppSpec:
    """What a kept manifest says."""
    return AppSpec.model_validate_json(one.manifest)


def owner(forge: Forge, one: AppManifest, person: Account) -> Account:
    """Who the app shall belong to: the person, or an organization that the person owns. Raises 404."""
    if not one.organization:
        return person
    try:
        organization = forge.account(one.organization)
    except Unknown:
        raise not_found() from None
    member = forge.database.one(Member, organisation_id=organization.id, account_id=person.id)
    if member is None or member.role != "owner":
        raise not_found()
    return organization


def confirm(forge: Forge, token: str, person: Account, name: str) -> tuple[AppManifest, str]:
    """Make the app under this name; returns its manifest and the code that its keys are had for. Raises 404 and 422."""
    one = find_draft(forge, token)
    wanted, owned_by = spec(one), owner(forge, one, person)
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not slug or len(name) > LONGEST_NAME:
        raise ApiError(422, f"Name is too long (maximum is {LONGEST_NAME} characters) or empty")
    if forge.database.one(App, slug=slug):
        raise ApiError(422, "Name has already been taken")
    hook = wanted.hook_attributes
    url = hook.url if hook and hook.active else ""
    made = apps.Manifest(slug, wanted.default_permissions, wanted.default_events, url, secrets.token_hex(20))
    keys = apps.register(forge, owned_by.login, made)
    forge.database.update(apps.find(forge, slug), name=name)
    code = secrets.token_hex(20)
    kept = forge.database.update(one, digest=digest(code), app_id=keys.id, private_key=keys.private_key, created_at=clock.now())
    return kept, code


def convert(forge: Forge, code: str) -> tuple[App, str]:
    """The app that the code stands for, and its private key, which the forge forgets. Raises 404."""
    one = forge.database.one(AppManifest, digest=digest(code))
    app = forge.database.one(App, id=one.app_id) if one and one.app_id else None
    if one is None or app is None or one.private_key is None:
        raise not_found()
    if clock.moment(one.created_at) + CODE_LIFE <= datetime.now(UTC):
        raise not_found()
    forge.database.update(one, private_key=None)
    return app, one.private_key


def of_app(forge: Forge, app: App) -> AppManifest | None:
    """The manifest that an app was made from."""
    return forge.database.one(AppManifest, app_id=app.id)


def _sound(manifest: str) -> None:
    try:
        said = AppSpec.model_validate_json(manifest)
    except ValidationError as problem:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in problem.errors())
        raise _invalid(faults) from None
    unsupported = [name for name in said.default_events if name in _LIFECYCLE]
    if unsupported:
        raise _invalid(f"Default events unsupported: {', '.join(unsupported)}")
    bare = [name for name in said.default_events if said.default_permissions.get(_NEEDED.get(name, ""), "none") == "none"]
    if bare:
        raise _invalid(f"Default events are not supported by permissions: {', '.join(bare)}")


def _invalid(why: str) -> ApiError:
    return ApiError(422, f"The configuration does not appear to be a valid GitHub App manifest. Error: {why}")


def permissions_of(app: App) -> dict[str, str]:
    """What an app asks for when it is installed."""
    found: dict[str, str] = json.loads(app.permissions)
    return found
