"""Which files are templates: programs that print YAML, so that reading them as YAML would only raise false alarms.

Helm: every file below the `templates/` folder of a chart (https://helm.sh/docs/topics/charts/), and `.tpl` files.
Ansible: every file below the `templates/` folder of a role, and Jinja's own suffixes.
Elsewhere the text decides, document by document: one looks like a template that is no YAML as it stands, and is YAML once the
actions in it (`{{ name }}`) are filled in. What can be read as YAML is never taken for a template.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath

import yaml

from validators.tree import Tree

HELM_SUFFIXES = (".tpl", ".gotmpl")
JINJA_SUFFIXES = (".j2", ".jinja", ".jinja2")

NOT_READ = "templates are no YAML until they are rendered, and they are not rendered yet"
"""Why no template is looked at."""

LOOKS_LIKE_ONE = "looks like a template: it is no YAML as long as its actions ({{ ... }}) are not filled in"

_SEPARATOR = re.compile(rb"(^---.*\n?)", re.MULTILINE)
_CONTENT = re.compile(rb"^(?!---)[ \t]*[^#\s]", re.MULTILINE)
_ACTION = r"(?:\{\{(?:[^{}]|\{(?!\{)|\}(?!\}))*\}\}|\{%[^%]*%\}|\{#[^#]*#\})"
_LINE_OF_ACTIONS = re.compile(rf"^[ \t]*(?:{_ACTION}[ \t]*)+$", re.MULTILINE)
_INLINE_ACTION = re.compile(_ACTION)
_DEPTH_LIMIT = 100
_SIZE_LIMIT = 1_000_000


def is_template(tree: Tree, path: str, data: bytes) -> str | None:
    """What kind of template the file is, in words for coverage ("Helm template of chart charts/web"), or None for none.

    `tree` is asked for charts around `path`, `data` is the content of the file.
    """
    return template_by_place(tree, path) or template_by_text(data)


def template_by_place(tree: Tree, path: str) -> str | None:
    """The same from the path alone, without a look at the content."""
    for folder in _folders_above(path, "templates"):
        if tree.entry(f"{folder}Chart.yaml") is not None:
            return f"Helm template of chart {folder.rstrip('/') or 'at the root'}"
        if PurePosixPath(folder).parent.name == "roles":
            return f"Ansible template of role {folder.rstrip('/')}"
    if path.endswith(HELM_SUFFIXES):
        return "Helm template"
    return "Jinja template" if path.endswith(JINJA_SUFFIXES) else None


def template_by_text(data: bytes) -> str | None:
    """The same from the content alone: no document of it is YAML, and some look like templates.

    Unreadable, very large and deeply nested texts are no templates.
    """
    rest = without_templates(data)
    return None if rest is data or _CONTENT.search(rest) else LOOKS_LIKE_ONE


def without_templates(data: bytes) -> bytes:
    """The text with empty lines in place of its documents that look like templates; `data` itself where none does."""
    if len(data) > _SIZE_LIMIT or (b"{{" not in data and b"{%" not in data):
        return data
    documents = _SEPARATOR.split(data)
    kept = [b"\n" * text.count(b"\n") if _has_bare_action(text.decode("utf-8", "replace")) else text for text in documents]
    return data if kept == documents else b"".join(kept)


def _folders_above(path: str, name: str) -> Iterator[str]:
    """The parents, innermost first and ending in "/" ("" is the root), of the folders called `name` that hold `path`."""
    for folder in PurePosixPath(path).parents:
        if folder.name == name:
            above = folder.parent.as_posix()
            yield "" if above == "." else f"{above}/"


def _has_bare_action(text: str) -> bool:
    """Whether an action is needed to explain the text: YAML as it stands is out, YAML with the actions filled in is not."""
    if _reads_as_yaml(text):
        return False
    filled = _INLINE_ACTION.sub("x", _LINE_OF_ACTIONS.sub("", text))
    return filled != text and _reads_as_yaml(filled)


def _reads_as_yaml(text: str) -> bool:
    """Whether `text` has YAML's syntax and no mapping as a key, which is what `{{ name }}` reads as."""
    depth = 0
    try:
        for event, following in pairwise(yaml.parse(text, Loader=yaml.CSafeLoader)):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _DEPTH_LIMIT or (_opens_flow_mapping(event) and _opens_flow_mapping(following)):
                return False
    except yaml.YAMLError:
        return False
    return True


def _opens_flow_mapping(event: yaml.Event) -> bool:
    return isinstance(event, yaml.MappingStartEvent) and bool(event.flow_style)
