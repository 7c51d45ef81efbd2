"""fairlead config: what is wrong with a .fairlead.yaml, what it may hold, and what is in force."""

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

ConfigPath = Annotated[Path, typer.Argument(metavar="PATH", help="The file, or the folder that holds it.")]


@group.command()
def validate(path: ConfigPath = Path(NAME)) -> None:
    """Say what is wrong with a configuration, by line. Exit status: 0 it can be used, 2 it can't."""
    from app.config.reading import validate_text

    problems = validate_text(NAME, _content(path))
    for problem in problems:
        place = problem.location
        where = ":".join(str(part) for part in (_file(path), place.line, place.column) if part is not None)
        typer.echo(f"{where}: {problem.message}")
    if problems:
        raise typer.Exit(2)
    typer.echo(f"{_file(path)}: no problems")


@group.command()
def schema() -> None:
    """Print the JSON Schema, for editors that complete and check YAML."""
    import json

    from app.config.model import json_schema

    typer.echo(json.dumps(json_schema(), indent=2))


@group.command()
def explain(path: ConfigPath = Path(NAME)) -> None:
    """Show every setting in force, and whether it comes from the file or is a default."""
    from app.config.model import Configuration
    from app.config.reading import BrokenConfiguration, document_of, from_text
    from app.config.settings_list import explain as explained

    content = _content(path) if _file(path).exists() else None
    try:
        configuration = Configuration(version=1) if content is None else from_text(NAME, content)
    except BrokenConfiguration as broken:
        raise WrongUse(f"{_file(path)} can't be used; `fairlead config validate {path}` says why") from broken
    rows = explained(configuration, None if content is None else document_of(NAME, content))
    name_width, value_width = (
        max(map(len, column)) for column in zip(*((row.setting.name, row.value) for row in rows), strict=True)
    )
    for row in rows:
        origin = f"{_file(path)} line {row.line}" if row.line else "default"
        typer.echo(f"{row.setting.name:<{name_width}}  {row.value:<{value_width}}  {origin}")


def _file(path: Path) -> Path:
    return path / NAME if path.is_dir() else path


def _content(path: Path) -> bytes:
    """The bytes of the file, one more than may be at most. Raises WrongUse."""
    from app.config.reading import LARGEST

    try:
        with _file(path).open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise WrongUse(f"{_file(path)} can't be read: {error.strerror}") from error
