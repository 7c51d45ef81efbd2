"""The key behind fingerprints of secrets is made once, whole, and never taken for one when it is none."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.server_key import NAME, BadServerKey, server_key


def test_it_is_made_once_and_kept_for_nobody_else_to_read(tmp_path: Path) -> None:
    key = server_key(tmp_path)
    assert len(bytes.fromhex(key)) == 32
    assert server_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_those_who_start_at_the_same_time_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: server_key(tmp_path), range(64)))
    assert len(keys) == 1


@pytest.mark.parametrize("left", ["", "abc", "z" * 64, "a" * 63])
def test_a_file_that_a_crash_left_without_a_key_is_refused(tmp_path: Path, left: str) -> None:
    (tmp_path / NAME).write_text(left)
    with pytest.raises(BadServerKey, match="holds no key"):
        server_key(tmp_path)
