"""The GitHub App that was registered from here: its id and keys in a folder of their own, for their owner's eyes alone.

`fairlead github create-app` and the page /setup write it, app/settings.py reads it.
"""

import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = "github-app"
_FACTS, _KEY, _SECRET = "app.json", "private-key.pem", "webhook-secret"
_READ_FROM_FACTS = ("github_app_id", "github_api_url", "github_web_url")


class KeysExist(Exception):
    """There are keys already. The text says where, and how they are replaced."""


@dataclass(frozen=True, slots=True)
class AppKeys:
    """What the service needs to be the App."""

    app_id: int
    api_url: str
    web_url: str
    private_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)


def keys_folder(data_dir: Path) -> Path:
    """Where the keys are kept."""
    return data_dir.absolute() / FOLDER


def refuse_to_overwrite(data_dir: Path) -> None:
    """Raises KeysExist where there are keys."""
    folder = keys_folder(data_dir)
    if folder.exists():
        raise KeysExist(
            f"{folder} holds the keys of an App already: use them, or replace them with --force, which keeps the old"
        )


def store_keys(data_dir: Path, keys: AppKeys, *, replace: bool) -> Path:
    """Keep the keys; the folder comes to its name with all that it holds. With `replace`, an older one is put aside.

    Raises KeysExist without `replace`, and OSError where nothing can be written.
    """
    folder = keys_folder(data_dir)
    data_dir.mkdir(parents=True, exist_ok=True)
    unfinished = folder.with_name(f"{FOLDER}.{secrets.token_hex(4)}")
    unfinished.mkdir(mode=0o700)
    facts = {"github_app_id": keys.app_id, "github_api_url": keys.api_url, "github_web_url": keys.web_url}
    _write(unfinished / _FACTS, json.dumps(facts, indent=2) + "\n")
    _write(unfinished / _KEY, keys.private_key)
    _write(unfinished / _SECRET, keys.webhook_secret)
    if not replace:
        _remove_when_taken(unfinished, data_dir)
    elif folder.exists():
        folder.rename(folder.with_name(f"{FOLDER}.until-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"))
    unfinished.rename(folder)
    return folder


def stored_settings(data_dir: Path) -> Mapping[str, object]:
    """The settings that the stored keys stand for, by their names in app.settings; nothing where there are none.

    Raises ValueError where they can't be read.
    """
    folder = keys_folder(data_dir)
    try:
        facts = json.loads((folder / _FACTS).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ValueError(
            f"can't read {folder / _FACTS}: {error.strerror}. Run Fairlead as the user that it belongs to"
        ) from None
    except ValueError:
        facts = None
    if not isinstance(facts, dict) or not all(name in facts for name in _READ_FROM_FACTS):
        raise ValueError(f"{folder / _FACTS} is not what Fairlead wrote: put {folder} aside and create the App anew")
    files = {"github_private_key_file": folder / _KEY, "github_webhook_secret_file": folder / _SECRET}
    return {name: facts[name] for name in _READ_FROM_FACTS} | files


def _remove_when_taken(unfinished: Path, data_dir: Path) -> None:
    try:
        refuse_to_overwrite(data_dir)
    except KeysExist:
        for file in unfinished.iterdir():
            file.unlink()
        unfinished.rmdir()
        raise


def _write(path: Path, text: str) -> None:
    file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
