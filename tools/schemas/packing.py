"""How the catalogue lies in the package: JSON packed with xz, and a list of where each part came from."""

import json
import lzma
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent.parent / "validators" / "schema" / "data"
SOURCES = DATA / "sources.json"


def write_packed(path: Path, content: object) -> int:
    """Write `content` to `path`, the same bytes for the same content; gives their number."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    packed = lzma.compress(text, preset=9 | lzma.PRESET_EXTREME)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed)
    return len(packed)


def note_source(source: dict[str, Any]) -> None:
    """Say in sources.json where a part of the catalogue comes from, in place of what it said of that project before."""
    sources = json.loads(SOURCES.read_text()) if SOURCES.exists() else []
    others = [entry for entry in sources if entry["name"] != source["name"]]
    SOURCES.write_text(json.dumps(sorted([*others, source], key=lambda entry: str(entry["name"]).lower()), indent=2) + "\n")
