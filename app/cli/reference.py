"""The reference page of the command line: the help of every command, as a terminal shows it."""

from collections.abc import Iterator

from typer import Context
from typer.core import TyperGroup
from typer.main import get_group

from app.cli.main import application

_WIDTH = 100

_HEAD = """\
# The command line

<!-- Made from app/cli/ by `make docs`; edit it there. -->

What every command says when it is asked with `--help`.
"""


def page() -> str:
    """docs/reference/cli.md."""
    cli = get_group(application())
    return _HEAD + "".join(_entries(Context(cli, info_name="fairlead", terminal_width=_WIDTH, **cli.context_settings)))


def _entries(context: Context) -> Iterator[str]:
    """The command of the context, then those below it."""
    yield f"\n## `{context.command_path}`\n\n```text\n{context.get_help()}\n```\n"
    if isinstance(context.command, TyperGroup):
        for name, command in context.command.commands.items():
            yield from _entries(Context(command, parent=context, info_name=name))
