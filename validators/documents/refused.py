"""What reading comes upon: trouble with a place, before it becomes a problem of a file."""

from dataclasses import dataclass

from validators.model import Location, Problem, Severity

SYNTAX = "yaml/syntax"
DUPLICATE_KEY = "yaml/duplicate-key"
MERGE_OVERRIDE = "yaml/merge-override"
UNSUPPORTED = "yaml/unsupported"
ODD_SCALAR = "yaml/odd-scalar"
ENCODING = "yaml/encoding"
INVISIBLE = "yaml/invisible-character"
IGNORED_TEXT = "yaml/ignored-text"
LIMIT = "yaml/limit"

ONLY_KUBERNETES = frozenset({MERGE_OVERRIDE, UNSUPPORTED, IGNORED_TEXT})
"""Rules about what Kubernetes tools refuse or skip; in YAML for other programs these are no defects."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong at a place (1-based). `about` names it without its place, for telling old from new."""

    rule: str
    line: int
    column: int
    message: str
    about: str
    title: str = ""
    severity: Severity = Severity.ERROR

    def problem(self, path: str) -> Problem:
        """The same as a problem of the file `path`."""
        place = Location(path, self.line, self.line, self.column)
        return Problem(self.rule, self.severity, self.message, place, self.about, title=self.title)


class Refused(Exception):
    """The text, or the rest of it, can't be read."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


def beyond(limit: str, line: int, column: int) -> Refused:
    """The refusal of a file that goes beyond a limit; `limit` says which, such as "100 levels of nesting"."""
    message = f"this file goes beyond a limit of Fairlead, {limit}; it is not read further, so nothing in it is checked"
    return Refused(Trouble(LIMIT, line, column, message, limit, title=f"more than {limit}"))
