"""POST /api/graphql"""

from pydantic import BaseModel, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.devforge.credentials import authenticate
from app.devforge.errors import ApiError, bad_credentials
from app.devforge.forge import Forge
from app.devforge.graphql.execute import execute
from app.devforge.graphql.language import GraphqlError, parse
from app.devforge.graphql.threads import Graph


class GraphqlRequest(BaseModel):
    """What a client posts."""

    query: str
    variables: dict[str, object] | None = None
    operationName: str | None = None  # noqa: N815 - the protocol's name


def routes(forge: Forge, path: str) -> list[Route]:
    """The one address."""

    async def serve(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(_respond, forge, request.headers.get("authorization", ""), body)

    return [Route(path, serve, methods=["POST"])]


def _respond(forge: Forge, authorization: str, body: bytes) -> Response:
    """Errors of a query are told with 200, as GitHub does."""
    try:
        asked = GraphqlRequest.model_validate_json(body)
        document = parse(asked.query)
        changes = any(one.kind == "mutation" for one in document.operations)
        with forge.database.transaction() if changes else forge.database.reading():
            actor = authenticate(forge, authorization)
            if actor.account is None:
                raise bad_credentials()
            answer = execute(document, asked.operationName or "", asked.variables or {}, Graph(forge, actor).roots())
    except ValidationError:
        return JSONResponse(ApiError(400, "Problems parsing JSON").body(), 400)
    except ApiError as problem:
        return JSONResponse(problem.body(), problem.status)
    except GraphqlError as problem:
        return JSONResponse({"errors": [{"message": str(problem)}]})
    return JSONResponse(answer)
