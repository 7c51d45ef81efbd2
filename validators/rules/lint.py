"""The rules of yamllint, as it documents them itself. They hold where the repository's `.yamllint` asks for them."""

import re
from functools import cache

from validators.model import Severity
from validators.rules.rule import Rule

DOCUMENTATION = "https://yamllint.readthedocs.io/en/stable/rules.html#module-yamllint.rules."


@cache
def rules() -> tuple[Rule, ...]:
    """One rule of ours for each of yamllint's."""
    from yamllint import rules as yamllint_rules

    return tuple(_rule(name, module.__doc__ or "") for name, module in sorted(yamllint_rules._RULES.items()))  # noqa: SLF001 - no public list


def _rule(name: str, documentation: str) -> Rule:
    """What yamllint's own page says in its first sentence."""
    first = re.split(r"\n\s*\n|\.\s", documentation.strip(), maxsplit=1)[0]
    said = " ".join(first.replace("``", "`").split()).rstrip(".")
    return Rule(
        id=f"yaml/{name}",
        severity=Severity.WARNING,
        title=f"yamllint: {name}",
        why=f"{said}.",
        fix="Do as the finding says, or change the rule in the repository's `.yamllint`; its level decides whether it blocks.",
        source=DOCUMENTATION + name.replace("-", "_"),
    )
