"""What people set in their shells: how to show things, and where their Fairlead is."""

import os
from typing import TextIO


def wants_colour(stream: TextIO) -> bool:
    """Whether to colour: on a terminal, unless NO_COLOR (https://no-color.org) is set; FORCE_COLOR colours anywhere."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def rules_url() -> str:
    """The folder of the pages about rules, where the shell knows the team's service (FAIRLEAD_PUBLIC_URL); else ""."""
    service = os.environ.get("FAIRLEAD_PUBLIC_URL", "").rstrip("/")
    return f"{service}/rules" if service else ""
