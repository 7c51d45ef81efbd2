"""Acceptance cases: two commits of a repository, and what `fairlead check` must and must not say of the step between them.

A case's `base` holds all files of the first commit, `head` those that differ: text is new content, null deletes,
{"symlink"} links, {"base64"} holds bytes, {"repeat", "times", "prefix", "suffix"} is a text many times over. The other fields:

expect      findings that must be there: path, line to end_line (or another place of `or`), status, at least this severity,
            rule and message matching one of the words; `at_most` bounds how many findings of one rule may match
forbid      findings that may not be there; `clean` allows nothing above info
coverage    words about what was not looked at; finding_or_coverage: that, or a finding on the path
verdict     the state, or several right ones, or null for any
changes     what the change does to resources, `forbid_changes` what it does not; `no_changes` allows none
forbid_text what may be on neither output stream
"""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from repositories import Repository, new_repository

from validators.trees.memory import Content, Symlink

ORIGIN = "https://git.example.com/shop/gitops.git"
SEVERITIES = ("info", "warning", "error")
EXITS = {"success": {0}, "failure": {1}, "error": {2, 3}}

Case = dict[str, Any]  # JSON, as it stands in the file
Json = dict[str, Any]


def cases(file: str = "cases.json") -> list[Case]:
    """All cases of a file in tests/cases: `cases.json` were given, `own.json` came with what was built."""
    found: list[Case] = json.loads((Path(__file__).parent / "cases" / file).read_text(encoding="utf-8"))["cases"]
    return found


def build(case: Case, folder: Path) -> tuple[Repository, str, str]:
    """The repository of a case, and the ids of its two commits. The branch `change` is checked out at the second."""
    repository = new_repository(folder)
    repository.git("remote", "add", "origin", ORIGIN)
    base = {path: content(value) for path, value in case["base"].items()}
    head = base | {path: content(value) for path, value in case["head"].items() if value is not None}
    for path, value in case["head"].items():
        if value is None:
            del head[path]
    first = repository.commit(base, branch="main")
    second = repository.commit(head, first, branch="change")
    repository.git("checkout", "-q", "change")
    return repository, first, second


def content(value: Any) -> Content:
    """What a file value of a case stands for."""
    if isinstance(value, str):
        return value.encode()
    if "symlink" in value:
        return Symlink(value["symlink"])
    if "base64" in value:
        return base64.b64decode(value["base64"])
    body = "".join(value["repeat"].replace("{i}", str(number)) for number in range(value["times"]))
    return f"{value.get('prefix', '')}{body}{value.get('suffix', '')}".encode()


@dataclass(frozen=True)
class Answer:
    """What the program answered."""

    status: int
    report: Json
    printed: str

    @property
    def findings(self) -> list[Json]:
        found: list[Json] = self.report["findings"]
        return found


def departures(case: Case, answer: Answer) -> Iterator[str]:
    """Every point in which the answer departs from the case."""
    state = answer.report["verdict"]["state"]
    if answer.status not in EXITS[state]:
        yield f"exit status {answer.status} with verdict {state}"
    allowed: list[str | None] = case["verdict"] if isinstance(case["verdict"], list) else [case["verdict"]]
    if None not in allowed and state not in allowed:
        yield f"verdict {state}: {answer.report['verdict']['reasons']}"
    yield from (f"printed: {text}" for text in case.get("forbid_text", ()) if text in answer.printed)
    yield from _misplaced(case, answer)
    yield from _findings(case, answer)
    yield from _gaps(case, answer)
    yield from _changes(case, answer.report["changes"])


def _misplaced(case: Case, answer: Answer) -> Iterator[str]:
    """Findings on files or lines that the repository does not have."""
    files = {**case["base"], **case["head"]}
    for finding in answer.findings:
        text = files.get(finding["path"])
        if finding["path"] not in files:
            yield f"no such file: {_brief(finding)}"
        elif (
            finding["line"]
            and isinstance(text, str)
            and finding["status"] != "fixed"
            and finding["line"] > text.count("\n") + 1
        ):
            yield f"no such line: {_brief(finding)}"


def _findings(case: Case, answer: Answer) -> Iterator[str]:
    for wanted in case["expect"]:
        found = [finding for finding in answer.findings if _matches(finding, wanted)]
        most = max(Counter(finding["rule"] for finding in found).values(), default=0)
        if not found or most > wanted.get("at_most", most):
            yield f"{most} findings for {wanted}; told: {[_brief(finding) for finding in answer.findings]}"
    for unwanted in case["forbid"]:
        level = {"severity_at_least": "warning", **unwanted}
        yield from (f"false alarm: {_brief(finding)}" for finding in answer.findings if _matches(finding, level))
    if case.get("clean"):
        loud = (finding for finding in answer.findings if finding["severity"] != "info" and finding["status"] != "fixed")
        yield from (f"false alarm: {_brief(finding)}" for finding in loud)


def _matches(finding: Json, wanted: Json) -> bool:
    resource = finding["resource"] or {}
    return (
        _says(wanted["words"], f"{finding['rule']} {finding['message']}")
        and finding["status"] == wanted.get("status", finding["status"])
        and SEVERITIES.index(finding["severity"]) >= SEVERITIES.index(wanted.get("severity_at_least", "info"))
        and all(resource.get(key) == value for key, value in wanted.get("resource", {}).items())
        and any(_stands_in(finding, place) for place in (wanted, *wanted.get("or", ())))
    )


def _stands_in(finding: Json, place: Json) -> bool:
    if finding["path"] != place.get("path", finding["path"]):
        return False
    first = place.get("line")
    if first is None or finding["status"] == "fixed":
        return True
    return finding["line"] is not None and first <= finding["line"] <= place.get("end_line", first)


def _gaps(case: Case, answer: Answer) -> Iterator[str]:
    told = "\n".join(_unchecked(answer.report))
    for wanted in case["coverage"]:
        if not _says([wanted["words"]], told):
            yield f"not said to be unchecked: {wanted['words']}; said: {told}"
    for wanted in case.get("finding_or_coverage", ()):
        here = "\n".join(
            f"{finding['rule']} {finding['message']}" for finding in answer.findings if finding["path"] == wanted["path"]
        )
        if not _says([wanted["words"]], f"{told}\n{here}"):
            yield f"neither a finding nor a note: {wanted}; said: {told} {here}"


def _unchecked(report: Json) -> Iterator[str]:
    for validator in report["validators"]:
        if validator["outcome"] != "completed":
            yield f"{validator['name']} {validator['explanation']}"
        for note in validator["coverage"]["not_checked"]:
            yield f"{note['what']} {note['why']}"


def _changes(case: Case, changes: list[Json]) -> Iterator[str]:
    told = [f"{change['action']} {change['resource']['kind']}/{change['resource']['name']}" for change in changes]
    for wanted in case["changes"]:
        if not any(_is_change(change, wanted) for change in changes):
            yield f"no change {wanted}; told: {told}"
    for unwanted in case["forbid_changes"]:
        if any(_is_change(change, unwanted) for change in changes):
            yield f"a change that does not happen: {unwanted}"
    if case.get("no_changes") and changes:
        yield f"nothing changes, told: {told}"


def _is_change(change: Json, wanted: Json) -> bool:
    wanted_actions: Any = wanted.get("action", change["action"])
    actions = [wanted_actions] if isinstance(wanted_actions, str) else wanted_actions
    fields = [field["path"] for field in change["fields"]]
    return (
        change["action"] in actions
        and all(change["resource"][key] == wanted[key] for key in ("kind", "name", "namespace") if key in wanted)
        and ("field" not in wanted or any(re.search(wanted["field"], field, re.IGNORECASE) for field in fields))
        and ("risk_words" not in wanted or _says(wanted["risk_words"], " ".join(change["risks"])))
    )


def _says(words: list[str], text: str) -> bool:
    return any(re.search(word, text, re.IGNORECASE) for word in words)


def _brief(finding: Json) -> str:
    return "{status} {severity} {path}:{line} [{rule}] {message}".format_map(finding)[:200]
