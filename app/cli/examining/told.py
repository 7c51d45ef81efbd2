"""How findings about a machine are printed: for people, and as JSON for programs."""

import json
from collections.abc import Iterator, Mapping, Sequence

from app.examined import Line, Section, Standing

_MARKS: Mapping[Standing, str] = {Standing.OK: "ok", Standing.NOTE: "!!", Standing.MISSING: "--"}
SCHEMA = "fairlead.doctor/v1"


def as_text(sections: Sequence[Section]) -> str:
    """Each line with its mark, and what to do below it."""
    return "\n".join(line for section in sections for line in (*_section(section), "")).rstrip("\n") + "\n"


def as_json(sections: Sequence[Section]) -> str:
    """The same as one object."""
    told = [{"title": section.title, "lines": [_fields(line) for line in section.lines]} for section in sections]
    return json.dumps({"schema": SCHEMA, "state": worst(sections), "sections": told}, indent=2) + "\n"


def worst(sections: Sequence[Section]) -> Standing:
    """How the whole is."""
    found = {line.standing for section in sections for line in section.lines}
    return next((standing for standing in (Standing.MISSING, Standing.NOTE) if standing in found), Standing.OK)


def _section(section: Section) -> Iterator[str]:
    yield f"{section.title}:"
    for line in section.lines:
        yield f"  {_MARKS[line.standing]}  {line.name}: {line.said}"
        if line.todo or line.url:
            yield f"      -> {': '.join(part for part in (line.todo, line.url) if part)}"


def _fields(line: Line) -> Mapping[str, str]:
    return {"name": line.name, "state": line.standing, "said": line.said, "todo": line.todo, "url": line.url}
