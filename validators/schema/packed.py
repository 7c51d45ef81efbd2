"""The catalogue as it lies in the package: JSON packed with xz, unpacked only when asked for.

`tools/schemas/` builds the files; `data/sources.json` says where each part comes from and under which licence.
"""

import json
import lzma
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from validators.documents import Value
from validators.schema.model import Schema

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, slots=True)
class Source:
    """A project whose schemas the catalogue has. `groups` are its API groups; `source` is where the builder took them from."""

    name: str
    version: str
    source: str
    licence: str
    url: str
    groups: tuple[str, ...]


def unpacked(*path: str) -> Schema | None:
    """The content of a file of the catalogue; None when there is no such file."""
    file = DATA.joinpath(*path)
    if not file.is_file():
        return None
    content = json.loads(lzma.decompress(file.read_bytes()))
    return cast("Schema", content)


@cache
def sources() -> tuple[Source, ...]:
    """Where the catalogue comes from."""
    listed: list[dict[str, Value]] = json.loads((DATA / "sources.json").read_text(encoding="utf-8"))
    return tuple(_source(entry) for entry in listed)


def _source(entry: dict[str, Value]) -> Source:
    texts = {key: str(entry[key]) for key in ("name", "version", "source", "licence", "url")}
    return Source(**texts, groups=tuple(cast("list[str]", entry["groups"])))
