"""What happened, told to the apps that are installed and listen: https://docs.github.com/webhooks/webhook-events-and-payloads"""

import json
import uuid
from collections.abc import Mapping, Sequence

from app.devforge import clock
from app.devforge.access import covers, installed
from app.devforge.forge import Forge
from app.devforge.records import Account, App, Delivery, Installation, Repository
from app.devforge.shapes import accounts, repositories
from app.devforge.shapes.names import Json, api, node_id


def tell(
    forge: Forge, repository: Repository, event: str, sender: Account, fields: Mapping[str, object], app_id: int | None = None
) -> None:
    """Send an event of a repository to every app that has it and subscribed; with `app_id`, to that app alone."""
    for installation in forge.database.all(Installation, account_id=repository.owner_id):
        app = forge.database.one(App, id=installation.app_id)
        wanted = app is not None and app_id in (None, app.id) and event in json.loads(installation.events)
        if app and wanted and covers(forge, installation, repository):
            around = {**_owner(forge, repository), "sender": accounts.account(forge, sender)}
            short = {"id": installation.id, "node_id": node_id("MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u", installation.id)}
            shape = {**fields, "repository": repositories.repository(forge, repository), **around, "installation": short}
            _put(forge, app, event, shape, installation, repository)


def tell_installation(forge: Forge, installation: Installation, action: str, sender: Account) -> None:
    """Tell an app that it was installed or removed."""
    app = forge.database.one(App, id=installation.app_id)
    if app:
        named = [accounts.named_repository(forge, one) for one in installed(forge, installation)]
        who = {"sender": accounts.account(forge, sender)}
        shape: Json = {
            "action": action,
            "installation": accounts.installation(forge, installation),
            "repositories": named,
            **who,
        }
        _put(forge, app, "installation", shape, installation, None)


def tell_choice(
    forge: Forge, installation: Installation, added: Sequence[Repository], removed: Sequence[Repository], sender: Account
) -> None:
    """Tell an app which repositories it has been given, and which were taken away."""
    app = forge.database.one(App, id=installation.app_id)
    for action, changed in (("added", added), ("removed", removed)):
        if app and changed:
            shape: Json = {
                "action": action,
                "installation": accounts.installation(forge, installation),
                "repository_selection": "all" if installation.all_repositories else "selected",
                "repositories_added": [accounts.named_repository(forge, one) for one in added if action == "added"],
                "repositories_removed": [accounts.named_repository(forge, one) for one in removed if action == "removed"],
                "requester": None,
                "sender": accounts.account(forge, sender),
            }
            _put(forge, app, "installation_repositories", shape, installation, None)


def ping(forge: Forge, app: App) -> None:
    """The first delivery that an app gets."""
    settings = {"content_type": "json", "insecure_ssl": "0", "url": app.webhook_url, "secret": "********"}
    hook = {
        "type": "App",
        "id": app.id,
        "name": "web",
        "active": True,
        "events": json.loads(app.events),
        "config": settings,
        "app_id": app.id,
        "deliveries_url": api(forge, "/app/hook/deliveries"),
    }
    times = {"updated_at": app.created_at, "created_at": app.created_at}
    _put(forge, app, "ping", {"zen": "Keep it logically awesome.", "hook_id": app.id, "hook": {**hook, **times}}, None, None)


def _owner(forge: Forge, repository: Repository) -> Json:
    owner = forge.account_by_id(repository.owner_id)
    return {"organization": accounts.organisation(forge, owner)} if owner.kind == "Organization" else {}


def _put(
    forge: Forge, app: App, event: str, shape: Json, installation: Installation | None, repository: Repository | None
) -> None:
    if not app.webhook_url:
        return
    action = shape.get("action")
    forge.outbox.put(
        Delivery(
            app_id=app.id,
            installation_id=installation.id if installation else None,
            repository_id=repository.id if repository else None,
            guid=str(uuid.uuid4()),
            event=event,
            action=str(action) if action else None,
            redelivery=False,
            url=app.webhook_url,
            request_headers="{}",
            payload=json.dumps(shape),
            delivered_at=clock.now(),
            milliseconds=0,
            status="pending",
            status_code=None,
            response_headers="{}",
            response_body="",
        )
    )
