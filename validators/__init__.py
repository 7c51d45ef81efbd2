"""What is wrong with a change, and what would it do? Knows nothing of forges, databases, queues, webs.

VALIDATORS is the table of everything that looks at a change: a new validator is a module and a line here. Each is imported
when it is made, so that importing this package costs nothing.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from validators.change import Validator


def _files() -> "Validator":
    from validators.files import Files

    return Files()


def _yaml_lint() -> "Validator":
    from validators.yaml_lint import YamlLint

    return YamlLint()


def _schema() -> "Validator":
    from validators.schema import Schema

    return Schema()


def _units() -> "Validator":
    from validators.units.check import Units

    return Units()


VALIDATORS: "Mapping[str, Callable[[], Validator]]" = {
    "files": _files,
    "yaml_lint": _yaml_lint,
    "schema": _schema,
    "units": _units,
}
"""Each validator by its name, in the order in which they run and are told."""


def all_validators() -> "tuple[Validator, ...]":
    """All of them, fresh for one change."""
    return tuple(make() for make in VALIDATORS.values())
