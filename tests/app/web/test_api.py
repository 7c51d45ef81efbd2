"""The JSON beside the pages."""

import httpx
from fastapi import FastAPI
from judged_changes import finding, judged, judgement

from app.store.ledger import Ledger
from app.web.site import add_site


async def test_a_change_and_its_run_are_there_as_json(site: httpx.AsyncClient, ledger: Ledger) -> None:
    change, run = await judged(ledger, judgement(finding()))
    rows = (await site.get("/api/v1/changes")).json()["rows"]
    assert [(row["id"], row["number"], row["run"]["verdict"]["state"]) for row in rows] == [(change, 7, "failure")]
    page = (await site.get(f"/api/v1/changes/{change}")).json()
    assert page["run"]["run"]["id"] == run
    found = (await site.get(f"/api/v1/runs/{run}")).json()["findings"][0]["finding"]
    assert (found["rule"], found["location"]["line"], found["status"]) == ("schema/unknown-field", 11, "new")


async def test_what_is_not_there_is_404_in_json(site: httpx.AsyncClient) -> None:
    for path in ("/api/v1/changes/nope", "/api/v1/runs/nope"):
        answer = await site.get(path)
        assert (answer.status_code, answer.json()) == (404, {"detail": "no such change or run"})


async def test_a_wrong_question_is_422_in_json(site: httpx.AsyncClient) -> None:
    assert (await site.get("/api/v1/changes?limit=100000")).status_code == 422


def test_openapi_describes_the_json_and_not_the_pages() -> None:
    application = FastAPI()
    add_site(application)
    paths = application.openapi()["paths"]
    assert set(paths) == {"/api/v1/changes", "/api/v1/changes/{change}", "/api/v1/runs/{run}"}
    assert all(operation["get"]["description"] for operation in paths.values())
