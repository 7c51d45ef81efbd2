"""What the doctor says of a database: never made, never migrated, told as it is."""

import sqlite3
from pathlib import Path

from app.examined import Standing
from app.store.database import open_database
from app.store.examination import examine


async def test_a_database_of_this_version_is_well(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    assert "made at the first start" in examine(url).said
    assert not (tmp_path / "store.sqlite").exists()
    opened = await open_database(url)
    await opened.close()
    found = examine(url)
    assert found.standing is Standing.OK
    assert "migrated to" in found.said


async def test_a_database_of_a_newer_version_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    opened = await open_database(f"sqlite:///{path}")
    await opened.close()
    connection = sqlite3.connect(path)
    connection.execute("update alembic_version set version_num = '9999'")
    connection.commit()
    connection.close()
    found = examine(f"sqlite:///{path}")
    assert found.standing is Standing.MISSING
    assert "newer version" in found.todo


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").write_text("not a database, but long enough to be looked at as one" * 10)
    found = examine(f"sqlite:///{tmp_path / 'store.sqlite'}")
    assert found.standing is Standing.MISSING
    assert "file is not a database" in found.said
