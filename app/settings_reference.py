"""The reference page of the settings and `.env.example`, both made from app/settings.py."""

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from app.settings import Settings

_HEAD = """\
# Settings of the service

<!-- Made from app/settings.py by `make docs`; edit it there. -->

Fairlead reads its settings from the environment, and from a file `.env` in the folder where it is started; the environment
counts more. `.env.example` lists them all. What a repository may choose for itself stands in
[`.fairlead.yaml`](configuration.md).
"""
_EXAMPLE_HEAD = """\
# Settings of Fairlead: copy this file to .env and fill in what you need. A line that stays commented out has its default.
# Made from app/settings.py by `make docs`; docs/reference/settings.md says the same with more room.
"""
_NEEDED = ("github_app_id", "github_private_key_file", "github_webhook_secret", "public_url")
"""What a service for GitHub can't do without: not commented out in the example."""


def page() -> str:
    """docs/reference/settings.md."""
    return _HEAD + "".join(_entry(name, field) for name, field in Settings.model_fields.items())


def example() -> str:
    """.env.example."""
    lines = [_EXAMPLE_HEAD]
    for name, field in Settings.model_fields.items():
        mark = "" if name in _NEEDED else "# "
        lines.append(f"\n# {field.description}\n{mark}{variable(name)}={_default(field)}\n")
    return "".join(lines)


def variable(name: str) -> str:
    """The variable of a setting: ours, or one that other programs know too."""
    alias = Settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"FAIRLEAD_{name.upper()}"


def _entry(name: str, field: FieldInfo) -> str:
    default = _default(field)
    return (
        f"\n## `{variable(name)}`\n\n{field.description}\n\n{f'Default `{default}`.' if default else 'Not set by default.'}\n"
    )


def _default(field: FieldInfo) -> str:
    default = field.default
    if default is None or default is PydanticUndefined:
        return ""
    return default.get_secret_value() if isinstance(default, SecretStr) else str(default)
