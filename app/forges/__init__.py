"""Places where changes are proposed. `base` is the port; FORGES is the table of its adapters.

An adapter is loaded when it is asked for: the port's words are used where no forge is near.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.forges.base import Forge, WebhookReader
    from app.forges.github.settings import GitHubSettings


@dataclass(frozen=True, slots=True)
class Connection:
    """A forge, and the reader of its webhooks."""

    forge: "Forge"
    reader: "WebhookReader"


def _github(settings: "GitHubSettings") -> Connection:
    from app.forges.github import github, reader

    return Connection(github(settings), reader(settings))


FORGES: Mapping[str, Callable[["GitHubSettings"], Connection]] = {"github": _github}
"""From the kind of forge to what connects to it."""
