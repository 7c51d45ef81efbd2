"""A call and its answer as plain data, and what every handler needs to read one."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from app.devforge import moves
from app.devforge.access import Actor, can_see
from app.devforge.errors import ApiError, not_found
from app.devforge.forge import Forge
from app.devforge.records import PullRequest, Repository

DEFAULT_PER_PAGE = 30
MOST_PER_PAGE = 100

B = TypeVar("B", bound="Body")
T = TypeVar("T")


class Body(BaseModel):
    """What a client sends; unknown names are ignored, as GitHub does."""

    model_config = ConfigDict(extra="ignore", strict=True)


def _or_empty(value: object) -> object:
    return [] if value is None else value


Listed = Annotated[list[T], BeforeValidator(_or_empty)]
"""A list for which null is as good as none."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the API, its asker known. `url` has no query; `path` holds the parts that the address names."""

    forge: Forge
    actor: Actor
    method: str
    url: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes

    def read(self, kind: type[B]) -> B:
        """The body as `kind`. Raises 400 when it is no JSON and 422 when it is not what `kind` says."""
        try:
            return kind.model_validate_json(self.body or b"{}")
        except ValidationError as problem:
            faults = problem.errors(include_url=False)
            if faults[0]["type"] == "json_invalid":
                raise ApiError(400, "Problems parsing JSON") from None
            said = "\n".join(f"{fault['msg']}: {'.'.join(map(str, fault['loc']))}" for fault in faults)
            raise ApiError(422, f"Invalid request.\n\n{said}") from None

    def repository(self) -> Repository:
        """The repository that the address names. Raises 404 when the asker may not know of it, 301 or 307 when it moved."""
        found = self.named_repository()
        if not can_see(self.forge, self.actor, found):
            raise not_found()
        return found

    def named_repository(self) -> Repository:
        """The same, whoever asks."""
        name = f"{self.path['owner']}/{self.path['repo']}"
        found = require_found(moves.former(self.forge, name))
        if self.forge.full_name(found).lower() != name.lower():
            raise self._moved(name, found)
        return found

    def _moved(self, name: str, to: Repository) -> ApiError:
        rest = self.url.partition(f"/repos/{name}")[2]
        query = f"?{urlencode(self.query)}" if self.query else ""
        place = f"{self.forge.base_url}/api/v3/repositories/{to.id}{rest}{query}"
        status, said = (301, "Moved Permanently") if self.method == "GET" else (307, "Temporary Redirect")
        return ApiError(status, said, headers={"Location": place})

    def pull(self) -> PullRequest:
        """The pull request that the address names. Raises 404."""
        return require_found(
            self.forge.database.one(PullRequest, repository_id=self.repository().id, number=self.number("number"))
        )

    def number(self, name: str) -> int:
        """A number in the address. Raises 404 when it is none."""
        text = self.path[name]
        if not text.isdecimal():
            raise not_found()
        return int(text)


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back; `body` None is an empty one."""

    body: object
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A line of the table: `path` below /api/v3, with {names} as Starlette writes them."""

    method: str
    path: str
    handler: Handler


def require_found(thing: T | None) -> T:
    """The thing, or 404."""
    if thing is None:
        raise not_found()
    return thing


def paged(call: Call, things: Sequence[T], shape: Callable[[T], object], key: str = "") -> Answer:
    """One page of a list, with links to the others; under `key` beside total_count where the API wraps its lists."""
    size = min(_positive(call, "per_page", DEFAULT_PER_PAGE), MOST_PER_PAGE)
    page = _positive(call, "page", 1)
    shown = [shape(thing) for thing in things[(page - 1) * size : page * size]]
    last = max(1, math.ceil(len(things) / size))
    links = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    kept = [name for name in links if (page > 1 if name in ("prev", "first") else page < last)]
    header = ", ".join(f'<{_page_url(call, links[name])}>; rel="{name}"' for name in kept)
    body = {"total_count": len(things), key: shown} if key else shown
    return Answer(body, headers={"Link": header} if header else {})


def _positive(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "")
    return max(1, int(text)) if text.isdecimal() else default


def _page_url(call: Call, page: int) -> str:
    return f"{call.url}?{urlencode({**call.query, 'page': page})}"
