"""Jinja2 for the pages: strict about undefined names, escaping everything, with the few filters that templates use."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from app.review.visible import visible
from validators.words import counted

STATIC = Path(__file__).parent / "static"
_CODE = re.compile(r"`([^`]+)`")
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def iso(moment: datetime) -> str:
    """A time as machines read it, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clock(moment: datetime) -> str:
    """Hours and minutes in UTC, such as 09:41."""
    return moment.astimezone(UTC).strftime("%H:%M")


def ago(moment: datetime) -> str:
    """How long ago, in the largest unit that fits: "3 s", "34 min", "20 h", "2 d"."""
    seconds = max(1, int((datetime.now(UTC) - moment.astimezone(UTC)).total_seconds()))
    return next(f"{seconds // size} {unit}" for size, unit in _UNITS if seconds >= size)


def short(commit: str | None) -> str:
    """The seven digits by which people know a commit."""
    return commit[:7] if commit else "?"


def prose(text: str) -> Markup:
    """A sentence with what stands in backticks set as code; everything else of it is escaped."""
    parts = _CODE.split(visible(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def breakable(path: str) -> Markup:
    """A field path that may break after its dots."""
    return Markup("<wbr>").join(escape(part) for part in re.split(r"(?<=\.)", visible(path)))


@cache
def static(name: str) -> str:
    """The address of a static file, with a digest of its content: it may be kept for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


@cache
def _environment() -> Environment:
    environment = Environment(loader=PackageLoader("app.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    filters: tuple[Callable[..., str], ...] = (iso, clock, ago, short, prose, breakable, counted)
    environment.filters.update({function.__name__: function for function in filters})
    environment.globals.update(static=static, version=version("fairlead"))
    return environment


def theme_of(request: Request) -> str | None:
    """The theme that this reader chose; None leaves it to the system."""
    theme = request.cookies.get("theme")
    return theme if theme in ("light", "dark") else None


def fragment(template: str, **values: object) -> str:
    """A rendered template that is part of a page."""
    return _environment().get_template(template).render(**values)


def page(request: Request, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A whole page. `values` are what the template names."""
    common = {"theme": theme_of(request), "query": request.query_params.get("q", ""), "room": ""}
    return HTMLResponse(fragment(template, **(common | values)), status_code=status)
