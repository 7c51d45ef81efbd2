"""Places where changes are proposed. `base` is the port; FORGES is the table of its adapters.

An adapter is loaded when it is asked for: the port's words are used where no forge is near.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.forges.base import Forge, WebhookReader
    from app.forges.github.settings import GitHubSettings


LineAddress = Callable[[str, str, str, int | None, int | None], str]
"""The address of lines of a file: repository, commit, path, first and last line (None: the whole file)."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A forge, the reader of its webhooks, and the addresses of its pages."""

    forge: "Forge"
    reader: "WebhookReader"
    line_address: LineAddress


def _github(settings: "GitHubSettings") -> Connection:
    from app.forges.github import github, reader
    from app.forges.github.addresses import lines

    return Connection(github(settings), reader(settings), lines(settings.web_url))


FORGES: Mapping[str, Callable[["GitHubSettings"], Connection]] = {"github": _github}
"""From the kind of forge to what connects to it."""
