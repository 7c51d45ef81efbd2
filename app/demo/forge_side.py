"""The forge's half of the demo: the shop is set up once, and its pull requests are opened once Fairlead listens."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.demo.history import stream
from app.demo.shop import ADA, OLGA, PEOPLE, PULL_REQUESTS, REPOSITORY, history
from app.devforge import apps
from app.devforge.forge import Forge
from app.devforge.pulls import Proposal, open_pull
from app.forges.github.app_manifest import EVENTS, permissions

APP = "fairlead"


@dataclass(frozen=True, slots=True)
class Keys:
    """What Fairlead needs to be the App, and the visitor's personal access token."""

    app_id: int
    private_key: str
    webhook_secret: str
    token: str


def set_up(forge: Forge, keys_file: Path, webhook_url: str) -> Keys:
    """The shop on the forge, and its keys; a shop that is there already is kept, with its webhooks sent to `webhook_url`."""
    if keys_file.exists():
        apps.point_webhooks(forge, APP, webhook_url)
        return Keys(**json.loads(keys_file.read_text("utf-8")))
    tokens = _people_and_repository(forge)
    secret = secrets.token_hex(32)
    made = apps.register(
        forge, OLGA.login, apps.Manifest(APP, permissions(), [event.name for event in EVENTS], webhook_url, secret)
    )
    apps.install(forge, APP, "shop", None)
    keys = Keys(made.id, made.private_key, secret, tokens[ADA.login])
    keys_file.touch(mode=0o600)
    keys_file.write_text(json.dumps(asdict(keys)), "utf-8")
    return keys


def clone_url(forge: Forge) -> str:
    """Where git finds the shop."""
    return f"{forge.base_url}/{REPOSITORY}.git"


def open_pull_requests(forge: Forge) -> None:
    """Open those that were never opened; the forge tells Fairlead of each."""
    repository = forge.repository(REPOSITORY)
    for pull in PULL_REQUESTS[repository.last_number :]:
        with forge.database.transaction():
            proposal = Proposal(pull.title, pull.body, "main", pull.branch)
            open_pull(forge, forge.account(pull.author.login), forge.repository(REPOSITORY), proposal)


def _people_and_repository(forge: Forge) -> Mapping[str, str]:
    tokens = {person.login: forge.add_user(person.login, person.name) for person in PEOPLE}
    forge.add_organisation("shop", "The Shop", [OLGA.login])
    repository = forge.create_repository(REPOSITORY, description="All that runs the shop")
    for person in PEOPLE:
        if person is not OLGA:
            forge.add_collaborator(REPOSITORY, person.login, "write")
    forge.git(repository).import_history(stream(history(datetime.now(UTC), clone_url(forge))))
    forge.protect_branch(REPOSITORY, "main", ["fairlead/checks"])
    return tokens
