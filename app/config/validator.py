"""The validator `configuration`: a change that edits `.fairlead.yaml` is told what its version would do to those after it."""

from collections.abc import Iterator

from app.config.reading import MISNAMED, PATH, unreadable, validate_text
from validators.change import View
from validators.model import Coverage, Location, Look, Problem, Severity

JUDGED_BY_BASE = "configuration/judged-by-base"
MISNAMED_FILE = "configuration/misnamed"
YAML_LINT = "yaml_lint"
"""The validator that tells defects of YAML itself, where it runs."""


class ConfigurationFile:
    """Checks the configuration on the side at hand. It can't be switched off or ignored away: whoever could, would."""

    name = "configuration"

    def check(self, view: View) -> Look:
        """What is wrong with the configuration, and whether it differs from the one in force."""
        entry = view.tree.entry(PATH)
        return Look(
            problems=(*_wrong(view), *_not_in_force(view), *_misnamed(view)),
            coverage=Coverage(files=1 if entry else 0),
        )


def _wrong(view: View) -> Iterator[Problem]:
    entry = view.tree.entry(PATH)
    if entry is None:
        return
    if why := unreadable(entry):
        yield why
        return
    told_elsewhere = PATH in view.paths and YAML_LINT not in view.settings.disabled
    for problem in validate_text(PATH, view.tree.read(entry)):
        if problem.rule.startswith("configuration/") or not told_elsewhere:
            yield problem


def _not_in_force(view: View) -> Iterator[Problem]:
    """At the base the two are the same file, so that what is said here is always new."""
    here, in_force = view.tree.entry(PATH), view.rules.entry(PATH)
    if (here and here.blob) == (in_force and in_force.blob):
        return
    judge = "the configuration at the base" if in_force else "the defaults, as the base has no configuration"
    what = "edits" if here and in_force else "adds" if here else "removes"
    yield Problem(
        rule=JUDGED_BY_BASE,
        severity=Severity.INFO,
        title="configuration takes effect after the merge",
        message=f"This change {what} `{PATH}`. It was judged by {judge}; its own version counts once it is merged.",
        location=Location(PATH, 1 if here else None),
        about=here.blob if here else "removed",
    )


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
