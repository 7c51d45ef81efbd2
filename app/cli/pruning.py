"""What `fairlead prune` does: the daily cleaning of a worker, now."""

import asyncio

from app import wiring
from app.cli.settings_read import CannotRead, read_settings
from app.git.errors import GitError
from app.runs.housekeeping import Cleaned
from app.settings import Settings
from app.store.database import BadDatabaseUrl, DatabaseDown, open_database


class CannotPrune(Exception):
    """Nothing, or not everything, was removed. The text says why."""


def prune() -> str:
    """Clean up by the settings; says what was removed. Raises CannotPrune."""
    try:
        return str(asyncio.run(_cleaned(read_settings())))
    except (CannotRead, BadDatabaseUrl, DatabaseDown, GitError, OSError) as error:
        raise CannotPrune(str(error)) from None


async def _cleaned(settings: Settings) -> Cleaned:
    if settings.store_url.startswith("sqlite") and not settings.data_dir.is_dir():
        raise CannotPrune(f"there is no folder {settings.data_dir}: is this where Fairlead runs? See FAIRLEAD_DATA_DIR")
    database = await open_database(settings.store_url)
    try:
        return await wiring.house(settings, database).clean()
    finally:
        await database.close()
