"""Node ids and addresses, which most objects carry."""

import base64
import binascii

from app.devforge.forge import Forge
from app.devforge.records import PullRequest, Repository

Json = dict[str, object]


def api(forge: Forge, path: str) -> str:
    """An address of the REST API; `path` begins with a slash."""
    return f"{forge.base_url}/api/v3{path}"


def repository_api(forge: Forge, repository: Repository, path: str = "") -> str:
    """An address below a repository."""
    return api(forge, f"/repos/{forge.full_name(repository)}{path}")


def page(forge: Forge, repository: Repository, path: str = "") -> str:
    """The address of a page of a repository."""
    return f"{forge.base_url}/{forge.full_name(repository)}{path}"


def pull_page(forge: Forge, pull: PullRequest, path: str = "") -> str:
    """The address of a pull request's page."""
    return page(forge, forge.repository_by_id(pull.repository_id), f"/pull/{pull.number}{path}")


def node_id(kind: str, record_id: int) -> str:
    """The id of an object in GraphQL, like PRRT_kwDO..."""
    return f"{kind}_{base64.urlsafe_b64encode(f'{kind}:{record_id}'.encode()).decode().rstrip('=')}"


def from_node_id(kind: str, text: str) -> int | None:
    """The record behind a node id, None when it is not one of this kind."""
    code = text.removeprefix(f"{kind}_")
    try:
        named, _, number = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return int(number) if named == kind and number.isdecimal() else None
