"""The folder in which the service keeps things, its secrets in files, and its database."""

import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.examined import Line, Section, missing, note, well
from app.github_keys import keys_folder
from app.server_key import NAME as SERVER_KEY
from app.settings import Settings
from app.store.examination import examine

_GIVEN_BY_PLATFORM = Path("/run/secrets")
"""Containers get secrets there, readable for all in the container and for nobody else."""


def data(settings: Settings) -> Section:
    """What the service needs to remember things, and to keep them to itself."""
    return Section("Data", (*_folder(settings.data_dir.absolute()), *_modes(settings), examine(settings.store_url)))


def _folder(folder: Path) -> Iterator[Line]:
    if not folder.exists():
        yield well("data folder", f"{folder} is made at the first start")
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        todo = "let it belong to the user that Fairlead runs as, or set FAIRLEAD_DATA_DIR"
        yield missing("data folder", f"{folder} can't be written: {error.strerror}", todo)
        return
    yield well("data folder", f"{folder} can be written")


def _modes(settings: Settings) -> Iterator[Line]:
    """Files that nobody else on this machine should read."""
    open_to_others = [path for path in _secret_files(settings) if _is_open(path)]
    for path in open_to_others:
        yield note("modes", f"{path} can be read by others on this machine", f"chmod go= {path}")
    if not open_to_others:
        yield well("modes", "no secret can be read by others on this machine")


def _secret_files(settings: Settings) -> list[Path]:
    own = keys_folder(settings.data_dir)
    named = (
        settings.github_private_key_file,
        settings.github_webhook_secret_file,
        settings.database_url_file,
        settings.fingerprint_key_file,
    )
    found = [path for path in named if path is not None and _GIVEN_BY_PLATFORM not in path.absolute().parents]
    return [own, *found, settings.data_dir.absolute() / SERVER_KEY, Path(".env")]


def _is_open(path: Path) -> bool:
    try:
        return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))
    except OSError:
        return False
