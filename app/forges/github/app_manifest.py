"""The GitHub App that Fairlead is: what it may do and hears of, why, and the manifest that registers it.

PERMISSIONS and EVENTS are the one table of it: the manifest, `fairlead doctor` and the set-up pages are made from it.
https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

LONGEST_NAME = 34
"""GitHub's limit on the name of an App."""
WEBHOOK_PATH = "/webhooks/github"
_LEVELS = ("none", "read", "write", "admin")

Contents = Literal["read", "write"]
"""How much of the one permission that Fairlead can do with less of is asked for."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What the App may do: `name` in GitHub's API, `label` on its pages. With `enough` it works, but `without` is so."""

    name: str
    label: str
    level: str
    why: str
    enough: str = ""
    without: str = ""

    @property
    def least(self) -> str:
        """The level below which Fairlead does not work."""
        return self.enough or self.level


@dataclass(frozen=True, slots=True)
class Event:
    """What the App hears of, beside what every App is told. GitHub takes it only together with the permission `needs`.

    Those who may write `needs` are told of an `automatic` one in any case. Without an `optional` one Fairlead works as well.
    """

    name: str
    label: str
    needs: str
    why: str
    automatic: bool = False
    optional: bool = False


PERMISSIONS: tuple[Permission, ...] = (
    Permission("checks", "Checks", "write", "the check run `Fairlead`: annotations on lines, and the button for another run"),
    Permission(
        "contents",
        "Contents",
        "write",
        "fetching commits; writing is for resolving its own review threads alone, which GitHub allows to nobody who may only "
        "read. Nothing is ever pushed",
        enough="read",
        without="outdated threads are answered and stay open",
    ),
    Permission("issues", "Issues", "read", "GitHub tells of comments on pull requests only those who may read issues"),
    Permission(
        "merge_queues",
        "Merge queues",
        "read",
        "GitHub tells of merge groups only those who may read merge queues",
        enough="none",
        without="merge queues get no status",
    ),
    Permission("metadata", "Metadata", "read", "the names of repositories, and who may do what in them"),
    Permission("pull_requests", "Pull requests", "write", "reading pull requests; the summary, comments on lines, reactions"),
    Permission("statuses", "Commit statuses", "write", "`fairlead/checks`, the gate"),
)

EVENTS: tuple[Event, ...] = (
    Event("pull_request", "Pull request", "pull_requests", "what is to be judged"),
    Event("pull_request_review", "Pull request review", "pull_requests", "approvals"),
    Event("pull_request_review_comment", "Pull request review comment", "pull_requests", "answers in its threads"),
    Event("issue_comment", "Issue comment", "issues", "commands such as `/check` in a comment"),
    Event("check_run", "Check run", "checks", "the button for another run", automatic=True),
    Event("check_suite", "Check suite", "checks", "the button for all runs anew", automatic=True),
    Event("merge_group", "Merge group", "merge_queues", "a merge queue waits for the status of a group", optional=True),
    Event("push", "Push", "contents", "a base branch moved: what merges into it is judged anew"),
    Event("repository", "Repository", "metadata", "a repository was renamed, moved or removed", optional=True),
)

NOT_ASKED_FOR = frozenset({"ping", "installation", "installation_repositories", "installation_target"})
"""What is read when it comes. GitHub tells every App of its installations, and refuses a manifest that asks for them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What whoever registers the App chooses. Addresses have no slash at their end; `organization` "" means their own account.

    GitHub's page lets them change the name. `redirect_url` is where GitHub sends their browser afterwards.
    """

    name: str
    organization: str
    contents: Contents
    public_url: str
    redirect_url: str


def manifest(wanted: Wanted) -> dict[str, object]:
    """What GitHub makes the App from."""
    return {
        "name": wanted.name,
        "url": wanted.public_url,
        "description": "Reviews pull requests to infrastructure repositories and guards their merge.",
        "public": False,
        "redirect_url": wanted.redirect_url,
        "setup_url": wanted.public_url,
        "hook_attributes": {"url": wanted.public_url + WEBHOOK_PATH, "active": True},
        "default_permissions": permissions(wanted.contents),
        "default_events": [event.name for event in EVENTS],
    }


def permissions(contents: Contents = "write") -> dict[str, str]:
    """The permissions as GitHub's API names them."""
    return {each.name: each.level for each in PERMISSIONS} | {"contents": contents}


def allows(granted: Mapping[str, str], name: str, level: str) -> bool:
    """Whether these permissions hold at least this one."""
    has = granted.get(name, "none")
    return has in _LEVELS and _LEVELS.index(has) >= _LEVELS.index(level)


def lacking(granted: Mapping[str, str]) -> tuple[Permission, ...]:
    """The permissions that Fairlead does not work without and that are not among those granted."""
    return tuple(each for each in PERMISSIONS if not allows(granted, each.name, each.least))


def unheard(events: frozenset[str], granted: Mapping[str, str]) -> tuple[Event, ...]:
    """The events that an App with these subscriptions and permissions is not told of."""
    return tuple(
        each for each in EVENTS if each.name not in events and not (each.automatic and allows(granted, each.needs, "write"))
    )


def registration_page(web_url: str, organization: str) -> str:
    """Where the manifest is sent to by a browser."""
    owner = f"/organizations/{quote(organization, safe='')}" if organization else ""
    return f"{web_url}{owner}/settings/apps/new"


def settings_page(web_url: str, organization: str, slug: str) -> str:
    """The App's own settings; its permissions are at `/permissions` below."""
    owner = f"/organizations/{quote(organization, safe='')}" if organization else ""
    return f"{web_url}{owner}/settings/apps/{quote(slug, safe='')}"


def api_url_of(web_url: str) -> str:
    """The API that belongs to a GitHub: github.com, one with data residency (SUBDOMAIN.ghe.com), or an Enterprise Server."""
    scheme, _, host = web_url.partition("://")
    if host == "github.com" or host.endswith(".ghe.com"):
        return f"{scheme}://api.{host}"
    return f"{web_url}/api/v3"
