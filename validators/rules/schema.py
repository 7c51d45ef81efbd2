"""Rules about manifests and their schemas; `validators/schema/` looks for them."""

from validators.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
