"""What an operator is told of one pull request, from the webhook to the last write: its trace, its lines in the log, its figures."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from collector import Collector, Seen, collecting
from forge_stage.stages import SECRET, town
from one_service import NAME, one_service

TOKEN = "ghp_" + "0123456789abcdef" * 2


@dataclass(frozen=True)
class Told:
    """What was told when the service had judged one pull request and ended."""

    collector: Collector
    lines: list[dict[str, object]]
    log: str
    figures: str
    number: int
    head: str
    secrets: tuple[str, ...]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    folder = tmp_path_factory.mktemp("told")
    with collecting() as collector, town(folder, events=("pull_request",)) as place:
        with one_service(place, folder, OTEL_EXPORTER_OTLP_ENDPOINT=collector.endpoint) as service:
            number, head = service.propose_broken()
            assert service.final(head) == "1 error blocks the merge"
            forged = httpx.post(f"{service.url}/webhooks/github", headers={"x-hub-signature-256": TOKEN}, content=b"{}")
            assert forged.status_code == 401
            figures = httpx.get(f"{service.url}/metrics").text
        text = service.log.read_text("utf-8")
        lines = [json.loads(line) for line in text.splitlines()]
        yield Told(collector, lines, text, figures, number, head, (SECRET, place.keys.private_key, TOKEN))


def trace_of(told: Told) -> list[Seen]:
    """All spans of the trace that began with the webhook of the pull request."""
    [webhook] = [
        span for span in told.collector.spans if span.name == "webhook" and span.attributes["event"] == "ChangeTouched"
    ]
    assert webhook.parent == ""
    assert webhook.service == "fairlead"
    return [span for span in told.collector.spans if span.trace == webhook.trace]


def above(span: Seen, spans: list[Seen]) -> list[str]:
    """The names of the spans that it is part of, from the outermost."""
    by_id = {one.id: one for one in spans}
    names: list[str] = []
    while span.parent:
        span = by_id[span.parent]
        names.insert(0, span.name)
    return names


def _one(spans: list[Seen], name: str) -> Seen:
    [span] = [span for span in spans if span.name == name]
    return span


@pytest.mark.slow
def test_one_trace_goes_from_the_webhook_to_the_last_write(told: Told) -> None:
    spans = trace_of(told)
    run = ["webhook", "receive", "judge"]
    assert above(_one(spans, "fetch"), spans) == [*run, "judge"]
    assert above(_one(spans, "merge"), spans) == [*run, "judge"]
    checks = [span for span in spans if span.name == "check"]
    assert {span.attributes["check"] for span in checks} >= {"files", "yaml_lint", "schema", "configuration"}
    assert all(above(span, spans) == [*run, "judge", "checks"] for span in checks)
    writes = [(above(span, spans)[-1], span.attributes["what"]) for span in spans if span.name == "write"]
    expected = [("announce", "status"), *(("publish", what) for what in ("review", "summary", "check run", "status"))]
    assert sorted(writes) == sorted(expected)
    assert [span for span in spans if span.failed] == []


@pytest.mark.slow
def test_each_request_to_the_forge_is_part_of_what_it_was_made_for(told: Told) -> None:
    spans = trace_of(told)
    posted = [span for span in spans if span.name == "GitHub POST" and "write" in above(span, spans)]
    told_of = {(str(span.attributes["url.path"]), span.attributes["http.response.status_code"]) for span in posted}
    assert (f"/repos/{NAME}/statuses/{told.head}", 201) in told_of
    assert (f"/repos/{NAME}/issues/{told.number}/comments", 201) in told_of
    assert not [span for span in told.collector.spans if span.name.startswith("GitHub ") and not span.parent]


@pytest.mark.slow
def test_every_span_of_a_run_says_which_change_it_is_about(told: Told) -> None:
    [run] = [span for span in trace_of(told) if span.name == "judge" and "fairlead.run" in span.attributes]
    about = {name: run.attributes[f"fairlead.{name}"] for name in ("repository", "number", "head")}
    assert about == {"repository": NAME, "number": told.number, "head": told.head}


@pytest.mark.slow
def test_every_line_that_concerns_the_change_says_so(told: Told) -> None:
    concerned = [line for line in told.lines if line.get("number") == told.number]
    assert concerned
    assert all(line["repository"] == NAME for line in concerned)
    assert all({"timestamp", "level", "logger", "message"} <= set(line) for line in told.lines)
    assert not any("color_message" in line for line in told.lines)


@pytest.mark.slow
def test_no_secret_is_told(told: Told) -> None:
    everything = told.log + told.figures + repr(told.collector.spans)
    assert [secret for secret in told.secrets if secret in everything] == []


@pytest.mark.slow
def test_the_figures_tell_of_it(told: Told) -> None:
    for line in (
        'fairlead_webhook_deliveries_total{decision="accepted",event="ChangeTouched",forge="github"} ',
        'fairlead_webhook_deliveries_total{decision="bad signature",event="unread",forge="github"} 1.0',
        'fairlead_queue_length{queue="runs"} 0.0',
        'fairlead_runs_judged_total{state="failure"} 1.0',
        'fairlead_writes_total{kind="summary",outcome="written"} 1.0',
        "fairlead_database_up 1.0",
        "fairlead_build_info{",
    ):
        assert line in told.figures, line
