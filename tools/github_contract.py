"""Cut out of GitHub's published descriptions what the tests hold requests, answers and webhooks against.

    .venv/bin/python tools/github_contract.py

Fetches three npm packages of the pinned versions (with `npm pack`, into a temporary folder) and writes tests/data/github/:

    openapi.json.xz            the operations that app/devforge serves: what is asked, closed, and what is answered
    webhook_schemas.json.xz    the payloads of the events in EVENTS, open: GitHub has added fields since they were published
    webhook_examples.json.xz   every example payload there is: pairs of an event and a payload

The schemas are JSON Schema.

Run it after the small forge learnt an operation, or for a newer version of the packages; the tests then say what changed.
"""

import json
import lzma
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data" / "github"
OPENAPI = "@octokit/openapi@23.0.2"
SCHEMAS = "@octokit/webhooks-schemas@7.6.1"
EXAMPLES = "@octokit/webhooks-examples@7.6.1"
EVENTS = (
    "check_run",
    "check_suite",
    "installation",
    "installation_repositories",
    "issue_comment",
    "merge_group",
    "ping",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "push",
    "repository",
    "status",
)
"""Those that the small forge sends or Fairlead takes."""

Json = dict[str, object]
_WORDS = ("description", "example", "examples", "title", "summary", "externalDocs", "deprecated", "default", "xml")
_PLURALS = ("oneOf", "anyOf", "allOf")


def main() -> None:
    """Write the three files."""
    DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        api = _file(Path(folder), OPENAPI, "generated/api.github.com.json")
        _write("openapi", _slice(api))
        _write("webhook_schemas", _webhooks(_file(Path(folder), SCHEMAS, "schema.json")))
        listed = _file(Path(folder), EXAMPLES, "api.github.com/index.json")
        _write("webhook_examples", [[one["name"], payload] for one in listed for payload in one["examples"]])


def _file(folder: Path, package: str, name: str):
    """A JSON file of an npm package."""
    words = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    packed = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
    with tarfile.open(folder / packed) as archive:
        member = archive.extractfile(f"package/{name}")
        if member is None:
            raise SystemExit(f"{package} has no {name}")
        return json.load(member)


def _write(name: str, content: object) -> None:
    text = json.dumps(content, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
    packed = lzma.compress(text, preset=9 | lzma.PRESET_EXTREME)
    (DATA / f"{name}.json.xz").write_bytes(packed)
    print(f"{name}: {len(text):,} bytes, packed {len(packed):,}")


# ------------------------------------------------------------------ operations


def _slice(api: Json) -> Json:
    """The operations that devforge serves, the schemas that they name, and which served ones GitHub does not publish."""
    sys.path.insert(0, str(ROOT))
    from app.devforge.rest.api import ENDPOINTS

    published = {
        (method.upper(), _plain(path)): (path, one) for path, ways in api["paths"].items() for method, one in ways.items()
    }
    operations, unpublished = [], []
    for endpoint in ENDPOINTS:
        found = published.get((endpoint.method, _plain(endpoint.path)))
        if found is None:
            unpublished.append(f"{endpoint.method} {endpoint.path}")
        else:
            operations.append(_operation(api, endpoint.method, *found))
    named = _reached(api["components"]["schemas"], [*operations])
    return {
        "source": OPENAPI,
        "licence": "MIT",
        "unpublished": sorted(unpublished),
        "operations": operations,
        "schemas": {name: _schema(api["components"]["schemas"][name]) for name in sorted(named)},
    }


def _plain(path: str) -> str:
    """A path whose parts are called alike in both tables; what devforge takes apart and GitHub names as one is joined."""
    for apart, joined in (("/contents{path:path}", "/contents/{path}"), ("/git/refs/heads/{branch:path}", "/git/refs/{ref}")):
        path = path.replace(apart, joined)
    return re.sub(r"\{[^}]*\}", "{}", path)


def _operation(api: Json, method: str, path: str, one: Json) -> Json:
    parameters = [_resolved(api, parameter) for parameter in one.get("parameters", [])]
    body = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return {
        "method": method,
        "path": path,
        "query": {each["name"]: _schema(each["schema"]) for each in parameters if each["in"] == "query"},
        "body": None if body is None else _closed(_schema(_inlined(api, body))),
        "needs_body": bool(one.get("requestBody", {}).get("required")),
        "answers": {status: _answer(_resolved(api, answer)) for status, answer in one["responses"].items()},
    }


def _answer(answer: Json) -> Json | None:
    """The schema of an answer, null for one without a body."""
    content = answer.get("content", {})
    shape = content.get("application/json", {}).get("schema")
    return None if shape is None else _schema(shape)


def _resolved(api: Json, one: Json) -> Json:
    return api["components"][one["$ref"].split("/")[2]][one["$ref"].split("/")[3]] if "$ref" in one else one


def _inlined(api: Json, one: object) -> object:
    """A schema with what it refers to in place, so that it can be closed where it stands."""
    if isinstance(one, list):
        return [_inlined(api, each) for each in one]
    if not isinstance(one, dict):
        return one
    return _inlined(api, _resolved(api, one)) if "$ref" in one else {name: _inlined(api, each) for name, each in one.items()}


def _schema(one: object) -> object:
    """JSON Schema of what OpenAPI 3.0 says: without its words, `nullable` as a type, references to where they are here."""
    if isinstance(one, list):
        return [_schema(each) for each in one]
    if not isinstance(one, dict):
        return one
    if "$ref" in one:
        return {"$ref": one["$ref"].replace("#/components/schemas/", "#/schemas/")}
    kept = {
        name: each
        for name, each in one.items()
        if name not in (*_WORDS, "nullable", "properties") and not name.startswith("x-")
    }
    plain: Json = {name: _schema(each) for name, each in kept.items()}
    if "properties" in one:
        plain["properties"] = {name: _schema(each) for name, each in one["properties"].items()}
    return _nullable(plain) if one.get("nullable") else plain


def _nullable(plain: Json) -> Json:
    if "enum" in plain:
        plain = {**plain, "enum": [*(each for each in plain["enum"] if each is not None), None]}
    if "type" in plain and not any(name in plain for name in _PLURALS):
        return {**plain, "type": [plain["type"], "null"]}
    return {"anyOf": [plain, {"type": "null"}]}


def _closed(one: object, *, part: bool = False) -> object:
    """Nothing but what is named may be sent: misspelt fields are faults. `part`: of a whole that is closed around it."""
    if isinstance(one, list):
        return [_closed(each) for each in one]
    if not isinstance(one, dict):
        return one
    plural = {name: [_closed(each, part=True) for each in one[name]] for name in _PLURALS if name in one}
    inner = {name: {key: _closed(each) for key, each in one[name].items()} for name in ("properties",) if name in one}
    items = {"items": _closed(one["items"])} if "items" in one else {}
    closed = {**one, **plural, **inner, **items}
    open_ended = part or "additionalProperties" in one or not ("properties" in one or plural)
    return closed if open_ended else {**closed, "unevaluatedProperties": False}


def _reached(schemas: Mapping[str, Json], roots: list[object]) -> set[str]:
    """The names of all schemas that are referred to, at any distance."""
    found: set[str] = set()
    todo = [name for root in roots for name in _names(root)]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += _names(_schema(schemas[name]))
    return found


def _names(one: object) -> Iterator[str]:
    if isinstance(one, dict):
        for name, each in one.items():
            if name == "$ref":
                yield str(each).rsplit("/", 1)[1]
            else:
                yield from _names(each)
    elif isinstance(one, list):
        for each in one:
            yield from _names(each)


# ------------------------------------------------------------------ webhooks


def _webhooks(schema: Json) -> Json:
    """The definitions of the events, by name ("push$event", "pull_request$opened"), and those that they refer to."""
    definitions = schema["definitions"]
    wanted = {name for name in definitions if name.partition("$")[0] in EVENTS and "$" in name}
    todo = [each for name in wanted for each in _names(definitions[name])]
    kept = set(wanted)
    while todo:
        name = todo.pop()
        if name not in kept:
            kept.add(name)
            todo += _names(definitions[name])
    return {
        "source": SCHEMAS,
        "licence": "MIT",
        "definitions": {name: _wordless(definitions[name]) for name in sorted(kept)},
    }


def _wordless(one: object, *, names: bool = False) -> object:
    """A schema without its words, open to more properties; `names`: those in `one` are names of properties."""
    if isinstance(one, list):
        return [_wordless(each) for each in one]
    if not isinstance(one, dict):
        return one
    dropped = () if names else ("description", "title", "$schema", "tsAdditionalProperties", "additionalProperties")
    return {name: _wordless(each, names=name == "properties") for name, each in one.items() if name not in dropped}


if __name__ == "__main__":
    main()
