"""The settings, or in a sentence why they can't be had."""

from collections.abc import Sequence

from pydantic import ValidationError

from app.settings import Settings


class CannotRead(Exception):
    """The settings can't be used as they are. The text names each one that is wrong, and why."""


def read_settings() -> Settings:
    """The settings of the environment. Raises CannotRead."""
    try:
        return Settings()
    except ValidationError as error:
        raise CannotRead("; ".join(_said(problem["loc"], problem["msg"]) for problem in error.errors())) from None


def _said(where: Sequence[int | str], message: str) -> str:
    names = "".join(f"FAIRLEAD_{str(step).upper()}: " for step in where)
    return f"{names}{message.removeprefix('Value error, ')}"
