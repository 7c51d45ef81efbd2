"""The reference page of the rules."""

from collections.abc import Iterator

from validators.rules import Rule, all_rules
from validators.rules.lint import DOCUMENTATION

_HEAD = """\
# Rules

<!-- Made from validators/rules/ by `make docs`; edit it there. -->

Every finding names its rule. An *error* blocks the merge when the change brings it about, a *warning* asks, an *info* tells;
[`fail_on`](configuration.md#fail_on) moves that line. `fairlead rules RULE` says the same in a terminal, and a running Fairlead
shows each rule at `/rules/RULE`.

| Rule | Severity | What is wrong |
|---|---|---|
"""

_YAMLLINT = DOCUMENTATION.partition("#")[0]
_LINT = f"""
## The rules of yamllint

The rules below report where the repository's own `.yamllint` asks for them, at the level that it gives them; without such a
file only syntax and duplicate keys are looked at. Each is explained in [yamllint's documentation]({_YAMLLINT}).

"""


def page() -> str:
    """docs/reference/rules.md."""
    own = [rule for rule in all_rules() if not _of_yamllint(rule)]
    rows = "".join(f"| [`{rule.id}`](#{_anchor(rule)}) | {rule.severity} | {_cell(rule.title)} |\n" for rule in own)
    lint = "".join(f"- [`{rule.id}`]({rule.source}): {rule.why}\n" for rule in all_rules() if _of_yamllint(rule))
    return _HEAD + rows + "".join(part for rule in own for part in _entry(rule)) + _LINT + lint


def _of_yamllint(rule: Rule) -> bool:
    return rule.source.startswith(DOCUMENTATION)


def told(rule: Rule) -> str:
    """The whole of a rule as Markdown, without a heading."""
    return "".join(_paragraphs(rule)).strip()


def _entry(rule: Rule) -> Iterator[str]:
    yield f"\n## `{rule.id}`\n\n"
    yield from _paragraphs(rule)


def _paragraphs(rule: Rule) -> Iterator[str]:
    yield f"{rule.title} ({rule.severity}).\n\n{rule.why}\n"
    for name, example in (("Found", rule.bad), ("Meant", rule.good)):
        if example:
            yield f"\n{name}:\n\n```yaml\n{example}\n```\n"
    yield f"\nWhat to do: {rule.fix}\n"
    if rule.source:
        yield f"\nSource: <{rule.source}>\n"


def _anchor(rule: Rule) -> str:
    """The anchor that GitHub makes of the rule's heading."""
    return rule.id.replace("/", "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
