"""Figures as a Markdown table."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is, the limit that is wanted (it holds up to `most`, or from `least` on), what was measured, and of
    what it was made."""

    what: str
    measured: float
    most: float | None = None
    least: float | None = None
    unit: str = ""
    made_of: str = ""

    @property
    def holds(self) -> bool:
        """Whether it keeps to its limit."""
        return (self.most is None or self.measured <= self.most) and (self.least is None or self.measured >= self.least)

    @property
    def wanted(self) -> str:
        """The limit in words."""
        if self.most is not None:
            return f"≤ {self.most:g}{self.unit}"
        return "" if self.least is None else f"≥ {self.least:g}{self.unit}"


def markdown(figures: Iterable[Figure]) -> Iterator[str]:
    """The lines of the table."""
    yield "| what | wanted | measured | | made of |"
    yield "|---|---|---|---|---|"
    for each in figures:
        mark = "" if not each.wanted else "holds" if each.holds else "**missed**"
        yield f"| {each.what} | {each.wanted} | {_shown(each.measured)}{each.unit} | {mark} | {each.made_of} |"


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def milliseconds(seconds: float) -> str:
    """Seconds as people compare them here."""
    return f"{seconds * 1000:,.0f} ms"
