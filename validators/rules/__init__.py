"""Every rule that a finding can name: the one list that pages, docs and the command line walk."""

from functools import cache

from validators.rules import configuration, files, lint, schema, units, yaml
from validators.rules.rule import Rule

FAMILIES = (yaml, schema, files, units, configuration)
"""Modules with RULES, each the rules of one validator. A new rule is an entry in one of them."""

__all__ = ["FAMILIES", "Rule", "all_rules", "rule"]


@cache
def all_rules() -> tuple[Rule, ...]:
    """All rules, by their ids."""
    named = {each.id: each for each in lint.rules()} | {each.id: each for family in FAMILIES for each in family.RULES}
    return tuple(named[name] for name in sorted(named))


def rule(name: str) -> Rule | None:
    """The rule with this id."""
    return next((each for each in all_rules() if each.id == name), None)
