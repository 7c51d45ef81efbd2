"""What the README and the changelog say of the program is so."""

import re
from pathlib import Path

import pytest

from app.cli.formats import Format
from validators.schema import core

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md"])
def test_the_versions_of_kubernetes_are_those_of_the_catalogue(page: str) -> None:
    known = core.versions()
    assert re.findall(r"Kubernetes (\d\.\d+) to (\d\.\d+)", (ROOT / page).read_text("utf-8")) == [(known[0], known[-1])]


def test_every_format_is_named_where_people_look_for_it() -> None:
    page = (ROOT / "docs/how-to/check-on-your-machine.md").read_text("utf-8")
    assert [each.value for each in Format if f"`{each.value}`" not in page] == []


def test_the_readme_has_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert re.findall(r"^    make (\w+)", text, re.MULTILINE) == ["demo", "test"]
