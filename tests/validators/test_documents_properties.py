"""Whatever bytes a stranger sends: reading never raises, stays within the file, and keeps to its limits."""

import mutants
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from validators.documents import Document, read
from validators.documents.nodes import Alias, Items, Mapping, Node

FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *("a", "b: ", "- ", "\n", "  ", "\t", "&x ", "*x", "<<: ", "[", "]", "{", "}", ",", ": ", "'", '"', "|\n", ">-\n"),
            *(
                "---",
                "\n---\n",
                "...",
                "#",
                "!!int ",
                "!",
                "? ",
                "0x_",
                "1e400",
                "~",
                "\r\n",
                "\u2028",
                "\x85",
                "\ufeff",
                "é",
                "\\/",
                "%",
            ),
        ]
    ),
    max_size=40,
).map("".join)


def nodes(node: Node, seen: set[int]) -> list[Node]:
    if id(node) in seen:
        return []
    seen.add(id(node))
    inner: list[Node] = []
    if isinstance(node, Items):
        inner = node.items
    elif isinstance(node, Mapping):
        inner = [part for pair in node.pairs for part in pair]
    elif isinstance(node, Alias):
        inner = [node.target]
    return [node, *(each for part in inner for each in nodes(part, seen))]


def check(data: bytes, path: str) -> tuple[Document, ...]:
    documents = read(path, data)
    lines = data.decode("utf-8", "replace").split("\n")
    for problem in documents.problems:
        assert 1 <= (problem.location.line or 0) <= len(lines)
        assert (problem.location.column or 0) >= 1
    for document in documents.documents:
        for node in nodes(document.root, set()):
            assert 1 <= node.line <= node.end_line <= len(lines)
            assert 1 <= node.column <= len(lines[node.line - 1]) + 1
    return documents.documents


@given(st.binary(max_size=200), st.sampled_from(["a.yaml", "a.json"]))
def test_any_bytes_are_read_without_a_crash(data: bytes, path: str) -> None:
    check(data, path)


@settings(max_examples=400)
@given(FRAGMENTS, st.sampled_from(["a.yaml", "a.json"]))
def test_any_scraps_of_yaml_are_read_without_a_crash(text: str, path: str) -> None:
    check(text.encode(), path)


def test_manifests_changed_by_chance_are_read_without_a_crash() -> None:
    for text in mutants.by_chance_in_text(600, seed=11):
        check(text.encode(), "a.yaml")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("ab: -#'\"\n\u00e9😀", max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc-", min_size=1, max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=4), VALUES, min_size=1, max_size=4))
def test_what_another_program_wrote_is_read_as_it_was_meant(value: dict[str, object]) -> None:
    (document,) = check(yaml.safe_dump(value, allow_unicode=True, default_style='"').encode(), "a.yaml")
    assert document.value == value
