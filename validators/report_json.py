"""A report as JSON, `fairlead.report/v1`: what `fairlead check --format json` prints and what the engine hands to the service.

Beside the keys that the format promises it carries what reading it back takes: `merge_result`, the verdict's `headline`,
and each finding's `title` and `validator`.
"""

import dataclasses
from dataclasses import dataclass
from typing import Literal

from validators.model import CheckResult, Finding, Report, Verdict
from validators.plain import to_plain

SCHEMA: Literal["fairlead.report/v1"] = "fairlead.report/v1"

Json = dict[str, object]


class BadReport(ValueError):
    """A text that is no report of this version. The text of the error says where it departs from it."""


def to_json(report: Report, verdict: Verdict) -> Json:
    """`report` and its verdict as plain data, ready for json.dumps. Text that is no Unicode stands in it escaped."""
    return {
        "schema": SCHEMA,
        "base": report.base,
        "head": report.head,
        "merge_result": report.merge_result,
        "verdict": to_plain(verdict),
        "validators": [to_plain(_validator(result)) for result in report.results],
        "findings": [to_plain(_finding(finding, result.validator)) for result in report.results for finding in result.findings],
        "changes": [to_plain(change) for change in report.changes],
    }


def from_json(data: object) -> tuple[Report, Verdict]:
    """The report and verdict that to_json made `data` of. Raises BadReport for anything else."""
    from pydantic import TypeAdapter, ValidationError

    try:
        document = TypeAdapter(_Document).validate_python(data)
        fields = {name: getattr(document, name) for name in ("base", "head", "merge_result", "changes")}
        report = TypeAdapter(Report).validate_python({**fields, "results": _results(document)})
        return report, TypeAdapter(Verdict).validate_python(document.verdict)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadReport(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


@dataclass(frozen=True, slots=True)
class _Document:
    """The outermost object, as it is read."""

    schema: Literal["fairlead.report/v1"]
    base: str
    head: str
    merge_result: str | None
    verdict: Json
    validators: list[Json]
    findings: list[Json]
    changes: list[Json]


def _validator(result: CheckResult) -> Json:
    return {
        "name": result.validator,
        "outcome": result.outcome,
        "explanation": result.explanation,
        "seconds": round(result.seconds, 3),
        "coverage": dataclasses.asdict(result.coverage),
    }


def _finding(finding: Finding, validator: str) -> Json:
    data = dataclasses.asdict(finding)
    return {**data.pop("location"), **data, "validator": validator}


def _results(document: _Document) -> list[Json]:
    """The validators' results in the shape of CheckResult, each with its own findings."""
    findings = [{**entry, "location": entry} for entry in document.findings]
    return [
        {**entry, "validator": entry.get("name"), "findings": [f for f in findings if f.get("validator") == entry.get("name")]}
        for entry in document.validators
    ]
