"""The command line: the table of its commands, one module each, and the boundary between a user's error and a bug.

Modules of commands import at their top only what their signature needs, and the rest where they run: `fairlead --help`
reads them all and should answer at once.
"""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from app.cli import check, config, demo, doctor, github, prune, rules, serve
from app.cli.errors import WrongUse

COMMANDS = (check, doctor, rules, serve, prune, demo)
"""The modules of the commands, each with its NAME, the function `command`, and an EPILOG with examples. One is a line here."""

GROUPS: dict[str, typer.Typer] = {"config": config.group, "github": github.group}
"""Commands with commands of their own, such as `fairlead config`."""


def application() -> typer.Typer:
    """The command line as Typer knows it, without Rich, which takes longer to import than a check."""
    cli = typer.Typer(
        name="fairlead",
        help="Reviews changes to infrastructure repositories: what is wrong with a change, and what it would do.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    cli.callback()(_options)
    for module in COMMANDS:
        cli.command(module.NAME, epilog=module.EPILOG)(module.command)
    for name, group in GROUPS.items():
        cli.add_typer(group, name=name)
    return cli


def run() -> None:
    """What the program `fairlead` starts."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        application()()
    except WrongUse as error:
        sys.stderr.write(f"fairlead: {error}\n")
        sys.exit(2)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 Typer's callbacks get the option's value
    if wanted:
        typer.echo(f"fairlead {version('fairlead')}")
        raise typer.Exit


def _options(
    _version: Annotated[  # noqa: FBT002 Typer makes a flag of it
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    return
