"""fairlead serve: take webhooks in, judge changes, show the pages."""

from enum import StrEnum
from typing import Annotated

import typer

from app.cli.errors import WrongUse

NAME = "serve"

EPILOG = """\b
Examples:
  fairlead serve                        everything in one process
  fairlead serve --role web             webhooks and pages only; workers do the work
  FAIRLEAD_WORKER_ID=worker-2 fairlead serve --role worker

The settings stand in the environment and in .env: see docs/reference/settings.md.
"""


class Part(StrEnum):
    """The roles of app.wiring.Role, which takes too long to import for a help text."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


def command(role: Annotated[Part, typer.Option(help="What this process does.")] = Part.ALL) -> None:
    """Run the service until it is told to stop."""
    from app.cli.serving import CannotServe, serve

    try:
        serve(role.value)
    except CannotServe as error:
        raise WrongUse(str(error)) from None
