"""How one GitHub App on one GitHub is reached."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Pacing:
    """Seconds that are let pass between two requests, and between two writes of one installation.

    https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
    """

    requests: float = 0.25
    writes: float = 1.0


@dataclass(frozen=True, slots=True)
class GitHubSettings:
    """One connection. `api_url` is https://api.github.com, or https://HOST/api/v3 of an Enterprise Server; `web_url` is what
    people open and git clones from. `private_key` is PEM text. `name` is the connection's in RepositoryRef.forge.

    Raises ValueError for an address that is none.
    """

    app_id: int
    private_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    api_url: str = "https://api.github.com"
    web_url: str = "https://github.com"
    name: str = "github"
    pacing: Pacing = Pacing()
    timeout: int = 15

    def __post_init__(self) -> None:
        for url in (self.api_url, self.web_url):
            parts = urlsplit(url)
            if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.query:
                raise ValueError(f"{self.name}: not the address of a GitHub: {url}")
