"""JUnit's XML, which every CI shows as tests: a suite a validator, a failed test a finding that blocks.

Findings that don't block stand in the output of the suite. Characters that XML can't hold are written as escapes.
"""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from app.cli.formats import Judged, place
from app.review.visible import visible
from validators.model import CheckResult, Finding, FindingStatus, Outcome
from validators.verdict import blocks


def render(judged: Judged) -> str:
    """One XML document."""
    suites = ET.Element("testsuites", name="fairlead")
    for result in judged.report.results:
        blocking = [finding for finding in result.findings if blocks(finding, judged.fail_on)]
        suites.append(_suite(result, blocking))
    if not judged.report.results:
        suites.append(_unjudged(judged))
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _suite(result: CheckResult, blocking: list[Finding]) -> ET.Element:
    broken = result.outcome is Outcome.BROKEN
    skipped = result.outcome is Outcome.SKIPPED
    suite = _element("testsuite", name=result.validator, time=f"{result.seconds:.3f}")
    for name, number in {
        "tests": max(1, len(blocking)),
        "failures": len(blocking),
        "errors": broken,
        "skipped": skipped,
    }.items():
        suite.set(name, str(int(number)))
    for finding in blocking:
        case = _case(suite, result, f"{finding.rule} {place(finding)}")
        _told(case, "failure", finding.message, f"{place(finding)}: {finding.message}")
    if broken or skipped:
        _told(_case(suite, result, "runs"), "error" if broken else "skipped", result.explanation, "")
    elif not blocking:
        _case(suite, result, "no finding blocks")
    if notes := "\n".join(_notes(result, blocking)):
        _put(suite, "system-out", notes)
    return suite


def _unjudged(judged: Judged) -> ET.Element:
    """The suite for a change that could not be looked at."""
    suite = _element("testsuite", name="configuration", tests="1", failures="0", errors="1", skipped="0")
    case = ET.SubElement(suite, "testcase", classname="fairlead.configuration", name="is read")
    _told(case, "error", judged.verdict.headline, "\n".join(judged.verdict.reasons))
    return suite


def _case(suite: ET.Element, result: CheckResult, name: str) -> ET.Element:
    case = _element("testcase", classname=f"fairlead.{result.validator}", name=name)
    suite.append(case)
    return case


def _notes(result: CheckResult, blocking: Iterable[Finding]) -> Iterable[str]:
    shown = {finding.fingerprint for finding in blocking}
    for finding in result.findings:
        if finding.status is not FindingStatus.FIXED and finding.fingerprint not in shown:
            yield f"{place(finding)}: {finding.status} {finding.severity} {finding.rule}: {finding.message}"
    for note in result.coverage.not_checked:
        yield f"not checked: {note.what}: {note.why}"


def _told(case: ET.Element, tag: str, message: str, text: str) -> None:
    element = _element(tag, message=message)
    element.text = visible(text) or None
    case.append(element)


def _put(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = visible(text)


def _element(tag: str, **attributes: str) -> ET.Element:
    return ET.Element(tag, {name: visible(value) for name, value in attributes.items()})
