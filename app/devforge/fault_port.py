"""The switches of `faults` over HTTP, for programs that run beside the forge. Only `python -m app.devforge --faults` opens it.

    POST   /_faults        {"on": "request", "way": "drop", "path": "/statuses/", "done": true} -> {"number": 1}
    GET    /_faults        {"standing": {"1": {...}}, "struck": [{"fault": 1, "what": "POST /api/v3/..."}], "lag_seconds": 0}
    DELETE /_faults/1      lifts one, DELETE /_faults all of them (?seed=7 begins a new history)
    PUT    /_faults/lag    {"seconds": 2.5}

The fields of a fault are those of `RequestFault` and `WebhookFault`.
"""

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.devforge.faults import Fault, Faults

_FAULT: TypeAdapter[Fault] = TypeAdapter(Annotated[Fault, Field(discriminator="on")])


class _Lag(BaseModel):
    seconds: Annotated[float, Field(ge=0)]


def routes(faults: Faults) -> list[Route]:
    """The addresses."""

    async def add(request: Request) -> Response:
        try:
            return JSONResponse({"number": faults.add(_FAULT.validate_json(await request.body()))}, 201)
        except ValidationError as problem:
            return JSONResponse({"message": str(problem)}, 422)

    async def show(_: Request) -> Response:
        standing = {str(number): asdict(one) for number, one in faults.standing.items()}
        struck = [asdict(one) for one in faults.struck]
        return JSONResponse({"standing": standing, "struck": struck, "lag_seconds": faults.lag_seconds})

    async def lift(request: Request) -> Response:
        faults.lift(int(request.path_params["number"]))
        return Response(status_code=204)

    async def lift_all(request: Request) -> Response:
        seed = request.query_params.get("seed", "")
        faults.lift_all(seed=int(seed) if seed.isdecimal() else None)
        return Response(status_code=204)

    async def lag(request: Request) -> Response:
        try:
            faults.lag(_Lag.model_validate_json(await request.body()).seconds)
        except ValidationError as problem:
            return JSONResponse({"message": str(problem)}, 422)
        return Response(status_code=204)

    return [
        Route("/_faults", add, methods=["POST"]),
        Route("/_faults", show, methods=["GET"]),
        Route("/_faults", lift_all, methods=["DELETE"]),
        Route("/_faults/{number:int}", lift, methods=["DELETE"]),
        Route("/_faults/lag", lag, methods=["PUT"]),
    ]
