"""fairlead doctor: what this machine has, how the service's data and its GitHub App are, and what to do about each."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.examined import Section
    from app.settings import Settings

NAME = "doctor"

EPILOG = """\b
Each line begins with
  ok  as it should be
  !!  it works, but could be better
  --  missing, or refused: Fairlead, or one of its parts, does not work
\b
Exit status:
  0  nothing is missing            3  something that is needed is missing: the lines that begin with --
  2  the settings can't be read
"""


def command(
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,  # noqa: FBT002 Typer makes a flag of it
) -> None:
    """Say what this machine and the GitHub App lack, and what to do about it.

    It tries to break out of what shuts foreign programs in, and says how far it came. With a GitHub App set up it asks GitHub
    whether the keys fit, what the App may do, where it is installed, and whether webhooks arrive. It changes nothing.
    """
    from app.cli.examining import forge, told
    from app.examined import Standing

    settings, broken = forge.settings_or_why()
    sections = tuple(_sections(settings, broken))
    typer.echo(told.as_json(sections) if json else told.as_text(sections), nl=False)
    if broken:
        raise typer.Exit(2)
    if told.worst(sections) is Standing.MISSING:
        raise typer.Exit(3)


def _sections(settings: "Settings | None", broken: "Section | None") -> "Iterator[Section]":
    from app.cli.examining import data, forge, machine

    yield machine.isolation()
    yield machine.programs()
    if broken:
        yield broken
    if settings is None:
        return
    if settings.github_app_id is not None:
        yield data.data(settings)
    yield forge.app(settings)
