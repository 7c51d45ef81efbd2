"""fairlead prune: remove what was kept long enough."""

import typer

from app.cli.errors import WrongUse

NAME = "prune"

EPILOG = """\b
Examples:
  fairlead prune                            what the settings say
  FAIRLEAD_KEEP_DAYS=30 fairlead prune      keep less, this once

A running service does the same by itself once a day, and may go on meanwhile. How long what is kept: FAIRLEAD_KEEP_DAYS,
FAIRLEAD_KEEP_DELIVERIES_DAYS and FAIRLEAD_KEEP_MIRRORS_DAYS in docs/reference/settings.md.
"""


def command() -> None:
    """Remove old runs, closed changes, webhooks and unused mirrors, and say how many."""
    from app.cli.pruning import CannotPrune, prune

    try:
        typer.echo(prune())
    except CannotPrune as error:
        raise WrongUse(str(error)) from None
