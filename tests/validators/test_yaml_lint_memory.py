"""What is left out to be quick changes nothing of what yamllint says."""

import json
import lzma
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaml import YAMLError
from yamllint import linter
from yamllint.config import YamlLintConfig

from validators.yaml_lint import linting
from validators.yaml_lint.memory import MOST_COMPLAINTS, MOST_CONTENTS, Memory
from validators.yaml_lint.model import Complaint, Job

CONFIG_TEXT = "{extends: default, rules: {truthy: enable, quoted-strings: {required: only-when-needed}}}"
CONFIG = YamlLintConfig(CONFIG_TEXT)
TEXTS: list[str] = list(
    json.loads(lzma.decompress((Path(__file__).parents[1] / "data/yaml_cases.json.xz").read_bytes()))["bases"].values()
)
ODD = "{}[]:,?&*!|>'\"%@`#-\t \n\\a1~=<\r\u2028\ufeff/.\0\x85é"


def said_by_yamllint(data: bytes) -> list[Complaint]:
    """As far as it comes: some rules stumble over texts that are no YAML."""
    complaints: list[Complaint] = []
    with suppress(TypeError, ValueError, AttributeError, LookupError, YAMLError):
        complaints.extend(
            Complaint(each.rule or "", each.level, each.desc, each.line, each.column)
            for each in linter.run(data, CONFIG, "a.yaml")
        )
    return complaints


@settings(deadline=None, max_examples=120)
@given(st.sampled_from(TEXTS), st.lists(st.tuples(st.integers(0, 400), st.sampled_from(ODD), st.booleans()), max_size=2))
def test_what_is_said_of_any_text_is_what_yamllint_says(text: str, edits: list[tuple[int, str, bool]]) -> None:
    for place, character, instead in edits:
        text = text[:place] + character + text[place + instead :]
    assert linting.lint([Job("a.yaml", text.encode())], CONFIG_TEXT) == [said_by_yamllint(text.encode())]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"# yamllint disable-file\na:  1\n",
        b"\xef\xbb\xbfa:  1\n",
        "a:  1\n".encode("utf-16"),
        b"a: \xff\n",
        b"a: [\n",
        b"}apiVersion: v1\nkind: Pod\n",
        b"a:  1\n---\nb:\n",
        b"a: {?b: 1}\n",
        b"a: |#\n  b\n",
        b"%YAML 1.1#\n---\na:  1\n",
    ],
)
def test_what_is_said_of_an_odd_file_is_what_yamllint_says(data: bytes) -> None:
    assert linting.lint([Job("a.yaml", data)], CONFIG_TEXT) == [said_by_yamllint(data)]


def test_only_the_latest_contents_are_remembered() -> None:
    memory = Memory()
    keys = [(str(number), ("braces",), False, "rules") for number in range(MOST_CONTENTS + 2)]
    memory.keep({keys[0]: [], keys[1]: []})
    assert memory.find(keys[0]) == []
    memory.keep({key: [] for key in keys[2:]})
    assert len(memory) == MOST_CONTENTS
    assert memory.find(keys[1]) is None


def test_contents_with_many_complaints_are_not_all_remembered() -> None:
    many = [Complaint("braces", "error", "too many spaces", 1, 1)] * (MOST_COMPLAINTS // 3)
    keys = [(str(number), ("braces",), False, "rules") for number in range(5)]
    memory = Memory()
    for key in (*keys, keys[-1]):
        memory.keep({key: many})
    assert [memory.find(key) is not None for key in keys] == [False, False, True, True, True]
