"""The pages that are made from code say what the code says."""

from pathlib import Path

import pytest

from app.reference import PAGES

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_made_from_code_is_as_the_code_is(path: str) -> None:
    assert (ROOT / path).read_text("utf-8") == PAGES[path](), "run: make docs"
