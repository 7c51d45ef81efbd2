"""What each format says of the same judged change."""

import json
import lzma
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli.formats import Format, Judged, renderer
from validators.model import (
    Action,
    CheckResult,
    Coverage,
    Finding,
    FindingStatus,
    Location,
    NotChecked,
    Outcome,
    Problem,
    Report,
    ResourceChange,
    ResourceId,
    Severity,
    Suggestion,
)
from validators.rules import all_rules
from validators.settings import FailOn
from validators.verdict import configuration_verdict, verdict

SOURCE = ["apiVersion: apps/v1", "kind: Deployment", "spec:", "\treplicaz: 3  "]


def finding(**differing: object) -> Finding:
    plain = Finding(
        rule="schema/unknown-field",
        severity=Severity.ERROR,
        title="unknown field",
        message="`replicaz` is no field of `spec`; did you mean `replicas`?",
        location=Location("apps/web.yaml", 4, 4, 2),
        status=FindingStatus.NEW,
        fingerprint="0123456789abcdef",
        resource=ResourceId("apps/v1", "Deployment", "shop", "web"),
        help_url="https://kubernetes.io/docs/",
    )
    return replace(plain, **differing)  # type: ignore[arg-type]  # the tests name fields


EXISTING = finding(status=FindingStatus.EXISTING, fingerprint="e", location=Location("old.yaml", 1))
FIXED = finding(status=FindingStatus.FIXED, fingerprint="f", location=Location("gone.yaml"))
NOTE = NotChecked("charts/web/templates/x.yaml", "a template")


def judged(*findings: Finding, existing: bool = False, colour: bool = False, outcome: Outcome = Outcome.COMPLETED) -> Judged:
    result = CheckResult(
        "schema", outcome, findings, Coverage(2, 3, (NOTE,)), "kubeconform is missing" if outcome == "broken" else "", 0.5
    )
    report = Report("b" * 40, "h" * 40, None, (result,))
    return Judged(
        report=report,
        verdict=verdict(report),
        fail_on=FailOn.ERROR,
        source=lambda path: SOURCE if path == "apps/web.yaml" else [],
        seconds=0.25,
        existing=existing,
        colour=colour,
        work_tree=True,
        rules_url="",
    )


def text(one: Judged, name: Format) -> str:
    return renderer(name).render(one)


def test_text_shows_the_line_with_a_caret_and_the_answer_last() -> None:
    assert text(judged(finding(), EXISTING, FIXED), Format.TEXT) == (
        "apps/web.yaml:4:2: error schema/unknown-field: `replicaz` is no field of `spec`; did you mean `replicas`?\n"
        "    |\n"
        "  4 |     replicaz: 3  \n"
        "    |     ^\n"
        "  in Deployment/web\n"
        "  see https://kubernetes.io/docs/\n"
        "\n"
        "Not checked:\n"
        "  charts/web/templates/x.yaml: a template\n"
        "\n"
        "New: 1 error. Existing, left alone: 1. Fixed: 1.\n"
        "1 error blocks the merge (2 files looked at in 0.25 s)\n"
    )


def test_text_says_what_the_change_would_do_and_its_dangers() -> None:
    claim = ResourceId("v1", "PersistentVolumeClaim", "shop", "data")
    gone = ResourceChange("apps/db", Action.DELETE, claim, risks=("PersistentVolumeClaim/data is deleted with its data",))
    one = judged()
    one = replace(one, report=replace(one.report, changes=(gone,)))
    assert (
        "What it would do: 1 delete in 1 unit\n"
        "  delete PersistentVolumeClaim/data in apps/db\n"
        "  danger PersistentVolumeClaim/data is deleted with its data\n"
    ) in text(one, Format.TEXT)
    assert "**What it would do:** 1 delete (`PersistentVolumeClaim/data`) in 1 unit." in text(one, Format.MARKDOWN)


def test_text_names_the_first_resources_and_says_of_what_nothing_is_known() -> None:
    maps = [ResourceChange("web", Action.CREATE, ResourceId("v1", "ConfigMap", "web", f"c{number}")) for number in range(12)]
    notes = tuple(NotChecked(f"overlays/{number}", "not rendered") for number in range(5))
    units = CheckResult("units", Outcome.COMPLETED, (), Coverage(not_checked=notes), "", 0.1)
    one = judged()
    told = text(replace(one, report=replace(one.report, results=(units,), changes=tuple(maps))), Format.TEXT)
    assert (
        "\n  create ConfigMap/c9 in web\n  and 2 more resources\n  not known for overlays/0, overlays/1, overlays/2 and 2 more\n"
        in told
    )
    unknown = text(replace(one, report=replace(one.report, results=(units,))), Format.TEXT)
    assert "What it would do: not known for overlays/0, overlays/1, overlays/2 and 2 more\n" in unknown


def test_text_says_which_checks_left_a_file_alone() -> None:
    template = NotChecked("charts/web/templates/x.yaml", "a template")
    results = tuple(
        CheckResult(name, Outcome.COMPLETED, (), Coverage(not_checked=(template,) * (name != "files")), "", 0.1)
        for name in ("files", "yaml_lint", "schema")
    )
    one = judged()
    one = replace(one, report=replace(one.report, results=results))
    assert "Not checked:\n  charts/web/templates/x.yaml (yaml_lint, schema): a template\n" in text(one, Format.TEXT)
    assert "- charts/web/templates/x.yaml (`yaml_lint`, `schema`): a template" in text(one, Format.MARKDOWN)


def test_text_lists_what_was_there_before_on_demand() -> None:
    assert "old.yaml:1: error (there before) schema/unknown-field" in text(judged(EXISTING, existing=True), Format.TEXT)


def test_text_of_a_clean_change() -> None:
    assert text(judged(), Format.TEXT).endswith("Ready to merge (2 files looked at in 0.25 s)\n")


def test_text_says_once_that_a_validator_could_not_run() -> None:
    assert text(judged(outcome=Outcome.BROKEN), Format.TEXT).count("kubeconform is missing") == 1


def test_text_cuts_a_long_line_around_the_caret() -> None:
    long = replace(
        judged(finding(location=Location("apps/web.yaml", 1, 1, 500))), source=lambda _: ["x" * 499 + "Y" + "x" * 500]
    )
    shown = text(long, Format.TEXT).splitlines()
    line, caret = shown[2], shown[3]
    assert line[caret.index("^")] == "Y"
    assert len(line) < 140


def test_colour_is_nothing_but_colour() -> None:
    import re

    coloured = text(judged(finding(), colour=True), Format.TEXT)
    assert "\x1b[31m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == text(judged(finding()), Format.TEXT)


@pytest.mark.parametrize("name", Format)
@pytest.mark.parametrize("evil", ["\x1b[2Jowned\x07", "a\u202eb", "\x9b31m", "zero\u200bwidth"])
def test_no_format_passes_a_control_character_on(name: Format, evil: str) -> None:
    one = judged(finding(message=evil, rule=evil, location=Location(f"{evil}.yaml", 1, 1, 1), unit=evil, help_url=evil))
    one = replace(one, source=lambda _: [evil])
    printed = text(one, name)
    assert not set(printed) & set("\x1b\x07\x9b\u202e\u200b")


def test_json_is_the_report() -> None:
    report = json.loads(text(judged(finding()), Format.JSON))
    assert report["schema"] == "fairlead.report/v1"
    assert report["verdict"]["state"] == "failure"
    assert report["findings"][0]["path"] == "apps/web.yaml"


def test_json_says_whether_uncommitted_edits_were_looked_at() -> None:
    for work_tree in (True, False):
        assert json.loads(text(replace(judged(), work_tree=work_tree), Format.JSON))["work_tree"] is work_tree


def test_sarif_places_each_finding_and_says_whether_it_is_new() -> None:
    suggestion = Suggestion(4, 4, "  replicas: 3")
    log = json.loads(text(judged(finding(suggestion=suggestion), EXISTING, FIXED), Format.SARIF))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    first = run["results"][0]
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 4, "endLine": 4, "startColumn": 2}
    assert [result["baselineState"] for result in run["results"]] == ["new", "unchanged", "absent"]
    assert first["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "  replicas: 3\n"
    assert {result["ruleId"] for result in run["results"]} == {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert run["invocations"][0]["executionSuccessful"] is True


@pytest.fixture(scope="module")
def sarif() -> jsonschema.Draft7Validator:
    """The schema of the standard, formats checked."""
    packed = Path(__file__).parents[2] / "data" / "sarif-schema-2.1.0.json.xz"
    schema = json.loads(lzma.decompress(packed.read_bytes()))
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


def unjudged() -> Judged:
    problem = Problem("configuration/bad-value", Severity.ERROR, "It is `mild`.", Location(".fairlead.yaml", 2), "x")
    answer = configuration_verdict([problem], base="main", remedy="Mend it first.")
    return replace(judged(), report=Report("b" * 40, "h" * 40, None, ()), verdict=answer)


@pytest.mark.parametrize(
    "one",
    [
        judged(),
        judged(finding(suggestion=Suggestion(4, 4, "  replicas: 3")), EXISTING, FIXED),
        judged(*(finding(rule=each.id, help_url=None) for each in all_rules())),
        replace(
            judged(finding(rule="own/rule 1", help_url="ssh://x"), finding(location=Location("ü .yaml"))),
            rules_url="https://f.example/rules",
        ),
        judged(finding(), outcome=Outcome.BROKEN),
        unjudged(),
    ],
    ids=["clean", "findings", "every rule", "odd names", "broken", "not judged"],
)
def test_sarif_fits_the_schema_of_the_standard(sarif: jsonschema.Draft7Validator, one: Judged) -> None:
    assert [error.message for error in sarif.iter_errors(json.loads(text(one, Format.SARIF)))] == []


def test_sarif_explains_each_rule() -> None:
    (rule,) = json.loads(text(judged(finding()), Format.SARIF))["runs"][0]["tool"]["driver"]["rules"]
    known = next(each for each in all_rules() if each.id == "schema/unknown-field")
    assert (rule["id"], rule["name"]) == ("schema/unknown-field", "SchemaUnknownField")
    assert rule["shortDescription"]["text"] == f"{known.title}."
    assert rule["fullDescription"]["text"] == known.why
    assert known.fix in rule["help"]["text"]
    assert f"```yaml\n{known.bad}\n```" in rule["help"]["markdown"]
    assert rule["defaultConfiguration"] == {"level": "error"}


@pytest.mark.parametrize(
    ("rules_url", "rule", "address"),
    [
        ("https://fairlead.example/rules", "schema/unknown-field", "https://fairlead.example/rules/schema/unknown-field"),
        ("", "yaml/colons", "https://yamllint.readthedocs.io/en/stable/rules.html#module-yamllint.rules.colons"),
        ("", "own/rule", "https://kubernetes.io/docs/"),
    ],
)
def test_sarif_links_to_the_page_of_the_rule(rules_url: str, rule: str, address: str) -> None:
    one = replace(judged(finding(rule=rule)), rules_url=rules_url)
    assert json.loads(text(one, Format.SARIF))["runs"][0]["tool"]["driver"]["rules"][0]["helpUri"] == address


def test_sarif_of_a_change_that_was_not_judged_is_no_success() -> None:
    invocation = json.loads(text(unjudged(), Format.SARIF))["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert [note["message"]["text"] for note in invocation["toolExecutionNotifications"]] == [
        "`.fairlead.yaml` line 2 at the base (main): It is `mild`.",
        "Mend it first.",
    ]


def test_sarif_says_that_a_validator_could_not_run() -> None:
    invocation = json.loads(text(judged(outcome=Outcome.BROKEN), Format.SARIF))["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "schema: kubeconform is missing"


def test_junit_fails_a_test_for_each_finding_that_blocks() -> None:
    suites = ET.fromstring(text(judged(finding(), EXISTING), Format.JUNIT))
    (suite,) = suites
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("schema", "1", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert "replicas" in (failure.get("message") or "")
    assert "old.yaml" in (suite.findtext("system-out") or "")


def test_junit_passes_a_clean_change_and_not_a_broken_validator() -> None:
    assert ET.fromstring(text(judged(), Format.JUNIT)).find(".//failure") is None
    assert ET.fromstring(text(judged(outcome=Outcome.BROKEN), Format.JUNIT)).find(".//error") is not None


def test_gitlab_gets_what_is_there_with_unique_fingerprints() -> None:
    issues = json.loads(text(judged(finding(), EXISTING, FIXED), Format.GITLAB))
    assert [(issue["location"]["path"], issue["location"]["lines"]["begin"], issue["severity"]) for issue in issues] == [
        ("apps/web.yaml", 4, "major"),
        ("old.yaml", 1, "major"),
    ]


def test_markdown_has_the_answer_and_what_was_not_checked() -> None:
    page = text(judged(finding(message="@acme/sre <b>bold</b>")), Format.MARKDOWN)
    assert page.startswith("## 1 error blocks the merge\n")
    assert "`@acme/sre`" in page
    assert "Not checked:\n\n- charts/web/templates/x.yaml: a template\n" in page


hostile = st.text(max_size=30)


@settings(max_examples=40, deadline=None)
@given(hostile, hostile, st.integers(1, 5), st.integers(1, 40), st.lists(hostile, max_size=5))
def test_any_text_makes_a_page_in_every_format(message: str, path: str, line: int, column: int, source: list[str]) -> None:
    one = judged(finding(message=message, rule=path, location=Location(path, line, line, column)))
    one = replace(one, source=lambda _: source)
    for name in Format:
        printed = text(one, name)
        assert printed.endswith("\n")
        if name in {Format.JSON, Format.SARIF, Format.GITLAB}:
            json.loads(printed)
    ET.fromstring(text(one, Format.JUNIT))
