"""What pages of the project point to is there."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"(?<!\\)\]\((?P<target>[^()\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
CODE = re.compile(r"^(?P<fence>```+|~~~+)[\s\S]*?^(?P=fence)|^ {4}[^\n]*$|`[^`\n]+`", re.MULTILINE)
TARGETS = re.compile(r"(?:^|[\s`])make ([a-z][a-z-]*)")


def pages() -> list[Path]:
    """The pages that belong to the project itself: those at its root and in docs/."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def links(page: Path) -> Iterator[str]:
    """The targets of the page's links that lead to files of the project."""
    text = CODE.sub("", page.read_text("utf-8"))
    yield from (target for target in LINK.findall(text) if "://" not in target and not target.startswith("mailto:"))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of the page's headings."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(page.read_text("utf-8"))}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target} is not there"
        assert there.is_relative_to(ROOT), f"{target} leads out of the project"
        assert not anchor or anchor in anchors(there), f"{target} has no such heading"


def test_every_page_of_docs_is_reached_from_the_map() -> None:
    start = ROOT / "docs/index.md"
    reached = {(start.parent / target.partition("#")[0]).resolve() for target in links(start)}
    missing = {page for page in (ROOT / "docs").rglob("*.md") if page != start} - reached
    assert sorted(page.relative_to(ROOT).as_posix() for page in missing) == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_make_targets_that_pages_name_exist(page: Path) -> None:
    known = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    said = " ".join(match[0] for match in CODE.finditer(page.read_text("utf-8")))
    assert set(TARGETS.findall(said)) - known == set()


def test_commands_that_pages_name_exist() -> None:
    reference = (ROOT / "docs/reference/cli.md").read_text("utf-8")
    for page in pages():
        for match in CODE.finditer(page.read_text("utf-8")):
            for name in re.findall(r"(?:^|[`\n ])fairlead (?!fairlead)([a-z]+)\b", match[0]):
                assert f"## `fairlead {name}`" in reference, f"{page.name} names `fairlead {name}`"


def test_links_within_the_repository_are_committed_under_their_own_case() -> None:
    tracked = set(subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines())
    for page in pages():
        for target in links(page):
            there = (page.parent / target.partition("#")[0]).resolve() if not target.startswith("#") else page
            name = there.relative_to(ROOT).as_posix()
            assert name in tracked or any(each.startswith(f"{name}/") for each in tracked), f"{page.name}: {target}"
