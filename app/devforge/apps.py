"""GitHub Apps: made, and installed on accounts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.devforge import access, clock, events
from app.devforge.forge import Forge, Unknown
from app.devforge.records import App, Installation, InstallationToken, InstalledRepository


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an app is to be. `permissions` and `events` are named as on GitHub; without `webhook_url` it hears nothing."""

    slug: str
    permissions: Mapping[str, str]
    events: Sequence[str]
    webhook_url: str
    webhook_secret: str


@dataclass(frozen=True, slots=True)
class AppKeys:
    """What the owner of a new app gets to keep. `private_key` is PEM text; the forge has only its public half."""

    id: int
    slug: str
    private_key: str
    webhook_secret: str


def register(forge: Forge, owner: str, manifest: Manifest) -> AppKeys:
    """A new GitHub App that belongs to the account `owner`, with a bot account `slug[bot]`; it is sent a ping."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with forge.database.transaction():
        app = forge.database.insert(
            App(
                slug=manifest.slug,
                name=manifest.slug.replace("-", " ").title(),
                owner_id=forge.account(owner).id,
                bot_id=forge.add_account(f"{manifest.slug}[bot]", manifest.slug, "Bot").id,
                public_key=_public_pem(private),
                webhook_url=manifest.webhook_url,
                webhook_secret=manifest.webhook_secret,
                permissions=json.dumps({"metadata": "read", **manifest.permissions}),
                events=json.dumps(list(manifest.events)),
                created_at=clock.now(),
            )
        )
        events.ping(forge, app)
    return AppKeys(app.id, app.slug, _private_pem(private), app.webhook_secret)


def find(forge: Forge, slug: str) -> App:
    """The app with this slug. Raises Unknown."""
    found = forge.database.one(App, slug=slug)
    if found is None:
        raise Unknown(f"no app is called {slug}")
    return found


def install(forge: Forge, slug: str, account: str, repositories: Sequence[str] | None) -> int:
    """Install an app on the named repositories of an account, or on all (None); returns the installation's id."""
    app = find(forge, slug)
    with forge.database.transaction():
        installation = forge.database.insert(
            Installation(
                app_id=app.id,
                account_id=forge.account(account).id,
                all_repositories=repositories is None,
                permissions=app.permissions,
                events=app.events,
                suspended_at=None,
                created_at=clock.now(),
            )
        )
        for full_name in repositories or ():
            chosen = InstalledRepository(installation_id=installation.id, repository_id=forge.repository(full_name).id)
            forge.database.insert(chosen)
        events.tell_installation(forge, installation, "created", forge.account_by_id(app.owner_id))
    return installation.id


def uninstall(forge: Forge, installation_id: int) -> None:
    """Remove an installation: its tokens are worth nothing from now on."""
    with forge.database.transaction():
        installation = _installation(forge, installation_id)
        events.tell_installation(forge, installation, "deleted", forge.account_by_id(installation.account_id))
        for token in forge.database.all(InstallationToken, installation_id=installation.id):
            forge.database.delete(token)
        forge.database.delete(installation)


def suspend(forge: Forge, installation_id: int, *, suspended: bool) -> None:
    """Let an installation do nothing until it is let again."""
    with forge.database.transaction():
        one = _installation(forge, installation_id)
        changed = forge.database.update(one, suspended_at=clock.now() if suspended else None)
        told = "suspend" if suspended else "unsuspend"
        events.tell_installation(forge, changed, told, forge.account_by_id(one.account_id))


def choose(forge: Forge, installation_id: int, repositories: Sequence[str]) -> None:
    """Let an installation have these repositories of its account, and no others."""
    with forge.database.transaction():
        one = _installation(forge, installation_id)
        before = {repository.id: repository for repository in access.installed(forge, one)}
        after = {repository.id: repository for repository in map(forge.repository, repositories)}
        for chosen in forge.database.all(InstalledRepository, installation_id=one.id):
            forge.database.delete(chosen)
        changed = forge.database.update(one, all_repositories=False)
        for number in after:
            forge.database.insert(InstalledRepository(installation_id=one.id, repository_id=number))
        added = [repository for number, repository in after.items() if number not in before]
        removed = [repository for number, repository in before.items() if number not in after]
        events.tell_choice(forge, changed, added, removed, forge.account_by_id(one.account_id))


def point_webhooks(forge: Forge, slug: str, url: str) -> None:
    """Send an app's webhooks to another address from now on."""
    forge.database.update(find(forge, slug), webhook_url=url)


def expire_tokens(forge: Forge) -> None:
    """Let every installation token be an hour old."""
    for token in forge.database.all(InstallationToken):
        forge.database.update(token, expires_at=clock.now())


def _installation(forge: Forge, installation_id: int) -> Installation:
    found = forge.database.one(Installation, id=installation_id)
    if found is None:
        raise Unknown(f"no installation has the id {installation_id}")
    return found


def _public_pem(key: rsa.RSAPrivateKey) -> str:
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, kind).decode()


def _private_pem(key: rsa.RSAPrivateKey) -> str:
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain).decode()
