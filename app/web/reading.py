"""What views read from: handed to them by FastAPI, so that a view is a plain function."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from app.store.store import Store
from app.web.change import LineUrl


@dataclass(frozen=True, slots=True)
class Reading:
    """The store, and how to link to lines of code at the forge. `app.main` keeps it in the application's state."""

    store: Store
    line_url: LineUrl


def reading(request: Request) -> Reading:
    """What this application reads from."""
    found: Reading = request.app.state.reading
    return found


Read = Annotated[Reading, Depends(reading)]
