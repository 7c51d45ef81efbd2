"""The GitHub App with the settings that there are, asked of GitHub itself."""

import time

from app.cli.settings_read import CannotRead, read_settings
from app.examined import Section, missing, note
from app.forges.github.app_manifest import WEBHOOK_PATH
from app.forges.github.examination import examine
from app.forges.github.settings import GitHubSettings
from app.settings import Settings

_TITLE = "GitHub App"


def settings_or_why() -> tuple[Settings | None, Section | None]:
    """The settings, or what is wrong with them."""
    try:
        return read_settings(), None
    except CannotRead as error:
        todo = "mend the environment or .env; docs/reference/settings.md describes each"
        return None, Section("Settings", (missing("settings", str(error), todo),))


def app(settings: Settings) -> Section:
    """How the App is, or how there comes to be one."""
    if settings.github_app_id is None:
        todo = "`fairlead github create-app` makes one, or the page /setup of `fairlead serve`; `fairlead check` needs none"
        return Section(_TITLE, (note("GitHub App", "none is set up", todo),))
    try:
        there = GitHubSettings(
            app_id=settings.github_app_id,
            private_key=settings.private_key,
            webhook_secrets=settings.webhook_secrets,
            api_url=settings.github_api_url,
            web_url=settings.github_web_url,
        )
    except ValueError as error:
        todo = "FAIRLEAD_GITHUB_API_URL and FAIRLEAD_GITHUB_WEB_URL are plain https addresses"
        return Section(_TITLE, (missing("addresses", str(error), todo),))
    return Section(_TITLE, tuple(examine(there, settings.public_url + WEBHOOK_PATH, time.time)))
