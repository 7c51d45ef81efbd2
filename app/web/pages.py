"""The pages. A view asks the store for one frozen dataclass, shapes it, and renders a template; it decides nothing."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.forges.base import ChangeState
from app.store.read import ChangeQuery
from app.web.change import change_page
from app.web.home import home
from app.web.live import Shown, all_changes, one_change
from app.web.reading import Read
from app.web.rules import RulePage, RulesPage
from app.web.states import NOTHING_HERE, StatePage
from app.web.streams import Streams, open_streams
from app.web.templating import page
from validators.rules import all_rules, rule

Tab = Literal["findings", "effects", "timeline"]
Open = Annotated[Streams, Depends(open_streams)]
RunId = Annotated[str, Query(max_length=64)]
A_YEAR = 31_536_000

router = APIRouter(include_in_schema=False)


@router.get("/")
async def changes(
    request: Request,
    read: Read,
    q: Annotated[str, Query(max_length=200)] = "",
    repository: Annotated[str, Query(max_length=400)] = "",
    state: ChangeState | None = None,
) -> HTMLResponse:
    """The changes, by what they wait for."""
    query = ChangeQuery(search=q, repository=repository, state=state)
    shown = home(query, await read.store.list_changes(query), await read.store.repositories())
    return page(request, "home.html", page=shown)


@router.get("/live")
async def live(read: Read, streams: Open) -> Response:
    """Tells the list of changes when to read itself anew."""
    return streams.answer(all_changes(read.store))


@router.get("/changes/{change}/live")
async def live_change(read: Read, streams: Open, change: str, run: RunId = "", *, final: bool = False) -> Response:
    """Tells a change's page how its run comes along."""
    return streams.answer(one_change(read.store, Shown(change, run, final), read.line_url))


@router.get("/changes/{change}/newer")
async def newer(request: Request, read: Read, change: str, run: RunId = "") -> HTMLResponse:
    """The line above a page that shows an older run than there is."""
    stored, shown = await read.store.change(change), await read.store.run(run)
    if stored is None or stored.run is None or shown is None:
        return nothing_here(request)
    return page(request, "change/newer.html", head=stored.run.run.head, shown=shown.run.head, url=f"/changes/{change}")


@router.get("/changes/{change}")
async def findings(request: Request, read: Read, change: str) -> HTMLResponse:
    """A change with its findings."""
    return await other_tab(request, read, change, "findings")


@router.get("/changes/{change}/{tab}")
async def other_tab(request: Request, read: Read, change: str, tab: Tab) -> HTMLResponse:
    """A change with one of its tabs open."""
    stored = await read.store.change(change)
    if stored is None:
        return nothing_here(request)
    return page(request, f"change/{tab}.html", page=change_page(stored, tab, read.line_url))


@router.get("/rules")
async def rules(request: Request) -> HTMLResponse:
    """All rules."""
    return page(request, "rules.html", page=RulesPage(all_rules()))


@router.get("/rules/{family}/{name}")
async def one_rule(request: Request, family: str, name: str) -> HTMLResponse:
    """What a finding's name leads to."""
    found = rule(f"{family}/{name}")
    return nothing_here(request) if found is None else page(request, "rule.html", page=RulePage(found))


@router.post("/theme")
async def choose_theme(request: Request, theme: Annotated[Literal["system", "light", "dark"], Form()]) -> Response:
    """Keeps the theme in a cookie, and nothing else of a reader. Goes back to the page it came from, on this host only."""
    answer = RedirectResponse(_path_before(request), status_code=303)
    if theme == "system":
        answer.delete_cookie("theme")
    else:
        answer.set_cookie("theme", theme, max_age=A_YEAR, httponly=True, samesite="strict")
    return answer


def state_page(request: Request, shown: StatePage) -> HTMLResponse:
    """A page that says why there is nothing to show."""
    return page(request, "blank.html", status=shown.status, page=shown)


def nothing_here(request: Request) -> HTMLResponse:
    """The page for what is not there."""
    return state_page(request, NOTHING_HERE)


def _path_before(request: Request) -> str:
    """The path of the page that the form stood on; "/" when it stood elsewhere."""
    before, own = request.headers.get("referer", ""), str(request.base_url)
    return "/" + before.removeprefix(own).lstrip("/\\") if before.startswith(own) else "/"
