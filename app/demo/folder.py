"""The demo's own folder: everything that it writes is in there, and nothing else is ever removed."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

_FACTS = "demo.json"


class NotOurs(Exception):
    """A folder that holds something else than a demo; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Where everything is, for programs that drive the demo: the content of demo.json. `token` is the visitor's."""

    fairlead: str
    forge: str
    api: str
    clone: str
    repository: str
    user: str
    token: str


def prepare(folder: Path, *, reset: bool) -> None:
    """Make the folder, empty with `reset`. Raises NotOurs when something else lies there."""
    if folder.exists() and any(folder.iterdir()) and not (folder / _FACTS).exists():
        raise NotOurs(f"{folder} holds something else than a demo; choose another folder with --data-dir")
    if reset and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / _FACTS).touch(mode=0o600)


def write_facts(folder: Path, facts: Facts) -> None:
    """Put demo.json into the folder."""
    (folder / _FACTS).write_text(json.dumps(asdict(facts), indent=2) + "\n", "utf-8")
