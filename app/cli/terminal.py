"""What people set in their shells: how to show things, and where their Fairlead is."""

import os
from typing import TextIO

STDERR = 2
"""The file descriptor of standard error."""


def can_redraw(stream: TextIO) -> bool:
    """Whether a line that was written can be written over."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def wants_colour(stream: TextIO) -> bool:
    """Whether to colour: on a terminal, unless NO_COLOR (https://no-color.org) is set; FORCE_COLOR colours anywhere."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return can_redraw(stream)


def rules_url() -> str:
    """The folder of the pages about rules, where the shell knows the team's service (FAIRLEAD_PUBLIC_URL); else ""."""
    service = os.environ.get("FAIRLEAD_PUBLIC_URL", "").rstrip("/")
    return f"{service}/rules" if service else ""
