"""fairlead rules: every rule that a finding can name, or one of them in full."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.errors import WrongUse

if TYPE_CHECKING:
    from validators.rules import Rule

NAME = "rules"

EPILOG = """\b
Examples:
  fairlead rules                  all of them
  fairlead rules yaml/syntax      what one means and what to do
"""


def command(
    rule: Annotated[str, typer.Argument(metavar="[RULE]", help="The rule to explain, such as yaml/syntax.")] = "",
) -> None:
    """List the rules, or explain one."""
    from validators.rules import all_rules
    from validators.rules import rule as named

    if not rule:
        for each in all_rules():
            typer.echo(f"{each.id:<34} {each.severity:<8} {each.title}")
        return
    found = named(rule)
    if found is None:
        raise WrongUse(f"there is no rule {rule}; `fairlead rules` lists them")
    typer.echo(explained(found))


def explained(rule: "Rule") -> str:
    """The whole of a rule as plain text."""
    examples = [f"{title}\n\n{_indented(text)}" for title, text in (("Found:", rule.bad), ("Meant:", rule.good)) if text]
    source = [f"Source: {rule.source}"] if rule.source else []
    return "\n\n".join(
        [f"{rule.id} ({rule.severity})", rule.title + ".", rule.why, *examples, f"What to do: {rule.fix}", *source]
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
