"""Git over HTTP, by git's own http-backend: clone, fetch and push, streamed both ways.

https://git-scm.com/docs/git-http-backend
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.devforge import moves, pushes
from app.devforge.access import STRANGER, Actor, allows, can_see, role
from app.devforge.credentials import authenticate
from app.devforge.errors import ApiError
from app.devforge.forge import Forge
from app.devforge.git import http_backend
from app.devforge.records import Protection, Repository

_SERVICES = {"git-upload-pack": "read", "git-receive-pack": "write"}
_CHUNK = 64 * 1024
_PASSED_HEADERS = {"content-type": "CONTENT_TYPE", "content-encoding": "HTTP_CONTENT_ENCODING", "git-protocol": "GIT_PROTOCOL"}


class GitServer:
    """Serves the repositories of a forge; one push at a time for each."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge
        self._pushing: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    def routes(self) -> list[Route]:
        """The addresses that git asks for, with and without .git."""
        path = "/{owner}/{repo}/"
        return [
            Route(path + "info/refs", self._serve, methods=["GET"]),
            Route(path + "git-upload-pack", self._serve, methods=["POST"]),
            Route(path + "git-receive-pack", self._serve, methods=["POST"]),
        ]

    async def _serve(self, request: Request) -> Response:
        last = request.url.path.rsplit("/", 1)[-1]
        service = request.query_params.get("service", "") if last == "refs" else last
        if service not in _SERVICES:
            return Response("Please upgrade your git client.", 403)
        try:
            actor, repository = await run_in_threadpool(self._admit, request, _SERVICES[service])
        except ApiError as problem:
            headers = {"WWW-Authenticate": 'Basic realm="GitHub"'} if problem.status == 401 else {}  # noqa: PLR2004 - Unauthorized
            return Response(problem.message, problem.status, {**headers, **problem.headers})
        variables = await run_in_threadpool(self._variables, request, actor, repository)
        if last != "git-receive-pack":
            return await _run(request, variables)
        async with self._pushing[repository.id]:
            before = await run_in_threadpool(self._forge.git(repository).branches)
            response = await _run(request, variables)
            told = b"".join([chunk async for chunk in response.chunks])
            # What the push means is known before its client is told that it went well.
            await run_in_threadpool(self._follow, repository, before, actor)
        return Response(told, response.status_code, response.said)

    def _admit(self, request: Request, level: str) -> tuple[Actor, Repository]:
        """Who asks and what for. Raises 401 for strangers where they may not, 404 and 403, and 301 for a former name."""
        shown = request.headers.get("authorization", "")
        actor = authenticate(self._forge, shown) if shown else STRANGER
        name = f"{request.path_params['owner']}/{request.path_params['repo'].removesuffix('.git')}"
        repository = moves.former(self._forge, name)
        if repository is None or not can_see(self._forge, actor, repository):
            raise ApiError(404 if shown else 401, "Repository not found.")
        if (now := self._forge.full_name(repository)).lower() != name.lower():
            rest = request.url.path.split("/", 3)[3]
            place = f"{self._forge.base_url}/{now}.git/{rest}?{request.url.query}"
            raise ApiError(301, "Moved Permanently", headers={"Location": place})
        if level == "write" and actor.account is None:
            raise ApiError(401, "No anonymous write access.")
        if not allows(self._forge, actor, repository, "contents", level):
            raise ApiError(403, f"Permission to {self._forge.full_name(repository)}.git denied.")
        return actor, repository

    def _variables(self, request: Request, actor: Actor, repository: Repository) -> dict[str, str]:
        git = self._forge.git(repository)
        last = "/info/refs" if request.url.path.endswith("/info/refs") else "/" + request.url.path.rsplit("/", 1)[-1]
        variables = {
            "GIT_PROJECT_ROOT": str(git.path),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": last,
            "REQUEST_METHOD": request.method,
            "QUERY_STRING": request.url.query,
            "REMOTE_ADDR": request.client.host if request.client else "",
            "DEVFORGE_PROTECTED": " ".join(self._protected(repository, actor)),
            "DEVFORGE_URL": f"{self._forge.base_url}/{self._forge.full_name(repository)}",
            "DEVFORGE_DEFAULT_BRANCH": repository.default_branch,
        }
        if actor.account:
            variables["REMOTE_USER"] = actor.account.login
        return variables | _cgi_headers(request.headers)

    def _protected(self, repository: Repository, actor: Actor) -> list[str]:
        """The refs that the actor may not push to."""
        if role(self._forge, actor.account, repository) == "admin":
            return []
        return [f"refs/heads/{one.branch}" for one in self._forge.database.all(Protection, repository_id=repository.id)]

    def _follow(self, repository: Repository, before: Mapping[str, str], actor: Actor) -> None:
        with self._forge.database.transaction():
            pushes.apply(self._forge, repository, before, self._forge.git(repository).branches(), actor.known)


def _cgi_headers(headers: Mapping[str, str]) -> dict[str, str]:
    passed = {variable: headers[name] for name, variable in _PASSED_HEADERS.items() if name in headers}
    # Without a length git reads to the end of its input, which is how a chunked request ends here.
    return passed | ({"CONTENT_LENGTH": headers["content-length"]} if "content-length" in headers else {})


class _Streamed(Response):
    """Hands chunks on. Starlette's own streaming waits for a disconnect and so takes parts of the request from git's mouth."""

    def __init__(self, chunks: AsyncIterator[bytes], status: int, said: Mapping[str, str]) -> None:
        super().__init__(status_code=status, headers=said)
        del self.headers["content-length"]
        self.chunks = chunks
        self.said = said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - so ASGI calls it
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for chunk in self.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _run(request: Request, variables: Mapping[str, str]) -> _Streamed:
    """Start git and hand on its answer while the request still streams in."""
    process = await http_backend(variables)
    feeding = asyncio.create_task(_feed(process, request))
    status, headers = await _cgi_head(process)
    return _Streamed(_output(process, feeding), status, headers)


async def _feed(process: asyncio.subprocess.Process, request: Request) -> None:
    if process.stdin is None:
        return
    try:
        async for chunk in request.stream():
            process.stdin.write(chunk)
            await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        pass  # git has read all it wants
    except ClientDisconnect:
        process.kill()
    finally:
        process.stdin.close()


async def _cgi_head(process: asyncio.subprocess.Process) -> tuple[int, dict[str, str]]:
    status, headers = 200, dict[str, str]()
    while process.stdout and (line := (await process.stdout.readline()).decode("latin-1").strip()):
        name, _, value = line.partition(": ")
        if name.lower() == "status":
            status = int(value.split(" ", 1)[0])
        else:
            headers[name.lower()] = value
    return status, headers


async def _output(process: asyncio.subprocess.Process, feeding: asyncio.Task[None]) -> AsyncIterator[bytes]:
    try:
        while process.stdout and (chunk := await process.stdout.read(_CHUNK)):
            yield chunk
        await feeding
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        feeding.cancel()
