"""Every rule that a finding can name has its page, and every page is about a rule that is looked for."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance import build, cases

from validators.rules import FAMILIES, Rule, all_rules, rule
from validators.rules import lint as yamllint_rules

ROOT = Path(__file__).parents[2]
LOOKED_FOR_IN = ("validators", "app/config")
RULE_ID = re.compile(r"[a-z]+(?:-[a-z]+)*/(?!v\d)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
PREFIXED = {"validators/files.py": "file/"}
"""Modules that put the family before the names of their rules themselves."""
PLACEHOLDERS = re.compile(r"\b(TODO|TBD|FIXME|lorem)\b", re.IGNORECASE)


def ids_in_code() -> set[str]:
    """The rule ids that stand in the code that looks for defects."""
    return {found for path in sources() for found in ids_of(path)}


def sources() -> Iterator[Path]:
    for folder in LOOKED_FOR_IN:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "rules" not in path.parts)


def ids_of(path: Path) -> Iterator[str]:
    prefix = PREFIXED.get(path.relative_to(ROOT).as_posix())
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and RULE_ID.fullmatch(node.value):
            yield node.value
        if prefix and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "problem":
            yield f"{prefix}{ast.literal_eval(node.args[0])}"


def test_every_rule_of_the_code_has_its_page() -> None:
    assert sorted(ids_in_code() - {each.id for each in all_rules()}) == [], "describe them in validators/rules/"


def test_every_page_is_about_a_rule_of_the_code() -> None:
    own = {each.id for family in FAMILIES for each in family.RULES}
    assert sorted(own - ids_in_code()) == []


@pytest.mark.slow
def test_every_rule_that_the_cases_report_has_its_page(tmp_path: Path) -> None:
    fairlead = Path(sys.executable).with_name("fairlead")
    for number, case in enumerate(cases()):
        repository, base, head = build(case, tmp_path / str(number))
        words = ["check", "--repo", str(repository.path), "--base", base, "--head", head, "--format", "json"]
        done = subprocess.run([fairlead, *words], capture_output=True, text=True, timeout=60, check=False)
        reported = {finding["rule"] for finding in json.loads(done.stdout)["findings"]}
        assert {name for name in reported if rule(name) is None} == set(), case["id"]


def test_no_rule_is_described_twice() -> None:
    described = [each.id for family in FAMILIES for each in family.RULES]
    assert sorted(described) == sorted(set(described))


@pytest.mark.parametrize("each", all_rules(), ids=lambda each: each.id)
def test_a_page_says_what_why_and_what_to_do(each: Rule) -> None:
    assert RULE_ID.fullmatch(each.id)
    assert each.title
    assert not each.title.endswith(".")
    assert each.why.endswith(".")
    assert each.fix.endswith(".")
    assert not PLACEHOLDERS.search(f"{each.title} {each.why} {each.fix}")
    assert bool(each.bad) == bool(each.good), "an example shows both sides"
    assert not each.source or each.source.startswith("https://")


def test_rules_of_yamllint_come_from_yamllint() -> None:
    from yamllint import rules

    assert {each.id for each in yamllint_rules.rules()} == {f"yaml/{name}" for name in rules._RULES}
