"""Every setting there is, walked from the types: for the reference and for `fairlead config explain`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from app.config.model import Configuration
from validators.documents import Document, Path


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `default` is as YAML would have it, "" where there is none; `choices` are the words it may be."""

    path: Path
    description: str
    kind: str
    default: str
    choices: tuple[str, ...]
    example: str

    @property
    def name(self) -> str:
        """The name that people use, such as `schema.engine`."""
        return ".".join(map(str, self.path))


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting with its value as YAML, and the line of the file that it comes from; None for a default."""

    setting: Setting
    value: str
    line: int | None


def settings(model: type[BaseModel] = Configuration, above: Path = ()) -> Iterator[Setting]:
    """All settings, in the order of the file; groups are walked through."""
    for name, field in model.model_fields.items():
        path = (*above, field.alias or name)
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from settings(inner, path)
        else:
            yield _setting(path, field)


def explain(configuration: Configuration, document: Document | None) -> list[InForce]:
    """What is in force and where each value comes from. `document` is the file that was read, None without one."""
    values = configuration.model_dump(mode="json", by_alias=True)
    return [InForce(setting, _yaml(_at(values, setting.path)), _line(document, setting.path)) for setting in settings()]


def _setting(path: Path, field: FieldInfo) -> Setting:
    annotation = field.annotation
    choices = (
        tuple(member.value for member in annotation) if isinstance(annotation, type) and issubclass(annotation, Enum) else ()
    )
    default = "" if field.default is PydanticUndefined else _yaml(field.default)
    example = _yaml(field.examples[0]) if field.examples else ""
    return Setting(path, field.description or "", _kind(annotation), default, choices, example)


def _kind(annotation: object) -> str:
    if annotation is bool:
        return "true or false"
    if annotation is int or get_args(annotation) == (1,):
        return "number"
    return "list of patterns" if get_args(annotation) else "text"


def _yaml(value: object) -> str:
    """A value as YAML in one line; JSON is YAML. Words that need no quotes have none."""
    if isinstance(value, Enum):
        return str(value.value)
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _at(values: object, path: Path) -> object:
    for step in path:
        values = values[step] if isinstance(values, dict) else None
    return values


def _line(document: Document | None, path: Path) -> int | None:
    """The line of the value, if the document has it."""
    value: object = document.value if document else None
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return None
        value = value[step]
    return document.locate(path, key=True).line if document else None
