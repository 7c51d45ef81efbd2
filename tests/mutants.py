"""Manifests with something wrong in them: by hand, by putting odd values into fields, and by chance with a fixed seed."""

import copy
import json
import lzma
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"

ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 5, 1.0, 2.5, 2**31, 2**53 + 1, 2**63, 10**30, "", "x", "5", "yes"),
    *([], {}, [None], [1], {"a": None}, {"a": 1}, "2024-01-01"),
)
SCRAPS = (
    *" \t\n:-[]{},#&*!|>'\"%@`~?=<.\\0x1yn",
    *("\n---\n", "  ", ": ", "- ", "<<: ", "&a ", "*a", "!!str ", "...\n", "\r\n", "\u00e9", "\n---"),
)
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def unpacked(name: str) -> Any:
    """The content of a file of tests/data."""
    return json.loads(lzma.decompress((DATA / name).read_bytes()))


def by_hand() -> Iterator[str]:
    """Whole files that somebody thought of."""
    yield from unpacked("yaml_cases.json.xz")["files"].values()


def odd_scalars() -> Iterator[str]:
    """Each way of writing a value, in fields of each type and as a key."""
    cases = unpacked("yaml_cases.json.xz")
    deployment = cases["bases"]["dep"]
    for scalar in cases["scalars"]:
        yield f"{CONFIG_MAP}data:\n  k: {scalar}\n"
        yield f"{CONFIG_MAP}data:\n  {scalar}: v\n"
        yield deployment.replace("replicas: 2", f"replicas: {scalar}")
        yield deployment.replace("maxSurge: 1, maxUnavailable: 25%", f"maxSurge: {scalar}")
        yield deployment.replace("      volumes:\n", f"      hostNetwork: {scalar}\n      volumes:\n")
        yield cases["bases"]["pvc"].replace("{requests: {storage: 1Gi}}", f"{{requests: {{storage: {scalar}}}}}")
        yield f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {scalar}\n"


def by_chance_in_data(number: int, seed: int) -> Iterator[str]:
    """Sound manifests with fields removed, renamed, wrapped or given odd values, as YAML and as JSON."""
    chance = random.Random(seed)
    bases = list(unpacked("yaml_cases.json.xz")["bases"].values())
    for index in range(number):
        data = copy.deepcopy(yaml.safe_load(chance.choice(bases)))
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            _change_data(data, chance)
        yield json.dumps(data, default=str) if index % 3 == 0 else yaml.safe_dump(data)


def by_chance_in_text(number: int, seed: int) -> Iterator[str]:
    """Sound manifests with letters and lines removed, replaced and put in."""
    chance = random.Random(seed)
    bases = list(unpacked("yaml_cases.json.xz")["bases"].values())
    for _ in range(number):
        text: str = chance.choice(bases)
        for _ in range(chance.choice((1, 1, 2, 3, 5))):
            text = _changed_text(text, chance)
        yield text


def _change_data(data: Any, chance: random.Random) -> None:
    paths = [path for path in _paths(data) if path]
    if not paths:
        return
    path = chance.choice(paths)
    holder = data
    for segment in path[:-1]:
        holder = holder[segment]
    last = path[-1]
    match chance.randrange(6):
        case 0:
            holder[last] = chance.choice(ODD_VALUES)
        case 1:
            del holder[last]
        case 2 if isinstance(holder, dict):
            holder[f"{last}X"] = holder.pop(last)
        case 3 if isinstance(holder, dict):
            holder["unknown"] = chance.choice(ODD_VALUES)
        case 4:
            holder[last] = [holder[last]]
        case _:
            holder[last] = {"k": holder[last]}


def _paths(data: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield above
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield from _paths(value, (*above, key))


def _changed_text(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    match chance.randrange(4):
        case 0:
            return text[:at] + text[at + chance.randint(1, 3) :]
        case 1:
            return text[:at] + str(chance.choice(SCRAPS)) + text[at:]
        case 2:
            return text[:at] + str(chance.choice(SCRAPS)) + text[at + 1 :]
    lines = text.split("\n")
    number = chance.randrange(len(lines))
    match chance.randrange(3):
        case 0:
            lines.insert(number, lines[number])
        case 1:
            lines[number] = f" {lines[number]}"
        case _:
            lines[number] = lines[number][1:]
    return "\n".join(lines)
