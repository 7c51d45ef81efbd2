"""The pages of docs/reference/ that are made from code, and `.env.example`.

`make docs` (`python -m app.reference`) writes them; a test holds them equal to the code.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import app.cli.reference
import app.config.reference
import app.forges.github.app_reference
import app.settings_reference
import validators.rules.reference

PAGES: Mapping[str, Callable[[], str]] = {
    "docs/reference/cli.md": app.cli.reference.page,
    "docs/reference/configuration.md": app.config.reference.page,
    "docs/reference/github-app.md": app.forges.github.app_reference.page,
    "docs/reference/rules.md": validators.rules.reference.page,
    "docs/reference/settings.md": app.settings_reference.page,
    ".env.example": app.settings_reference.example,
}
"""What each page says, by its path in the repository."""


if __name__ == "__main__":
    for path, text in PAGES.items():
        Path(path).write_text(text(), "utf-8")
