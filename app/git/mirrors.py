"""All mirrors of this machine: packed in a quiet hour, and removed when nobody has used them for long."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.git.mirror import Mirror

DAY = 86_400.0
RECENTLY = 2 * DAY
"""A mirror that was not used for so long has nothing new to pack."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many mirrors were packed and how many removed; those in use are left for the next time."""

    packed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Mirrors:
    """The mirrors below a folder."""

    root: Path

    async def tidy(self, unused_days: int) -> Tidied:
        """Remove the mirrors that nobody used for so many days, pack those used lately. Raises GitError."""
        packed = removed = 0
        for mirror in self._all():
            idle = time.time() - mirror.last_used
            if idle > unused_days * DAY:
                removed += await mirror.remove()
            elif idle < RECENTLY:
                packed += await mirror.tidy()
        return Tidied(packed, removed)

    def _all(self) -> Iterator[Mirror]:
        return (Mirror(path) for path in sorted(self.root.glob("*/*.git")))
