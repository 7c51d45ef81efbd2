"""The shop: who works there, its repository, and the pull requests that are open when the demo starts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable

from app.demo.history import Author, Commit

REPOSITORY = "shop/gitops"
_SAMPLE_URL = b"https://git.shop.example/shop/gitops.git"
"""Where the sample's Argo CD and Flux objects say that their repository is."""
OLGA = Author("olga", "Olga Berg")
ADA = Author("ada", "Ada Okafor")
TOM = Author("tom", "Tom Becker")
INES = Author("ines", "Ines Duarte")
PEOPLE = (OLGA, ADA, TOM, INES)
"""The first owns the shop, the others write. The demo's visitor is Ada."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request of the demo; its files lie in `sample/<branch>`. `late` ones left main before its newest commit."""

    branch: str
    author: Author
    title: str
    body: str
    late: bool = False


PULL_REQUESTS = (
    PullRequest(
        "bump-redis",
        TOM,
        "Redis 7.4.2 and twice the memory",
        "Security release; the cache is full every evening.",
    ),
    PullRequest(
        "graceful-shutdown",
        INES,
        "Give all services 45 seconds to shut down",
        "Carts were lost during the last roll-out.",
    ),
    PullRequest(
        "web-autoscaling",
        TOM,
        "Scale the shop window further in production",
        "For the sale at the end of the month.",
    ),
    PullRequest("mail-memory", INES, "More memory for mail", "It was killed twice last night."),
    PullRequest("nightly-export", TOM, "Export the orders every night", "The job from the old cluster, as it was."),
    PullRequest("redis-port", INES, "Move redis to port 6380", "The old port is taken on the new nodes.", late=True),
)


def history(now: datetime, clone_url: str) -> list[Commit]:
    """The repository, cloned from `clone_url`, with a branch for each pull request; the newest commit is 15 minutes old."""
    shop = {path: content.replace(_SAMPLE_URL, clone_url.encode()) for path, content in contents("main").items()}
    first = Commit("main", None, OLGA, now - timedelta(days=12), "Move the shop to GitOps\n", shop)
    moved = shop["data/redis/service.yaml"].replace(b"port: 6379", b"port: 6390")
    second = Commit(
        "main", 0, OLGA, now - timedelta(hours=3), "Put redis behind TLS, on port 6390\n", {"data/redis/service.yaml": moved}
    )
    return [first, second, *(_proposed(pull, now, number) for number, pull in enumerate(PULL_REQUESTS))]


def _proposed(pull: PullRequest, now: datetime, number: int) -> Commit:
    at = now - timedelta(minutes=90 - 15 * number)
    return Commit(pull.branch, 0 if pull.late else 1, pull.author, at, f"{pull.title}\n", contents(pull.branch))


def contents(branch: str) -> dict[str, bytes]:
    """The files of `sample/<branch>` by their paths in the repository."""
    return dict(_files(files("app.demo") / "sample" / branch, ""))


def _files(folder: Traversable, under: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        path = f"{under}{entry.name}"
        found += _files(entry, f"{path}/") if entry.is_dir() else [(path, entry.read_bytes())]
    return found
