"""Fields that a kustomization does not have: kustomize refuses the whole file for one of them."""

from collections.abc import Iterator

from validators.model import Location, Problem, Severity
from validators.schema.guesses import did_you_mean, guess
from validators.units.kustomization import KNOWN_FIELDS
from validators.units.references import Direct

UNKNOWN_FIELD = "unit/unknown-field"


def of_kustomization(direct: Direct) -> Iterator[Problem]:
    """A problem for each unknown field at the top of the kustomization."""
    for name, place in direct.kustomization.unknown:
        hint = did_you_mean(guess(name, KNOWN_FIELDS).names) or ": kustomize refuses the file. Take it out."
        yield Problem(
            UNKNOWN_FIELD,
            Severity.ERROR,
            f"`{name}` is not a field of a kustomization{hint}",
            Location(direct.file, place.line, place.line, place.column),
            about=name,
            title=f"unknown field `{name}`",
        )
