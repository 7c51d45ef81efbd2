"""fairlead demo: the whole loop on this machine, with a small forge and a sample repository."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.errors import WrongUse

NAME = "demo"

EPILOG = """\b
Examples:
  fairlead demo                         at http://127.0.0.1:8080, data in .demo
  fairlead demo --port 9080 --reset     elsewhere, and from the beginning
"""


def command(
    data_dir: Annotated[Path, typer.Option(metavar="DIR", help="Where everything that the demo writes is kept.")] = Path(
        ".demo"
    ),
    port: Annotated[int, typer.Option(min=1, max=65534, help="The port of Fairlead; the forge takes the next one.")] = 8080,
    reset: Annotated[bool, typer.Option("--reset", help="Begin anew: remove what an earlier demo left in the folder.")] = False,  # noqa: FBT002 Typer makes a flag of it
) -> None:
    """Run a forge, a sample repository and Fairlead on this machine."""
    from app.demo.folder import NotOurs
    from app.demo.running import NotStarted, PortTaken, run

    try:
        run(data_dir.absolute(), port, reset=reset, say=typer.echo)
    except (PortTaken, NotOurs, NotStarted) as error:
        raise WrongUse(str(error)) from error
