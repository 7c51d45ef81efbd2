"""Asks GitHub and takes answers for what a model says they are. PyGithub carries the request; none of its objects is used.

An answer that is not what was asked for is an OddAnswer, so that a mistake of ours never passes for one of GitHub's.
"""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import github
from opentelemetry.trace import SpanKind
from pydantic import BaseModel, ConfigDict, ValidationError
from requests.utils import parse_header_links

from app import telemetry
from app.forges.github.memory import Memory, Remembered
from app.forges.metrics import REQUESTS

PER_PAGE = 100
_MOVED = (HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT)
_STATUS_OF_GRAPHQL = {"NOT_FOUND": HTTPStatus.NOT_FOUND, "FORBIDDEN": HTTPStatus.FORBIDDEN}

Query = str | int
Body = Mapping[str, object]


class Part(BaseModel):
    """A part of an answer: what is named is read, everything else is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


P = TypeVar("P", bound=Part)


class OddAnswer(Exception):
    """GitHub answered, but not what was asked for. The text does not repeat the answer."""


class Api:
    """GitHub's API as one client reaches it; not for two threads at a time. Addresses begin with a slash, below the API's base.

    Methods raise OddAnswer, GithubException for an answer that is no success, and what `requests` raises. `said` are the
    headers of the last answer.
    """

    def __init__(self, client: github.Github, memory: Memory) -> None:
        self._client = client
        self._requester = client.requester
        self._memory = memory
        self.said: dict[str, str] = {}

    def get(self, path: str, kind: type[P], **query: Query) -> P:
        """One thing."""
        return _as(kind, self._remembering(_address(path, query))[0])

    def listed(self, path: str, kind: type[P], *, under: str = "", **query: Query) -> Iterator[P]:
        """All things of a list, page after page; `under` names where an answer has it, "" for an answer that is the list."""
        asked: Mapping[str, Query] | None = {**query, "per_page": PER_PAGE}
        while asked:
            page, link = self._remembering(_address(path, asked))
            things = page.get(under) if under and isinstance(page, dict) else page
            if not isinstance(things, list):
                raise OddAnswer(f"{path}: no list")
            yield from (_as(kind, one) for one in things)
            asked = _next(link)

    def send(self, method: str, path: str, body: Body | None = None) -> object:
        """Do something once; gives the answer's JSON, None for an empty one."""
        return _parsed(self._ask(method, path, body)[1])

    def made(self, method: str, path: str, kind: type[P], body: Body | None = None) -> P:
        """Do something once, and read what came of it."""
        return _as(kind, self.send(method, path, body))

    def made_at(self, path: str, kind: type[P], body: Body) -> tuple[P, Mapping[str, str]]:
        """What a POST made, with the headers of the answer."""
        headers, text = self._ask("POST", path, body)
        return _as(kind, _parsed(text)), headers

    def graphql(self, query: str, variables: Body, kind: type[P]) -> P:
        """The answer to a GraphQL query. What GitHub says went wrong in it is raised as the REST API would say it."""
        headers, text = self._ask("POST", self._requester.graphql_url, {"query": query, "variables": variables})
        answer = _parsed(text)
        errors = answer.get("errors") if isinstance(answer, dict) else None
        if isinstance(answer, dict) and errors:
            types = {str(one.get("type")) for one in errors if isinstance(one, dict)}
            status = next(
                (_STATUS_OF_GRAPHQL[one] for one in sorted(types) if one in _STATUS_OF_GRAPHQL), HTTPStatus.BAD_REQUEST
            )
            raise self._requester.createException(status, dict(headers), answer)
        return _as(kind, answer)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _remembering(self, address: str) -> tuple[object, str]:
        """The JSON of an answer and the links of its header; what has not changed since it was asked last is not sent again."""
        known = self._memory.find(address)
        headers, text = self._ask("GET", address, None, {"If-None-Match": known.tag} if known else None)
        if known and text == "" and headers.get("etag", known.tag) == known.tag:
            return _parsed(known.text), known.link
        link = headers.get("link", "")
        if tag := headers.get("etag"):
            self._memory.keep(address, Remembered(tag, text, link))
        return _parsed(text), link

    def _ask(
        self, method: str, address: str, body: Body | None, headers: Mapping[str, str] | None = None
    ) -> tuple[Mapping[str, str], str]:
        """Headers and text of a success. A repository that has moved is followed there, on this host only."""
        status, said, text = self._send(method, address, body, headers)
        if status in _MOVED and "location" in said:
            status, said, text = self._send(method, said["location"], body, headers)
        if status >= HTTPStatus.MULTIPLE_CHOICES and status != HTTPStatus.NOT_MODIFIED:
            raise self._requester.createException(status, said, _told(text))
        return said, text

    def _send(
        self, method: str, address: str, body: Body | None, headers: Mapping[str, str] | None
    ) -> tuple[int, dict[str, str], str]:
        about: Mapping[str, str] = {"http.request.method": method, "url.path": urlsplit(address).path}
        with telemetry.span(f"GitHub {method}", SpanKind.CLIENT, **about) as span:
            try:
                status, self.said, text = self._requester.requestJson(method, address, headers=dict(headers or {}), input=body)
            except (RuntimeError, AssertionError) as problem:  # how PyGithub says that it was sent to another host
                raise OddAnswer(str(problem)) from problem
            span.set_attribute("http.response.status_code", status)
        REQUESTS.labels(method, str(status)).inc()
        return status, self.said, text


def _address(path: str, query: Mapping[str, Query]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _next(link: str) -> Mapping[str, Query] | None:
    """The query of the next page. Only the query: where to ask is never taken from an answer."""
    pages = {one.get("rel"): one["url"] for one in parse_header_links(link)} if link else {}
    return dict(parse_qsl(urlsplit(pages["next"]).query)) if "next" in pages else None


def _parsed(text: str) -> object:
    try:
        return json.loads(text) if text else None
    except ValueError:
        raise OddAnswer("no JSON") from None


def _told(text: str) -> dict[str, object]:
    """What an error says; many come from something in between that knows no JSON."""
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {}


def _as(kind: type[P], answer: object) -> P:
    try:
        return kind.model_validate(answer)
    except ValidationError as problem:
        fault = problem.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise OddAnswer(f"{where}: {fault['msg']}" if where else fault["msg"]) from None
