"""Rules about YAML that hold whatever the repository's own rules say; `validators/documents/` and `validators/yaml_lint/`."""

from validators.model import Severity
from validators.rules.rule import Rule

_REFUSED = "kubectl, Argo CD and Flux refuse the file, and with it everything that it holds."

RULES = (
    Rule(
        "yaml/syntax",
        Severity.ERROR,
        "The file is not YAML",
        _REFUSED,
        "Mend the place that the finding names. Often it is a tab, a missing space after a colon, or the indentation above it.",
        bad="resources:\n\tlimits: {}",
        good="resources:\n  limits: {}",
        source="https://yaml.org/spec/1.2.2/",
    ),
    Rule(
        "yaml/duplicate-key",
        Severity.ERROR,
        "A key stands twice in one mapping",
        "Programs keep one of the two values and drop the other without a word, and not all keep the same one.",
        "Remove one of them.",
        bad="privileged: false\nprivileged: true",
        good="privileged: false",
        source="https://yaml.org/spec/1.2.2/#3213-node-comparison",
    ),
    Rule(
        "yaml/merge-override",
        Severity.ERROR,
        "A merged key is set again beside the merge",
        "The YAML library of Kubernetes' tools takes it for a duplicate key. " + _REFUSED,
        "Leave the key out of what is merged, or write the mapping out.",
    ),
    Rule(
        "yaml/unsupported",
        Severity.ERROR,
        "YAML that Kubernetes' tools do not read",
        _REFUSED,
        "Write it in the plain way that the finding names.",
    ),
    Rule(
        "yaml/odd-scalar",
        Severity.ERROR,
        "A value that is not what its form or tag says",
        "Each program reads it in its own way, or refuses the file.",
        "Quote it when it is text; write a plain number, date or boolean otherwise.",
        bad="mode: 0x_",
        good='mode: "0x_"',
    ),
    Rule(
        "yaml/encoding",
        Severity.ERROR,
        "The file is not UTF-8",
        "Programs read other encodings differently, or not at all.",
        "Save it as UTF-8.",
        source="https://yaml.org/spec/1.2.2/#52-character-encodings",
    ),
    Rule(
        "yaml/invisible-character",
        Severity.ERROR,
        "A character that can't be seen, or that turns text around",
        "What a reviewer sees is not what is deployed.",
        "Remove it; where it is meant, write it as an escape in double quotes.",
        source="https://trojansource.codes",
    ),
    Rule(
        "yaml/ignored-text",
        Severity.ERROR,
        "Text that Kubernetes' tools skip without a word",
        "What stands there is never applied, and nobody is told.",
        "Put it on a line of its own, in a document of its own.",
    ),
    Rule(
        "yaml/limit",
        Severity.ERROR,
        "The file goes beyond a limit",
        "Size, nesting, aliases and documents are limited, so that no file can stop the service. What lies beyond was not "
        "checked, and what was not checked does not pass.",
        "Split the file, or write the aliases out.",
    ),
    Rule(
        "yaml/disable-file",
        Severity.WARNING,
        "The file switches its own checks off",
        "`# yamllint disable-file`, and `# yamllint disable` without a rule, count only when the base has them: a change can't "
        "switch its own checks off.",
        "Disable single rules on single lines, or change `.yamllint` in a change of its own.",
        source="https://yamllint.readthedocs.io/en/stable/disable_with_comments.html",
    ),
    Rule(
        "yaml/configuration",
        Severity.ERROR,
        "yamllint refuses its configuration",
        "Once merged it would stop the linting of every later change.",
        "Mend the line that the finding names.",
        source="https://yamllint.readthedocs.io/en/stable/configuration.html",
    ),
)
