"""The reference page of the App's permissions and events."""

from collections.abc import Iterator

from app.forges.github.app_manifest import EVENTS, PERMISSIONS, Event, Permission

_HEAD = """\
# The GitHub App: what it may do, and what it is told of

<!-- Made from app/forges/github/app_manifest.py by `make docs`; edit it there. -->

`fairlead github create-app` and the page `/setup` create the App with all of these; `fairlead doctor` says which of them are
missing, and on which page to click. Every token that Fairlead works with is for one repository and has only the permissions
that its work needs.

## Permissions

| Permission | Level | What for |
|---|---|---|
"""
_EVENTS_HEAD = """
Nothing of organizations, accounts, administration, workflows or secrets is asked for.

## Events

| Event | Needs | What for |
|---|---|---|
"""
_FOOT = """
GitHub tells every App of its own installations; nothing has to be ticked for that. An event that is lost is made up for: open
pull requests are read again every [`FAIRLEAD_RECONCILE_SECONDS`](settings.md#fairlead_reconcile_seconds).
"""


def page() -> str:
    """docs/reference/github-app.md."""
    return "".join((_HEAD, *_permissions(), _EVENTS_HEAD, *_events(), _FOOT))


def _permissions() -> Iterator[str]:
    for each in PERMISSIONS:
        yield f"| {each.label} | {each.level} | {each.why}{_less(each)} |\n"


def _less(each: Permission) -> str:
    return f". With `{each.enough}`, {each.without}" if each.enough else ""


def _events() -> Iterator[str]:
    labels = {each.name: each.label for each in PERMISSIONS}
    for each in EVENTS:
        yield f"| {each.label} | {labels[each.needs]} | {each.why}{_note(each)} |\n"


def _note(each: Event) -> str:
    if each.automatic:
        return "; comes by itself with the permission to write"
    return "; optional" if each.optional else ""
