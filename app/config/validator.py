"""The validator `configuration`: a change that edits `.fairlead.yaml` is told what its version would do to those after it."""

from collections.abc import Iterator

from app.config.reading import MISNAMED, PATH, unreadable, validate_text
from validators.change import View
from validators.documents.refused import DUPLICATE_KEY, ENCODING, INVISIBLE, LIMIT, ODD_SCALAR, SYNTAX
from validators.model import Coverage, Location, Look, Problem, Severity
from validators.templates import without_templates
from validators.tree import Entry
from validators.yaml_lint.configuration import NAMES as YAMLLINT_NAMES

JUDGED_BY_BASE = "configuration/judged-by-base"
JUDGED_BY_ITS_OWN = "configuration/judged-by-its-own"
MISNAMED_FILE = "configuration/misnamed"
YAML_LINT = "yaml_lint"
"""The validator that tells defects of YAML itself, where it runs."""

TOLD_BY_YAML_LINT = frozenset({SYNTAX, DUPLICATE_KEY, ODD_SCALAR, ENCODING, INVISIBLE, LIMIT})


class ConfigurationFile:
    """Checks the configuration on the side at hand. It can't be switched off or ignored away: whoever could, would."""

    name = "configuration"

    def __init__(self, *, base: str, mends: bool) -> None:
        """`base` is the base as people name it; `mends` as in Ruling."""
        self._base = base
        self._mends = mends

    def check(self, view: View) -> Look:
        """What is wrong with the configuration, and whether it differs from the one in force."""
        entry = view.tree.entry(PATH)
        return Look(
            problems=(*_wrong(view), *self._not_in_force(view), *_misnamed(view)),
            coverage=Coverage(files=1 if entry else 0),
        )

    def _not_in_force(self, view: View) -> Iterator[Problem]:
        """At the base the two are the same file, so that what is said here is always new."""
        here, in_force = view.tree.entry(PATH), view.rules.entry(PATH)
        if (here and here.blob) == (in_force and in_force.blob):
            return
        if self._mends:
            said = f"The configuration at `{self._base}` can't be read; this change mends it and was judged by its own."
            yield _told(here, JUDGED_BY_ITS_OWN, "configuration judged by itself", said)
            return
        judge = "the configuration at the base" if in_force else "the defaults, as the base has no configuration"
        what = "edits" if here and in_force else "adds" if here else "removes"
        said = f"This change {what} `{PATH}` and was judged by {judge}; its own version counts once it is merged."
        yield _told(here, JUDGED_BY_BASE, "configuration takes effect after the merge", said)


def _told(here: Entry | None, rule: str, title: str, message: str) -> Problem:
    place = Location(PATH, 1 if here else None)
    return Problem(rule, Severity.INFO, message, place, here.blob if here else "removed", title=title)


def _wrong(view: View) -> Iterator[Problem]:
    entry = view.tree.entry(PATH)
    if entry is None:
        return
    if why := unreadable(entry):
        yield why
        return
    data = view.tree.read(entry)
    told = _defects_told_elsewhere(view, data)
    yield from (problem for problem in validate_text(PATH, data) if problem.rule not in told)


def _defects_told_elsewhere(view: View, data: bytes) -> frozenset[str]:
    """The rules about YAML itself whose problems another validator is certain to tell, and as errors.

    With a `.yamllint` at the base it may leave the file alone, or take its problems for warnings; what looks like a template
    it does not read, and what only Kubernetes could not read is no concern of its.
    """
    runs = PATH in view.paths and YAML_LINT not in view.settings.disabled
    ruled = any(view.rules.entry(name) is not None for name in YAMLLINT_NAMES)
    return TOLD_BY_YAML_LINT if runs and not ruled and without_templates(data) is data else frozenset()


def _misnamed(view: View) -> Iterator[Problem]:
    if MISNAMED in view.paths:
        yield Problem(
            rule=MISNAMED_FILE,
            severity=Severity.WARNING,
            title="configuration with a name that is not read",
            message=f"`{MISNAMED}` is not read. Name it `{PATH}`.",
            location=Location(MISNAMED, 1),
            about=MISNAMED,
        )
