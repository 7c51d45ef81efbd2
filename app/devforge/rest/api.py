"""The table of the REST API, and what is the same for all of it: who asks, limits, cached answers, errors."""

import json
from collections.abc import Awaitable, Callable
from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from app.devforge.access import Actor
from app.devforge.credentials import authenticate
from app.devforge.errors import ApiError, not_found
from app.devforge.forge import Forge
from app.devforge.records import Repository
from app.devforge.rest import (
    accounts,
    app_manifests,
    apps,
    check_runs,
    issues,
    ownership,
    pulls,
    refs,
    repositories,
    reviews,
    statuses,
)
from app.devforge.rest.budget import Budget, Spent
from app.devforge.rest.calls import Answer, Call, Endpoint

LONGEST_BODY = 4 * 1024 * 1024

ENDPOINTS: tuple[Endpoint, ...] = (
    *apps.ENDPOINTS,
    *app_manifests.ENDPOINTS,
    *accounts.ENDPOINTS,
    *reviews.ENDPOINTS,
    *pulls.ENDPOINTS,
    *issues.ENDPOINTS,
    *statuses.ENDPOINTS,
    *check_runs.ENDPOINTS,
    *refs.ENDPOINTS,
    *ownership.ENDPOINTS,
    *repositories.ENDPOINTS,  # last: its addresses with a path in them match much
)


def routes(forge: Forge, prefix: str) -> list[Route]:
    """The API below `prefix`."""
    budget = Budget(forge.limits)
    listed = [Route(prefix + one.path, _served(forge, budget, one), methods=[one.method]) for one in ENDPOINTS]
    moved = Route(prefix + "/repositories/{id:int}/{rest:path}", _ById(forge, prefix, Router(listed)))
    unknown = Endpoint("GET", "", _unknown)
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    return [*listed, moved, Route(prefix + "/{rest:path}", _served(forge, budget, unknown), methods=methods)]


class _ById:
    """The addresses below /repositories/{id}, to which GitHub sends who knows a repository by a former name."""

    def __init__(self, forge: Forge, prefix: str, listed: Router) -> None:
        self._forge = forge
        self._prefix = prefix
        self._listed = listed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = scope["path_params"]
        found = self._forge.database.one(Repository, id=named["id"])
        name = self._forge.full_name(found) if found else "gone/gone"
        await self._listed({**scope, "path": f"{self._prefix}/repos/{name}/{named['rest']}"}, receive, send)


def _served(forge: Forge, budget: Budget, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(_respond, forge, budget, endpoint, request, body)

    return serve


def _respond(forge: Forge, budget: Budget, endpoint: Endpoint, request: Request, body: bytes) -> Response:
    """Run one call in one transaction."""
    looks, client = request.method == "GET", request.headers.get("authorization", "")
    spent = budget.look(client)
    try:
        with forge.database.reading() if looks else forge.database.transaction():
            call = _call(forge, request, body)
            client = _client(call.actor) or client
            spent = budget.spend(client, writes=not looks and call.actor.account is not None)
            answer = endpoint.handler(call)
    except ApiError as problem:
        answer = Answer(problem.body(), problem.status, problem.headers)
    return _response(request, answer, client, spent, budget)


def _client(actor: Actor) -> str:
    """Who shares a budget: all tokens of an installation, all of a person."""
    if actor.installation:
        return f"installation {actor.installation.id}"
    return f"account {actor.account.id}" if actor.account else ""


def _call(forge: Forge, request: Request, body: bytes) -> Call:
    if len(body) > LONGEST_BODY:
        raise ApiError(413, "Payload too large")
    actor = authenticate(forge, request.headers.get("authorization", ""))
    url = forge.base_url + request.url.path
    return Call(forge, actor, request.method, url, request.path_params, dict(request.query_params), body)


def _response(request: Request, answer: Answer, client: str, spent: Spent, budget: Budget) -> Response:
    headers = {"X-GitHub-Media-Type": "github.v3; format=json", "X-GitHub-Enterprise-Version": "3.19.0", **answer.headers}
    content = b"" if answer.body is None else json.dumps(answer.body).encode()
    if request.method == "GET" and answer.status == 200:  # noqa: PLR2004 - OK
        headers |= {
            "ETag": f'W/"{sha256(content).hexdigest()}"',
            "Cache-Control": "private, max-age=60, s-maxage=60",
            "Vary": "Accept, Authorization",
        }
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            refunded = budget.refund(client, spent)
            return Response(status_code=304, headers={**headers, **refunded.headers()})
    return Response(content, answer.status, {**spent.headers(), **headers}, media_type="application/json; charset=utf-8")


def _unknown(_: Call) -> Answer:
    raise not_found()
