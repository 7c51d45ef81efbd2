"""fairlead config: what is wrong with a .fairlead.yaml, what it may hold, and what is in force."""

import os
from pathlib import Path
from typing import Annotated

import typer

from app.cli.errors import WrongUse

NAME = ".fairlead.yaml"

group = typer.Typer(
    name="config",
    help="Check, explain and describe the configuration of a repository.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

ConfigPath = Annotated[
    Path | None,
    typer.Argument(
        metavar="PATH", help="The file, or a folder: its own, else the one of the repository that it is in. [default: here]"
    ),
]


@group.command()
def validate(path: ConfigPath = None) -> None:
    """Say what is wrong with a configuration, by line. Exit status: 0 it can be used, 2 it can't."""
    from app.config.reading import validate_text

    file = _file(path)
    problems = validate_text(NAME, _content(file))
    for problem in problems:
        place = problem.location
        where = ":".join(str(part) for part in (file, place.line, place.column) if part is not None)
        typer.echo(f"{where}: {problem.message}")
    if problems:
        raise typer.Exit(2)
    typer.echo(f"{file}: no problems")


@group.command()
def schema() -> None:
    """Print the JSON Schema, for editors that complete and check YAML."""
    import json

    from app.config.model import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


@group.command()
def explain(path: ConfigPath = None) -> None:
    """Show every setting in force, and whether it comes from the file or is a default. Without a file the defaults hold."""
    from app.config.model import Configuration
    from app.config.reading import BrokenConfiguration, document_of, from_text
    from app.config.settings_list import explain as explained

    file = _file(path)
    named = path is not None and not path.is_dir()
    content = _content(file) if named or file.exists() else None
    if content is None:
        typer.echo(f"fairlead: note: there is no {file}: the defaults hold", err=True)
    try:
        configuration = Configuration(version=1) if content is None else from_text(NAME, content)
    except BrokenConfiguration as broken:
        raise WrongUse(f"{file} can't be used; `fairlead config validate {file}` says why") from broken
    rows = explained(configuration, None if content is None else document_of(NAME, content))
    name_width, value_width = (
        max(map(len, column)) for column in zip(*((row.setting.name, row.value) for row in rows), strict=True)
    )
    for row in rows:
        origin = f"{file} line {row.line}" if row.line else "default"
        typer.echo(f"{row.setting.name:<{name_width}}  {row.value:<{value_width}}  {origin}")


def _file(path: Path | None) -> Path:
    """The configuration that is meant: in a repository the one at its root, which is the only one that is ever in force."""
    if path is not None and (not path.is_dir() or (path / NAME).exists()):
        return path / NAME if path.is_dir() else path
    folder = path or Path()
    here = folder.resolve()
    root = next((place for place in (here, *here.parents) if (place / ".git").exists()), here)
    return folder / NAME if root == here else Path(os.path.relpath(root / NAME))


def _content(file: Path) -> bytes:
    """The bytes of the file, one more than may be at most. Raises WrongUse."""
    from app.config.reading import LARGEST

    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise WrongUse(f"there is no {file}") from error
    except OSError as error:
        raise WrongUse(f"{file} can't be read: {error.strerror}") from error
