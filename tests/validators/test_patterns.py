"""Path patterns: what they cover, what is refused, and that none can be made slow."""

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pathspec import PathSpec

from validators.patterns import Patterns, complaint


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("docs/**", "docs/a/b.yaml", True),
        ("docs/**", "docs", False),
        ("docs", "apps/docs/x.yaml", True),
        ("apps/*", "apps/web/x.yaml", True),
        ("docs/", "docs/x.yaml", True),
        ("docs/", "docs", False),
        ("*.md", "a/b/README.md", True),
        ("*.md", "a/README.mdx", False),
        ("apps/*/values.yaml", "apps/web/values.yaml", True),
        ("apps/*/values.yaml", "apps/web/x/values.yaml", False),
        ("apps/**/values.yaml", "apps/values.yaml", True),
        ("apps/**/values.yaml", "apps/a/b/values.yaml", True),
        ("apps/**/values.yaml", "other/apps/values.yaml", False),
        ("**/generated/**", "x/generated/y.yaml", True),
        ("file?.yaml", "x/file1.yaml", True),
        ("file?.yaml", "x/file10.yaml", False),
        ("**", "anything/at/all", True),
    ],
)
def test_a_pattern_covers_what_gitignore_would(pattern: str, path: str, covered: bool) -> None:
    assert (Patterns([pattern]).match(path) == pattern) is covered


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("../secrets", "`..`"),
        ("apps/../../etc", "`..`"),
        ("/etc/passwd", "absolute"),
        ("C:/windows", "absolute"),
        ("", "empty"),
        ("x ", "spaces"),
        ("{a,b}" * 20, "only `*`"),
        ("**/" * 50 + "x", "wildcards"),
        ("[a-z]*", "only `*`"),
        ("!docs", "only `*`"),
        ("a" * 257, "longer"),
        ("a**b", "stands alone"),
        ("a//b", "empty"),
    ],
)
def test_a_pattern_that_could_hurt_is_refused_with_the_reason(pattern: str, why: str) -> None:
    assert why in (complaint(pattern) or "")
    with pytest.raises(ValueError, match="pattern"):
        Patterns([pattern])


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("**/a/**/a/**/a/**/b", "a/" * 2000 + "a"),
        ("*a*a*a*a*a*a*b", "a" * 4000),
        ("**/*a*a*b/**/*a*a*c", "a/" * 1000 + "a" * 2000),
        ("?" * 15 + "*b", "a" * 4000),
    ],
)
def test_no_pattern_takes_longer_than_a_blink(pattern: str, path: str) -> None:
    patterns = Patterns([pattern])
    started = time.perf_counter()
    assert patterns.match(path) is None
    assert time.perf_counter() - started < 0.05


_NAMES = st.text("ab", min_size=1, max_size=3)
_GLOBS = st.one_of(st.just("**"), st.text("ab*?", min_size=1, max_size=4).filter(lambda text: "**" not in text))


@given(st.lists(_GLOBS, min_size=1, max_size=4), st.booleans(), st.lists(_NAMES, min_size=1, max_size=5))
def test_the_answer_is_that_of_a_general_matcher(globs: list[str], folder: bool, names: list[str]) -> None:
    pattern, path = "/".join(globs) + ("/" if folder and globs[-1] != "**" else ""), "/".join(names)
    assume(set(globs[-1]) != {"*"})  # there pathspec departs from git: `a/*` does not cover `a/b/c`
    expected = PathSpec.from_lines("gitignore", [pattern]).match_file(path)
    assert (Patterns([pattern]).match(path) is not None) == expected, (pattern, path)
