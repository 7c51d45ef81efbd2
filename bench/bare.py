"""`python -m bench.bare PORT`: the barest FastAPI route that takes a webhook, served as Fairlead is."""

import sys

import uvicorn
from fastapi import FastAPI, Request, Response

app = FastAPI(docs_url=None, redoc_url=None)


@app.post("/webhooks/{forge}", status_code=202)
async def receive(forge: str, request: Request) -> Response:
    """Reads the body, and answers."""
    body = await request.body()
    return Response(f"{forge} {len(body)}\n", 202)


@app.get("/readyz")
async def ready() -> str:
    """That it is up."""
    return "ok"


if __name__ == "__main__":
    uvicorn.run(
        app, host="127.0.0.1", port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False, log_level="error"
    )
