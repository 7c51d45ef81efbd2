"""fairlead check: judge a change on this machine, exactly as the server would."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.formats import Format

NAME = "check"

EPILOG = """\b
Examples:
  fairlead check                            what differs from the main branch, uncommitted edits included
  fairlead check --base HEAD~1 --head HEAD  the last commit
  fairlead check --all                      every file
  fairlead check --format sarif > out.sarif a report for code scanning

\b
Exit status:
  0  it may merge                  2  wrong use or a broken configuration
  1  findings that fail it         3  a validator could not run
"""


def command(
    repo: Annotated[Path, typer.Option(metavar="DIR", help="The repository, or a folder in it.")] = Path(),
    base: Annotated[
        str | None,
        typer.Option(metavar="REV", help="What the change is compared with. [default: where it left the main branch]"),
    ] = None,
    head: Annotated[
        str | None, typer.Option(metavar="REV", help="The change. [default: the working tree with all edits]")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A configuration instead of the base's .fairlead.yaml.")
    ] = None,
    whole: Annotated[  # noqa: FBT002 Typer makes a flag of it
        bool, typer.Option("--all", help="Look at every file, and list what was there before, too.")
    ] = False,
    output: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TEXT,
    quiet: Annotated[  # noqa: FBT002 Typer makes a flag of it
        bool, typer.Option("--quiet", "-q", help="Do not show on a terminal how far it has come.")
    ] = False,
) -> None:
    """Judge a change: what is wrong with it, and may it merge?"""
    from app.cli.checking import Request, run

    raise typer.Exit(run(Request(repo, base, head, config, whole, quiet), output))
