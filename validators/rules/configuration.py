"""Rules about `.fairlead.yaml`; `app/config` looks for them."""

from validators.model import Severity
from validators.rules.rule import Rule

_AFTER_MERGE = "Once merged, it would stop the judging of every later change."

RULES = (
    Rule(
        "configuration/unreadable",
        Severity.ERROR,
        "`.fairlead.yaml` can't be read",
        _AFTER_MERGE,
        "Mend the line; `fairlead config validate` says what is wrong before you push.",
    ),
    Rule(
        "configuration/unknown-key",
        Severity.ERROR,
        "`.fairlead.yaml` has a key that is not a setting",
        "A misspelt setting would silently not hold. " + _AFTER_MERGE,
        "Take the spelling that is suggested, or remove the key. `fairlead config schema` lists them for editors.",
        bad='kubernetes_verison: "1.31"',
        good='kubernetes_version: "1.31"',
    ),
    Rule(
        "configuration/bad-value",
        Severity.ERROR,
        "A setting of `.fairlead.yaml` has a value that it can't have",
        _AFTER_MERGE,
        "Give it one of the values that the finding names.",
    ),
    Rule(
        "configuration/missing",
        Severity.ERROR,
        "`.fairlead.yaml` lacks a setting that it must have",
        _AFTER_MERGE,
        "Add it; `version: 1` is the only one that is required.",
    ),
    Rule(
        "configuration/judged-by-base",
        Severity.INFO,
        "The change edits its own configuration",
        "A change is judged by the configuration of the base, so that it can't switch off the checks that it fails.",
        "Nothing. The new configuration holds from the merge on.",
    ),
    Rule(
        "configuration/judged-by-its-own",
        Severity.INFO,
        "The change mends a configuration that can't be read",
        "Without a configuration that can be read at the base nothing can be judged, so a change that mends it, and touches "
        "nothing else, is judged by its own version. Any other change waits until that one is merged.",
        "Read what the new configuration asks for before you merge: nothing at the base spoke against it.",
    ),
    Rule(
        "configuration/misnamed",
        Severity.WARNING,
        "A configuration stands under a name that is not read",
        "Only `.fairlead.yaml` at the root is read; the settings in this file do not hold.",
        "Rename the file to `.fairlead.yaml`.",
    ),
)
