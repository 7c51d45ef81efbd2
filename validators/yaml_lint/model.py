"""What goes to yamllint and what comes back, as plain data that crosses to another process."""

import re
from dataclasses import dataclass

DISABLE_FILE = re.compile(rb"\A((?:\xef\xbb\xbf)?#[ \t]*yamllint) (disable-file[ \t]*\r?(?:\n|\Z))")
"""The first line that makes yamllint pass over a file: https://yamllint.readthedocs.io/en/stable/disable_with_comments.html."""


@dataclass(frozen=True, slots=True)
class Job:
    """A text to lint under the rules that hold for `path`. `may_disable`: a `# yamllint disable-file` counts."""

    path: str
    data: bytes
    may_disable: bool = True


@dataclass(frozen=True, slots=True)
class Complaint:
    """What yamllint says: `rule` is "" for a syntax error, `level` is "error" or "warning"; line and column 1-based."""

    rule: str
    level: str
    text: str
    line: int
    column: int


Complaints = list[Complaint]
