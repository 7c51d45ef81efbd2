"""The pages of the rules: what a finding's name leads to."""

from dataclasses import dataclass

from validators.rules import Rule


@dataclass(frozen=True, slots=True)
class RulesPage:
    """All rules, by name."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class RulePage:
    """One rule."""

    rule: Rule
