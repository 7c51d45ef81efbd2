"""What yamllint said of contents before: the base's files are linted again and again, change after change, and never differ."""

from collections import OrderedDict
from collections.abc import Mapping

from validators.yaml_lint.model import Complaints

LintKey = tuple[str, tuple[str, ...], bool, str]
"""The blob, the rules that hold for its path, whether it may switch them off, and the configuration that says how they go."""

MOST_CONTENTS = 20_000
MOST_COMPLAINTS = 200_000
"""Of all contents together, some 40 MB: one file of a megabyte may have tens of thousands."""


class Memory:
    """The complaints about the contents that were linted latest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[LintKey, Complaints] = OrderedDict()
        self._complaints = 0

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: LintKey) -> Complaints | None:
        """What was said; None when that is not known."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def keep(self, said: Mapping[LintKey, Complaints]) -> None:
        """Remember, and forget the oldest beyond MOST_CONTENTS and MOST_COMPLAINTS."""
        for key, complaints in said.items():
            self._complaints += len(complaints) - len(self._kept.get(key, ()))
            self._kept[key] = complaints
        while len(self._kept) > MOST_CONTENTS or self._complaints > MOST_COMPLAINTS:
            self._complaints -= len(self._kept.popitem(last=False)[1])


SAID = Memory()
"""This process's."""
