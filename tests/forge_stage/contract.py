"""GitHub's published description of its API and webhooks, as what requests, answers and payloads are held against.

The files come from `tools/github_contract.py`; jsonschema-rs takes microseconds for a request.
"""

import json
import lzma
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import parse_qsl

import jsonschema_rs

DATA = Path(__file__).resolve().parents[1] / "data" / "github"
_ANYWHERE = frozenset([301, 304, 307, 400, 401, 403, 404, 408, 413, 422, 429, 451, *range(500, 600)])
"""What every operation may answer, whether its description says so or not."""
_KNOWN = (
    # GitHub gives null for the line of a comment that is outdated or on a file, as its webhooks' description says of the same object.
    re.compile(r"(\d+\.)?(original_)?(line|position|start_line): null is not of type \"integer\""),
    # GitHub gives null for the repository of a deleted fork, as its webhooks' description says.
    re.compile(r"(\d+\.)?(pull_request\.)?head\.repo: null is not of type \"object\""),
    # The hook of an app has no address of its own, unlike that of a repository.
    re.compile(r"hook: \"(url|ping_url)\" is a required property"),
    # In the list of installations the description wants each account to be a person and an enterprise at once.
    re.compile(r"\d+\.account: \{.*"),
)
"""Where the description is known to be wrong."""

Schema = Mapping[str, object]


class Shape:
    """A schema of the API, made ready when something is first held against it."""

    def __init__(self, schema: object) -> None:
        self._schema = schema

    @cached_property
    def validator(self) -> jsonschema_rs.Validator:
        """What does the work."""
        return jsonschema_rs.Draft202012Validator({"allOf": [self._schema], "schemas": _file("openapi")["schemas"]})

    def faults(self, body: bytes) -> list[str]:
        """What of a JSON text is not so."""
        return _faults(self.validator, body)


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the API. `answers` are keyed by status, None for one without a body."""

    method: str
    path: str
    pattern: re.Pattern[str]
    query: Mapping[str, Shape]
    body: Shape | None
    needs_body: bool
    answers: Mapping[int, Shape | None]

    def request_faults(self, query: str, body: bytes) -> list[str]:
        """What of a request is not as GitHub wants it."""
        faults = [fault for name, value in parse_qsl(query) for fault in self._of_parameter(name, value)]
        if not body:
            return [*faults, "the body is missing"] if self.needs_body else faults
        if self.body is None:
            return faults if body in (b"{}", b"null") else [*faults, "GitHub takes no body here"]
        return [*faults, *self.body.faults(body)]

    def answer_faults(self, status: int, body: bytes) -> list[str]:
        """What of an answer is not as GitHub gives it."""
        if status not in self.answers:
            return [] if status in _ANYWHERE else [f"GitHub never answers {status} here"]
        shape = self.answers[status]
        if shape is None:
            return [] if body in (b"", b"{}") else [f"GitHub answers {status} without a body"]
        return shape.faults(body)

    def _of_parameter(self, name: str, value: str) -> list[str]:
        if name not in self.query:
            return [f"query: GitHub knows no {name}"]
        shape = self.query[name].validator
        number = int(value) if value.isdecimal() else value
        return [] if shape.is_valid(value) or shape.is_valid(number) else [f"query: {name}={value}"]


def operation(method: str, path: str) -> Operation | None:
    """The operation that a request is meant for; `path` is below the API's base. The most literal one where more than one fits."""
    return next((one for one in operations() if one.method == method and one.pattern.fullmatch(path)), None)


def unpublished() -> Sequence[str]:
    """What the small forge serves and GitHub does not describe."""
    found: list[str] = _file("openapi")["unpublished"]
    return found


def webhook_faults(event: str, payload: Mapping[str, object]) -> list[str]:
    """What of a webhook is not as GitHub sends it."""
    action = payload.get("action")
    shape = _webhook(f"{event}${action or 'event'}")
    if shape is None:
        return [f"GitHub sends no {event} with the action {action}"]
    return _faults(shape, json.dumps(payload).encode())


def events_described() -> set[str]:
    """The events whose payloads are described here."""
    return {name.partition("$")[0] for name in _file("webhook_schemas")["definitions"] if "$" in name}


def examples() -> list[tuple[str, dict[str, object]]]:
    """Every payload that GitHub publishes as an example: the event and the payload."""
    return [(event, payload) for event, payload in _file("webhook_examples")]


def _faults(shape: jsonschema_rs.Validator, body: bytes) -> list[str]:
    try:
        content = json.loads(body)
    except ValueError:
        return ["not JSON"]
    found = (f"{'.'.join(map(str, one.instance_path)) or 'all'}: {one.message[:300]}" for one in shape.iter_errors(content))
    return [fault for fault in found if not any(known.fullmatch(fault) for known in _KNOWN)]


@cache
def _file(name: str):  # type: ignore[no-untyped-def]
    return json.loads(lzma.decompress((DATA / f"{name}.json.xz").read_bytes()))


@cache
def operations() -> tuple[Operation, ...]:
    """All of them, the most literal ones first."""
    made = [_operation(one) for one in _file("openapi")["operations"]]
    return tuple(sorted(made, key=lambda one: (one.path.count("{"), -len(one.path))))


def _operation(one: dict) -> Operation:  # type: ignore[type-arg]  # JSON as the tool wrote it
    def shape(schema: object) -> Shape | None:
        return None if schema is None else Shape(schema)

    path: str = one["path"]
    parts = re.sub(r"\\\{[^}]*\\\}", "(.+)", re.escape(path)).replace("(.+)", "([^/]+)", _single(path))
    return Operation(
        method=one["method"],
        path=path,
        pattern=re.compile(parts),
        query={name: Shape(schema) for name, schema in one["query"].items()},
        body=shape(one["body"]),
        needs_body=one["needs_body"],
        answers={int(status): shape(schema) for status, schema in one["answers"].items()},
    )


def _single(path: str) -> int:
    """How many of a path's parts have no slash in them: all but a last one that may name a file, a branch or a commit."""
    parts = path.count("{")
    return parts - 1 if re.search(r"\{(path|ref|branch|basehead)\}", path) else parts


@cache
def _webhook(name: str) -> jsonschema_rs.Validator | None:
    definitions = _file("webhook_schemas")["definitions"]
    if name not in definitions:
        return None
    return jsonschema_rs.Draft7Validator({"allOf": [{"$ref": f"#/definitions/{name}"}], "definitions": definitions})
