"""What reading a file gives: values as Kubernetes tools see them, places as people see them, each defect in plain words."""

import time

import pytest

from validators.documents import Documents, limits, read
from validators.model import Severity

CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


def the(text: str | bytes, path: str = "a.yaml") -> Documents:
    return read(path, text.encode() if isinstance(text, str) else text)


def found(text: str | bytes, path: str = "a.yaml") -> list[tuple[str, int | None, int | None]]:
    """Rule, line and column of each problem."""
    return [(each.rule, each.location.line, each.location.column) for each in the(text, path).problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[(word, True) for word in ("y", "Yes", "true", "ON")],
        *[(word, False) for word in ("n", "NO", "off", "False")],
        *[(word, None) for word in ("", "~", "null")],
        *[("0644", 420), ("0o644", 420), ("0x1F", 31), ("0b101", 5), ("1_000", 1000), ("+5", 5), ("-0", 0)],
        *[
            ("08", 8.0),
            ("1e3", 1000.0),
            (".5", 0.5),
            ("1.", 1.0),
            ("18446744073709551615", 2**64 - 1),
            ("18446744073709551616", 2.0**64),
        ],
        *[
            ("1:30", "1:30"),
            ("2024-01-01", "2024-01-01"),
            ("1e400", "1e400"),
            ("tRUE", "tRUE"),
            ("0x", "0x"),
            ("=", "="),
            ("v1.2", "v1.2"),
        ],
        *[
            ('"yes"', "yes"),
            ("'5'", "5"),
            ("!!str 5", "5"),
            ("! 5", "5"),
            ('!!int "5"', 5),
            ("!!float 5", 5.0),
            ("!!binary aGk=", "hi"),
        ],
        *[("!own 5", "5"), ("[a:]", ["a:"])],
    ],
)
def test_scalars_are_read_as_kubernetes_tools_read_them(written: str, value: object) -> None:
    (document,) = the(f"k: {written}\n").documents
    assert document.value == {"k": value}
    assert type(document.value["k"]) is type(value)


@pytest.mark.parametrize(
    ("written", "name"), [("1", "1"), ("true", "true"), ("1.5", "1.5"), ("1e10", "1e+10"), ("0x10", "16"), ('"1"', "1")]
)
def test_keys_become_texts(written: str, name: str) -> None:
    assert the(f"{written}: x\n").documents[0].value == {name: "x"}


def test_each_field_knows_its_place() -> None:
    (document,) = the(
        "# first\nspec:\n  containers:\n    - name: web\n      image: 'a'\n    - name: log\n      args: |\n        x\n        y\n\n# end\n"
    ).documents
    assert document.locate(()) == (2, 9, 1)
    assert document.locate(("spec", "containers"), key=True) == (3, 9, 3)
    assert document.locate(("spec", "containers", 1)) == (6, 9, 7)
    assert document.locate(("spec", "containers", 0, "image")) == (5, 5, 14)
    assert document.locate(("spec", "containers", 1, "args"), key=True) == (7, 9, 7)


def test_a_field_that_is_not_there_is_where_it_would_be() -> None:
    (document,) = the("a:\n  b: 1\n").documents
    assert document.locate(("a", "c", "d"), key=True) == document.locate(("a",), key=True)


def test_lines_are_counted_through_the_file() -> None:
    first, second = the("---\na: 1\n--- # next\n\nb: 2\n").documents
    assert (first.locate(("a",)).line, second.locate(("b",)).line) == (2, 5)


@pytest.mark.parametrize("text", ["a: 1\r\nb: 2\r\n", "\ufeffa: 1\nb: 2\n", 'a: "x\u2028 y"\nb: 2\n', "a: é\nb: 2"])
def test_lines_are_those_of_git_whatever_ends_them(text: str) -> None:
    assert the(text).documents[0].locate(("b",)) == (2, 2, 4)


def test_an_alias_stands_at_its_anchor() -> None:
    (document,) = the("a: &x\n  b: 1\nc: *x\nd:\n  <<: *x\n").documents
    assert document.value == {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 1}}
    assert document.locate(("c", "b"), key=True) == document.locate(("d", "b"), key=True) == (2, 2, 3)


@pytest.mark.parametrize("text", ["", "---\n---\n", "# only words\n", "null\n"])
def test_a_file_may_hold_no_document(text: str) -> None:
    assert the(text) == Documents((), ())


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a:\n\tb: c\n", (2, 1), "a tab is used for indentation"),
        ("a:\n  b: 100m\n\tc: 1\n", (3, 1), "a tab is used for indentation"),
        ("a: b: c\n", (1, 5), "quote the value if it holds `: `"),
        ("a:\n  b: c\n d: e\n", (3, 2), "check its indentation"),
        ('a: "b\nc: d\n', (1, 4), "never closed"),
        ("a: @b\n", (1, 4), "put the value in quotes"),
        ("a: [b, c\nd: e\n", (2, 2), "a `[` is not closed"),
        ("a: *b\n", (1, 4), "does not stand before it"),
        ("a: &a [*a]\n", (1, 8), "inside of its own anchor"),
        ('a: !!timestamp "x"\n', (1, 4), "not what its tag !!timestamp asks for"),
        ('a: "\\q"\n', (1, 5), "this escape does not exist"),
    ],
)
def test_a_syntax_error_says_where_and_what_to_do(text: str, place: tuple[int, int], words: str) -> None:
    (problem,) = the(text).problems
    assert problem.rule == "yaml/syntax"
    assert (problem.location.line, problem.location.column) == place
    assert words in problem.message


def test_a_broken_document_does_not_take_the_others_along() -> None:
    documents = the("a: 1\n---\nb: [\n---\nc: 3\n")
    assert [document.value for document in documents.documents] == [{"a": 1}, {"c": 3}]
    assert [problem.location.line for problem in documents.problems] == [3]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"a: b\x00c", (1, 5)),
        (b"a: b\nc: \xff\xfe\xfa", (2, 4)),
        ("a: b".encode("utf-16"), (1, 1)),
        (b"a: b # \x1b[2J\x1b]0;owned\x07", (1, 8)),
        ("a: \x9b".encode(), (1, 4)),
    ],
)
def test_what_is_no_text_is_refused_at_its_byte(data: bytes, place: tuple[int, int]) -> None:
    assert found(data) == [("yaml/encoding", *place)]


def test_characters_that_deceive_are_found() -> None:
    problems = the("image: nginx\u202egnp\nb: x\u200by\nc: \u2066\n".encode()).problems
    assert [(each.rule, each.location.line, each.severity) for each in problems] == [
        ("yaml/invisible-character", 1, Severity.ERROR),
        ("yaml/invisible-character", 2, Severity.WARNING),
        ("yaml/invisible-character", 3, Severity.ERROR),
    ]
    assert "U+202E" in problems[0].message
    assert "\u202e" not in problems[0].message


@pytest.mark.parametrize(
    "text", ["a: 👩\u200d💻\n", "a: \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\n", "a: é\n", "a: 日本\n"]
)
def test_ordinary_writing_of_all_languages_passes(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("m:\n  privileged: false\n  privileged: true\n", ("yaml/duplicate-key", 3, 3)),
        ('{1: a, "1": b}\n', ("yaml/duplicate-key", 1, 8)),
        ("a: &a {x: 1}\nb:\n  <<: *a\n  x: 2\n", ("yaml/merge-override", 4, 3)),
        ("a: 0x_\n", ("yaml/odd-scalar", 1, 4)),
        ("a: 0b_\n", ("yaml/odd-scalar", 1, 4)),
        ("a: 2001-12-14t21:59:43.10-99:99\n", ("yaml/odd-scalar", 1, 4)),
        ("a: 2001-13-14\n", ("yaml/odd-scalar", 1, 4)),
        ("~: a\n", ("yaml/unsupported", 1, 1)),
        ("a: .nan\n", ("yaml/unsupported", 1, 4)),
        ('a: "\\/"\n', ("yaml/unsupported", 1, 4)),
        ("a: {b?c: d}\n", ("yaml/unsupported", 1, 5)),
        ("{a: !, b: c}\n", ("yaml/unsupported", 1, 5)),
        ("a: {{ .Values.a }}\n", ("yaml/unsupported", 1, 5)),
        ("%YAML 1.2\n---\na: b\n", ("yaml/unsupported", 1, 1)),
        (CONFIG_MAP + "...\nb: c\n", ("yaml/ignored-text", 5, 1)),
        (CONFIG_MAP + "---x\na: b\n", ("yaml/ignored-text", 4, 4)),
        (CONFIG_MAP + "--- {a: b}\n", ("yaml/ignored-text", 4, 4)),
    ],
)
def test_what_some_tools_refuse_or_skip_is_told(text: str, problem: tuple[str, int, int]) -> None:
    assert found(text) == [problem]


def test_a_file_that_ends_in_a_separator_loses_nothing() -> None:
    assert len(the(CONFIG_MAP + "--- # x").documents) == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": NaN}', (1, 7)),
        ('{"a": -Infinity}', (1, 7)),
        ('{"a":1} x', (1, 9)),
        ('{"a":1,}', (1, 8)),
        ('{"a":1}{"b":2}', (1, 8)),
        ("a: 1\n", (1, 1)),
    ],
)
def test_json_is_held_to_json(text: str, place: tuple[int, int]) -> None:
    assert found(text, "a.json") == [("yaml/syntax", *place)]


def test_json_may_use_all_of_json() -> None:
    documents = the('{\n\t"a": "b\\/c",\n\t"d": ["\\ud83d\\ude00", "\\\\ud83d"]\n}', "a.json")
    assert documents.problems == ()
    assert documents.documents[0].value == {"a": "b/c", "d": ["😀", "\\ud83d"]}
    assert documents.documents[0].locate(("d", 0)) == (3, 3, 8)


def bomb(levels: int) -> str:
    lines = [CONFIG_MAP, "x0: &x0 [a, a, a, a, a, a, a, a, a]\n"]
    lines += [f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 9)}]\n" for i in range(1, levels)]
    return "".join(lines)


def merge_bomb(levels: int) -> str:
    return "a0: &a0 {k: 1}\n" + "".join(
        f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}], k{i}: 1}}\n" for i in range(1, levels)
    )


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("[" * 50_000, "100 levels of nesting"),
        ("[" * 10_000 + "]" * 10_000, "100 levels of nesting"),
        ("\n".join(" " * depth + "a:" for depth in range(400)), "100 levels of nesting"),
        (bomb(10), "aliases"),
        (merge_bomb(9), "aliases"),
        ("a: &a [b]\n" + "".join(f"c{i}: *a\n" for i in range(1001)), "1,000 aliases"),
        ("".join(f"a{i}: &a{i} {{b: *a{i - 1}}}\n" if i else "a0: &a0 {}\n" for i in range(200)), "through aliases"),
        ("".join(f"a{i}: &a{i} {{<<: *a{i - 1}}}\n" if i else "a0: &a0 {}\n" for i in range(200)), "levels of aliases"),
        ("---\n" * 50_000, "1,000 documents"),
        ("a" * (limits.FILE_BYTES + 1), "8 MiB"),
    ],
    ids=["open", "closed", "block", "bomb", "merge bomb", "aliases", "chain", "merge chain", "documents", "bytes"],
)
def test_a_limit_ends_the_reading_with_one_problem_that_names_it(text: str, limit: str) -> None:
    began = time.monotonic()
    documents = the(text)
    assert time.monotonic() - began < 2
    assert documents.documents == ()
    (problem,) = documents.problems
    assert problem.rule == "yaml/limit"
    assert limit in problem.message


def test_large_files_of_real_size_pass() -> None:
    text = "".join(
        f"---\n{CONFIG_MAP}data:\n" + "".join(f"  key-{i}: value of some length\n" for i in range(100)) for _ in range(500)
    )
    assert len(the(text).documents) == 500


def test_blanks_that_are_none_are_told_on_their_line() -> None:
    (problem,) = read("a.yaml", "metadata:\n\u00a0\u00a0name: web\n  namespace: shop\n".encode()).problems[:1]
    assert problem.location.line == 2
    assert "indented with U+00A0, which looks like a blank" in problem.message
