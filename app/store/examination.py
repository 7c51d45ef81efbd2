"""How the store is, without opening it as the service does: nothing is made and nothing is migrated."""

from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from app.examined import Line, missing, note, well
from app.store.database import migration_config

_NAME = "database"
_PATIENCE_SECONDS = 5
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def examine(url: str) -> Line:
    """Whether the database at `url` answers, and has the tables of this version."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return missing(_NAME, "FAIRLEAD_DATABASE_URL is no address", "it looks like postgresql://user:password@host/name")
    kind = parsed.drivername.partition("+")[0]
    if kind not in _DRIVERS:
        return missing(_NAME, f"{kind} is not supported", "use postgresql, or nothing for SQLite files")
    if kind == "sqlite" and not Path(parsed.database or "").exists():
        return well(_NAME, f"{parsed.database} is made at the first start")
    where = parsed.database if kind == "sqlite" else f"{parsed.database} at {parsed.host}"
    return _migrated(parsed.set(drivername=_DRIVERS[kind]), str(where))


def _migrated(url: URL, where: str) -> Line:
    patience = {} if url.drivername == "sqlite" else {"connect_timeout": _PATIENCE_SECONDS}
    engine = create_engine(url, hide_parameters=True, connect_args=patience)
    try:
        with engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_heads()
    except (SQLAlchemyError, OSError) as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return missing(_NAME, f"{where} does not answer: {said}", "see that it runs, and that FAIRLEAD_DATABASE_URL is right")
    finally:
        engine.dispose()
    scripts = ScriptDirectory.from_config(migration_config())
    if not present:
        return well(_NAME, f"{where} answers; its tables are made at the first start")
    if set(present) == set(scripts.get_heads()):
        return well(_NAME, f"{where} answers, migrated to {', '.join(present)}")
    if all(one in {script.revision for script in scripts.walk_revisions()} for one in present):
        return note(_NAME, f"{where} answers; it is at {', '.join(present)}, and is migrated at the next start")
    newer = "a newer version of Fairlead has used it: run that one, or restore a backup from before"
    return missing(_NAME, f"{where} is at {', '.join(present)}, which this version does not know", newer)
