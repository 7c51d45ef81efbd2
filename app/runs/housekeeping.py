"""What keeps the disk from filling: daily a worker forgets what is old and tidies its mirrors, as does `fairlead prune`."""

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.git.mirrors import Mirrors, Tidied
from app.runs.attic import forget_workflows
from app.store.retention import Forgotten, Retention
from validators.words import counted, listed

log = logging.getLogger(__name__)

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Keep:
    """For how many days what is kept."""

    deliveries: int
    runs: int
    mirrors: int


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What was removed, and how many mirrors were packed."""

    forgotten: Forgotten
    workflows: int
    mirrors: Tidied

    def __str__(self) -> str:
        removed = [
            counted(self.forgotten.deliveries, "webhook"),
            counted(self.forgotten.runs, "run"),
            counted(self.forgotten.changes, "closed change"),
            counted(self.workflows, "workflow record"),
            counted(self.mirrors.removed, "mirror"),
        ]
        return f"Removed {listed(removed)}; packed {counted(self.mirrors.packed, 'mirror')}."


@dataclass(frozen=True, slots=True)
class House:
    """Cleans up. `url` is where DBOS keeps its records; `mark` is a file whose time tells when it was last done here."""

    retention: Retention
    url: str
    mirrors: Mirrors
    keep: Keep
    mark: Path

    async def clean_daily(self) -> None:
        """Clean up if that was more than a day ago."""
        if not self.mark.exists() or time.time() - self.mark.stat().st_mtime > DAY:
            self.mark.touch()
            log.info("%s", await self.clean())

    async def clean(self) -> Cleaned:
        """Clean up now. Raises GitError, DatabaseDown."""
        now = datetime.now(UTC)
        deliveries_before = now - timedelta(days=self.keep.deliveries)
        runs_before = now - timedelta(days=self.keep.runs)
        return Cleaned(
            forgotten=await self.retention.forget(deliveries_before=deliveries_before, runs_before=runs_before),
            workflows=await forget_workflows(self.url, deliveries_before),
            mirrors=await self.mirrors.tidy(self.keep.mirrors),
        )
