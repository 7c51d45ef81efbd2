"""What a rule is: the page that a finding's name leads to."""

from dataclasses import dataclass

from validators.model import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that a finding can name.

    `title` says what is wrong, `why` what comes of it, `fix` what to do; `bad` and `good` are short examples, `source` a link.
    What stands in backticks is code.
    """

    id: str
    severity: Severity
    title: str
    why: str
    fix: str
    bad: str = ""
    good: str = ""
    source: str = ""
