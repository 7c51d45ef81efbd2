"""The reference page of `.fairlead.yaml`, made from the types."""

from app.config.model import MOST_PATTERNS
from app.config.reading import LARGEST
from app.config.settings_list import Setting, settings

_HEAD = f"""\
# Configuration: `.fairlead.yaml`

<!-- Made from app/config/model.py by `make docs`; edit it there. -->

A repository's settings stand in the file `.fairlead.yaml` at its root. A change is judged by the file on the branch that it
wants to merge into, never by its own version: that one is checked, and counts once it is merged. Without the file the defaults
hold. A file that can't be read, or that has a key that is not in this list, blocks every merge until it is mended: half a
configuration is none. A change that does nothing but mend it is judged by its own version: see
[The configuration is broken](../how-to/mend-the-configuration.md). `.fairlead.yml` is not read.

`fairlead config validate` tells what is wrong with a file, `fairlead config explain` what is in force, and
`fairlead config schema` prints the JSON Schema for editors. A file has at most {LARGEST // 1024} KiB, and `ignore` at most
{MOST_PATTERNS} patterns.

```yaml
version: 1
kubernetes_version: "1.31"
ignore:
  - docs/**
comments:
  limit: 10
```

"""


def page() -> str:
    """docs/reference/configuration.md."""
    return _HEAD + "\n".join(_entry(setting) for setting in settings())


def _entry(setting: Setting) -> str:
    allowed = " or ".join(f"`{word}`" for word in setting.choices) or setting.kind
    example = f"\n\n```yaml\n{setting.name}: {setting.example}\n```" if setting.example else ""
    facts = f"{allowed[0].upper()}{allowed[1:]}; {_default(setting)}."
    return f"## `{setting.name}`\n\n{setting.description}\n\n{facts}{example}\n"


def _default(setting: Setting) -> str:
    if not setting.default:
        return "required"
    return "not set" if setting.default == '""' else f"default `{setting.default}`"
