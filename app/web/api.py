"""JSON for programs, beside the pages: the same frozen data, described by OpenAPI."""

from typing import Annotated, TypeVar

from fastapi import APIRouter, HTTPException, Query

from app.forges.base import ChangeState
from app.store.read import ChangeList, ChangePage, ChangeQuery, RunPage
from app.web.reading import Read

MOST_ROWS = 200
Found = TypeVar("Found")

router = APIRouter(prefix="/api/v1", tags=["changes"])


@router.get("/changes")
async def changes(
    read: Read,
    q: Annotated[str, Query(max_length=200, description="Words of title, repository, author or number")] = "",
    forge: Annotated[str, Query(max_length=100)] = "",
    repository: Annotated[str, Query(max_length=400)] = "",
    state: ChangeState | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 100,
    after: Annotated[str, Query(max_length=40, description="`next` of the page before")] = "",
) -> ChangeList:
    """The changes that match, the last touched first."""
    query = ChangeQuery(forge=forge, repository=repository, state=state, search=q, limit=limit, after=after)
    return await read.store.list_changes(query)


@router.get("/changes/{change}")
async def change(read: Read, change: str) -> ChangePage:
    """One change with its newest run, its timeline and its earlier runs."""
    return _present(await read.store.change(change))


@router.get("/runs/{run}")
async def run(read: Read, run: str) -> RunPage:
    """One run with everything that it found out."""
    return _present(await read.store.run(run))


def _present(found: Found | None) -> Found:
    if found is None:
        raise HTTPException(404, "no such change or run")
    return found
