"""GitHub, on github.com and Enterprise Server, as a GitHub App."""

from app.forges.github.adapter import GitHubForge
from app.forges.github.settings import GitHubSettings, Pacing
from app.forges.github.webhooks import GitHubReader

__all__ = ["GitHubForge", "GitHubReader", "GitHubSettings", "Pacing", "github", "reader"]


def github(settings: GitHubSettings) -> GitHubForge:
    """The forge behind a connection; nothing is asked of it yet."""
    return GitHubForge(settings)


def reader(settings: GitHubSettings) -> GitHubReader:
    """The reader of its webhooks. Raises ValueError without a secret to hold them against."""
    return GitHubReader(settings.name, settings.app_id, settings.webhook_secrets)
