"""The kubeconform engine: the real program behind walls, given each object and its schema as files of their own.

Its contract, as found out with 0.7.0: exit status 1 covers invalid objects and errors alike; results come in any order and are
told apart by file name; files that do not end in .json or .yaml are passed over without a word; a panic ends with status 2
and without JSON. https://github.com/yannh/kubeconform
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, cast

from validators.change import ToolFailed
from validators.documents import Value
from validators.programs import find
from validators.schema.core import group
from validators.schema.model import IN_OTHER_WORDS, KindSchema, Mismatch, Pointer, Schema

_BATCH = 500
_DIALECT = "http://json-schema.org/draft-07/schema#"  # the one whose meta-schema kubeconform has at hand
_LOCATED = re.compile(r"at '(?P<pointer>[^']*)': (?P<what>[^\n]*)")
_NOT_PRINTABLE = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Subject:
    """An object and the schema that holds for it."""

    value: dict[str, Value]
    schema: KindSchema


class _Result(TypedDict):
    filename: str
    status: str
    msg: str


def check(subjects: Sequence[Subject]) -> list[tuple[Mismatch, ...]]:
    """kubeconform's mismatches for each subject, in their order. Raises ToolMissing and ToolFailed."""
    program = find("kubeconform")
    found: list[tuple[Mismatch, ...]] = []
    for start in range(0, len(subjects), _BATCH):
        found += _checked(program, subjects[start : start + _BATCH])
    return found


def _checked(program: Path, subjects: Sequence[Subject]) -> list[tuple[Mismatch, ...]]:
    import tempfile

    from validators.sandbox import Walls, run

    with tempfile.TemporaryDirectory(prefix="fairlead-schema-") as name:
        folder = Path(name)
        files = [_written(folder, index, subject) for index, subject in enumerate(subjects)]
        arguments = ["-strict", "-verbose", "-output", "json", "-schema-location", location(folder)]
        done = run([program, *arguments, *files], walls=Walls(reads=(folder, program)))
    if done.stopped is not None or done.status not in {0, 1}:
        raise ToolFailed(f"kubeconform: {done.how}")
    try:
        results = cast("list[_Result]", json.loads(done.stdout)["resources"])
    except (ValueError, KeyError, TypeError):
        raise ToolFailed("kubeconform did not print the JSON that it should") from None
    by_file = {result["filename"]: result for result in results}
    if missing := [file for file in files if str(file) not in by_file]:
        raise ToolFailed(f"kubeconform said nothing of {len(missing)} of {len(files)} objects")
    return [_mismatches(by_file[str(file)]) for file in files]


def _written(folder: Path, index: int, subject: Subject) -> Path:
    """Put the object and its schema where kubeconform looks for them; gives the object's file."""
    put_schema(folder, subject.schema)
    file = folder / f"{index}.json"
    text = json.dumps(subject.value, ensure_ascii=False)
    file.write_text(_NOT_PRINTABLE.sub(_escaped, text), encoding="utf-8")
    return file


def location(folder: Path) -> str:
    """The `-schema-location` under which kubeconform finds the schemas put into `folder`."""
    return f"{folder}/{{{{.Group}}}}/{{{{.ResourceKind}}}}_{{{{.ResourceAPIVersion}}}}.json"


def put_schema(folder: Path, schema: KindSchema) -> None:
    """Write the schema below `folder`, unless it is there already."""
    version = schema.api_version.rpartition("/")[2]
    place = folder / (group(schema.api_version) or version) / f"{schema.kind}_{version}.json".lower()
    if not place.exists():
        place.parent.mkdir(exist_ok=True)
        place.write_text(json.dumps({"$schema": _DIALECT, **cast("Schema", _without_formats(schema.body))}))


def _without_formats(schema: Value) -> Value:
    """The schema without `format` beside a type: kubeconform asserts some formats, and one makes it panic."""
    if isinstance(schema, list):
        return [_without_formats(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    drop = "format" in schema and isinstance(schema["format"], str)
    return {key: _without_formats(part) for key, part in schema.items() if not (drop and key == "format")}


def _mismatches(result: _Result) -> tuple[Mismatch, ...]:
    if result["status"] == "statusValid":
        return ()
    if result["status"] not in {"statusInvalid", "statusError"}:
        raise ToolFailed(f"kubeconform left an object out: {result['status'] or 'empty'}")
    located = [
        Mismatch(_path(found["pointer"]), IN_OTHER_WORDS, found["what"], ()) for found in _LOCATED.finditer(result["msg"])
    ]
    return tuple(located) or (Mismatch((), IN_OTHER_WORDS, result["msg"].strip(), ()),)


def _path(pointer: str) -> Pointer:
    """A JSON pointer's segments; numbers are taken for indices."""
    segments = [segment.replace("~1", "/").replace("~0", "~") for segment in pointer.split("/")[1:]]
    return tuple(int(segment) if segment.isdecimal() else segment for segment in segments)


def _escaped(character: re.Match[str]) -> str:
    return f"\\u{ord(character[0]):04x}"
