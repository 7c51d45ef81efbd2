"""Pages for when there is nothing to show, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatePage:
    """`kind` is "", warning or error. `reference` is what the log has more under, "" for none. `status` is HTTP's."""

    status: int
    kind: str
    icon: str
    title: str
    text: str
    reference: str = ""


NOTHING_HERE = StatePage(
    404, "", "search", "Nothing is here", "No such page, or the change was removed. The list of changes has all that are known."
)


def our_fault(reference: str) -> StatePage:
    """A page that could not be made."""
    text = "This page could not be made, and that is our fault. Nothing was lost; the log says more under the reference."
    return StatePage(500, "error", "broken", "This failed, and it is our fault", text, reference)
