"""Contents of files that are made to hurt: each ends in a finding that names file and reason, or in nothing worse than a note.

All of them stand in one change, which the command line judges once; the bombs are judged each on its own as well, and measured.
"""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile_stage import MIB, SECRET_OF_THE_MACHINE, Case, Checked, assert_found, change, each, held

from app.cli.formats import Format

OBJECT = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
JSON = b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},'
LIMIT, SYNTAX, ODD, ENCODING = ("yaml/limit",), ("yaml/syntax",), ("yaml/odd-scalar",), ("yaml/encoding",)
TWICE, UNSEEN = ("yaml/duplicate-key",), ("yaml/invisible-character",)


def one(number: str, kind: str, content: bytes | str, rules: tuple[str, ...], line: int | None = None) -> Case:
    """A case of one file; JSON where its kind says so."""
    name = f"{number}/{kind}.{'json' if kind.startswith('json') else 'yaml'}"
    data = content.encode() if isinstance(content, str) else content
    return Case(f"file_content-{number}", kind, {name: data}, rules, line)


def bomb(first: str, step: Callable[[int], str], steps: int) -> str:
    """An anchor, and aliases of aliases of it."""
    return f"a0: &a0 {first}\n" + "".join(f"a{n}: &a{n} {step(n)}\n" for n in range(1, steps + 1))


def ninefold(number: int) -> str:
    return ",".join([f"*a{number - 1}"] * 9)


BOMBS = [
    one("01", "sequence", bomb("[x,x,x,x,x,x,x,x,x]", lambda n: f"[{ninefold(n)}]", 9), LIMIT),
    one("01", "scalar", bomb("lol", lambda n: f"[{ninefold(n)}]", 9), LIMIT),
    one("01", "mapping", bomb("{x: 1}", lambda n: f"{{{','.join(f'k{k}: *a{n - 1}' for k in range(9))}}}", 9), LIMIT),
    one("01", "wide", f"a: &a [{'x,' * 9000}]\nb: [{'*a,' * 900}]\n", LIMIT, 2),
    one("01", "in-an-object", OBJECT + bomb("{x: y}", lambda n: f"[{ninefold(n)}]", 9).encode(), LIMIT),
    one("02", "merge-6", bomb("{k0: 1}", lambda n: f"{{<<: [{ninefold(n)}], k{n}: 1}}", 6), LIMIT),
    one("02", "merge-8", bomb("{k0: 1}", lambda n: f"{{<<: [{ninefold(n)}], k{n}: 1}}", 8), LIMIT),
    one("02", "merge-20", bomb("{k0: 1}", lambda n: f"{{<<: [{ninefold(n)}], k{n}: 1}}", 20), LIMIT),
    one("02", "chain", bomb("{k0: 1}", lambda n: f"{{<<: *a{n - 1}, k{n}: 1}}", 1200), LIMIT),
    *[one("03", f"flow-{n}", b"[" * n + b"]" * n, LIMIT, 1) for n in (101, 1000, 10_000)],
    one("03", "flow-mapping", b"{a: " * 50_000 + b"}" * 50_000, LIMIT, 1),
    one("03", "flow-mixed", b"[{a: " * 5000 + b"x" + b"}]" * 5000, LIMIT, 1),
    one("03", "never-closed", b"[" * 200_000, LIMIT, 1),
    one("03", "block", b"- " * 50_000 + b"a", LIMIT, 1),
    one("03", "indented", b"".join(b" " * n + b"a:\n" for n in range(1500)), LIMIT, 101),
    one("03", "keys", b"? " * 3000, LIMIT, 1),
    one("03", "json-object", JSON + b'"data":' + b"[" * 50_000 + b"]" * 50_000 + b"}", LIMIT, 1),
    one("22", "empty-documents", b"---\n" * 50_000, LIMIT),
    one("22", "documents", (OBJECT + b"---\n") * 1001, LIMIT),
]

HEAVY = [
    one("01", "without-an-alias", b"[" + b"a," * 1_100_000 + b"]", LIMIT, 1),
    one("01", "in-many-documents", b"---\n".join(b"[" + b"a," * 3_000 + b"]\n" for _ in range(400)), LIMIT),
    one("03", "flow-200000", b"[" * 200_000 + b"]" * 200_000, LIMIT, 1),
    one("13", "colons", b"[" + b"a:," * 600_000 + b"]", LIMIT, 1),
    one("14", "fifty-thousand", b"a: 1\n" * 50_000, TWICE, 2),
    one("14", "lone-carriage-returns", b"a: 1\r" * 50_000, TWICE, 1),
    one("07", "a-hundred-thousand", b"- 0x_\n" * 100_000, ODD, 1),
    one("19", "a-hundred-thousand", "- \u202e\n".encode() * 100_000, UNSEEN, 1),
    one("19", "in-one-line", b"a: " + "\u202e".encode() * 1_000_000, UNSEEN, 1),
    one("21", "labels", OBJECT[:-2] + b", labels: {" + b",".join(b"k%d: 1" % n for n in range(20_000)) + b"}}\n", ("schema/wrong-type",)),
    Case(
        "file_content-21",
        "line",
        {"21/line.yaml": b"a:\n  b:  [" + b"y," * 20_000 + b"z]\n"},
        ("yaml/commas",),
        2,
        {".yamllint": b"rules: {commas: enable}\n"},
    ),
    one("21", "unknown-fields", OBJECT + b"".join(b"x%d: 1\n" % n for n in range(20_000)), ("schema/unknown-field",)),
]  # fmt: skip
"""Large ones, a class of which once took a time that grew with the square of their size."""

REFUSED = [
    *[one("07", word, f"a: {word}\n", ODD, 1) for word in ("0x_", "0b_", "-0x_", "+0b_", "0x___")],
    one("07", "key", b"0x_: 1\n", ODD, 1),
    one("07", "in-a-list", b"- 1\n- 0b_\n", ODD, 2),
    one("07", "tagged", b"a: !!int 0x_\n", SYNTAX, 1),
    one("07", "5000-digits", b"a: " + b"9" * 5000, ODD, 1),
    one("07", "in-an-object", OBJECT + b"data: {mode: 0x_}\n", ODD, 4),
    *[one("10", f"timestamp-{n}", f"a: !!timestamp {text}\n", SYNTAX, 1) for n, text in enumerate(['"x"', "x", '""', "2001-99-99"])],
    one("10", "timestamp-key", b"!!timestamp x: 1\n", SYNTAX, 1),
    one("10", "long-tag", b'a: !<tag:yaml.org,2002:timestamp> ""\n', SYNTAX, 1),
    *[one("10", tag, f'a: !!{tag} "x y"\n', SYNTAX, 1) for tag in ("int", "float", "bool", "null", "binary")],
    one("10", "empty-int", b'a: !!int ""\n', SYNTAX, 1),
    one("10", "huge", b'a: !!int "' + b"x" * 1_000_000 + b'"\n', SYNTAX, 1),
    one("11", "zone", b"a: 2001-12-14t21:59:43.10-99:99\n", ODD, 1),
    one("11", "zone-24", b"a: 2001-12-14T21:59:43+24:00\n", ODD, 1),
    one("11", "zone-tagged", b'a: !!timestamp "2001-12-14t21:59:43.10-99:99"\n', SYNTAX, 1),
    *[one("11", day, f"a: {day}\n", ODD, 1) for day in ("2001-02-30", "2001-00-10", "0000-01-01")],
    one("11", "hour-25", b"a: 2001-12-14 25:00:00\n", ODD, 1),
    one("11", "key", b"2001-99-99: x\n", ODD, 1),
    one("13", "list", b"a: &a [*a]\n", SYNTAX, 1),
    one("13", "mapping", b"a: &a {b: *a}\n", SYNTAX, 1),
    one("13", "merge", b"a: &a {<<: *a}\n", SYNTAX, 1),
    one("13", "merge-list", b"a: &a {<<: [*a, *a], b: 1}\n", SYNTAX, 1),
    one("13", "deep", b"a: &a\n  b:\n    - c: [1, {d: *a}]\n", SYNTAX, 3),
    one("13", "unknown", b"a: *b\n", SYNTAX, 1),
    one("14", "privileged", b"privileged: false\nprivileged: true\n", TWICE, 2),
    one("14", "quoted", OBJECT + b"data:\n  a: '1'\n  \"a\": '2'\n", TWICE, 6),
    one("14", "number-and-text", OBJECT + b"data:\n  1: x\n  '1': y\n", TWICE, 6),
    one("14", "true-and-yes", OBJECT + b"data: {true: a, yes: b}\n", TWICE, 4),
    one("14", "escaped", OBJECT + b'data: {a: x, "\\x61": y}\n', TWICE, 4),
    one("14", "explicit", OBJECT + b"data: {? a : x, a: y}\n", TWICE, 4),
    one("14", "kind", OBJECT + b"kind: Secret\n", TWICE, 4),
    one("14", "merge", OBJECT + b"data: {<<: {a: x}, a: y}\n", ("yaml/merge-override",), 4),
    one("14", "flow", b'{kind: ConfigMap, apiVersion: v1, metadata: {name: a}, data: {a: x, a: y}}\n', TWICE, 1),
    one("14", "lone-carriage-returns", b"a: 1\ra: 2\r", TWICE, 1),
    one("15", "scalar", b"a: b\x00c", ENCODING, 1),
    one("15", "key", b"x: 1\na\x00: b", ENCODING, 2),
    one("15", "comment", b"# \x00\na: b", ENCODING, 1),
    one("15", "end", b"a: b\n\x00", ENCODING, 2),
    one("15", "json", JSON + b'"data":{}}\x00', ENCODING, 1),
    one("16", "value", b"a: \xff\xfe\xfa", ENCODING, 1),
    one("16", "latin-1", "a: 1\nb: Zürich\n".encode("latin-1"), ENCODING, 2),
    one("16", "cut-short", b"a: \xe2\x82", ENCODING, 1),
    one("16", "overlong", b"a: \xc0\xaf", ENCODING, 1),
    one("16", "surrogate", b"a: \xed\xa0\x80", ENCODING, 1),
    one("16", "comment", b"# \xff\na: 1\n", ENCODING, 1),
    one("16", "json", JSON + b'"data":{"a":"\xff"}}', ENCODING, 1),
    *[one("17", f"utf-{n}-{order}", b"\xff\xfe\x00\x00"[: n // 8] + "a: 1\n".encode(f"utf-{n}-{order}"), ENCODING) for n, order in ((16, "le"), (32, "le"))],
    one("17", "utf-16-be", b"\xfe\xff" + "a: 1\n".encode("utf-16-be"), ENCODING),
    one("17", "utf-16-without-mark", "a: 1\n".encode("utf-16-le"), ENCODING),
    one("17", "broken-behind-a-mark", b"\xef\xbb\xbfa: [\n", SYNTAX),
    one("18", "value", b"a: \x1b[2J\x1b]0;owned\x07\n", ENCODING, 1),
    one("18", "comment", b"a: 1 # \x1b[2J\n", ENCODING, 1),
    one("18", "c1", "a: \x9b2J\n".encode(), ENCODING, 1),
    one("18", "key", b"\x1b[31ma: 1\n", ENCODING, 1),
    *[one("19", f"{ord(mark):04x}", f"image: ng{mark}inx:1\n", UNSEEN, 1) for mark in "\u202e\u2066\u202a\u200f\u061c"],
    one("19", "behind-a-zero-width", "image: n\u200bg\u202einx:1\n", UNSEEN, 1),
    one("19", "comment", "a: 1 # \u202e }\n", UNSEEN, 1),
    one("19", "key", "a: 1\nna\u2067me: x\n", UNSEEN, 2),
    one("25", "json-nan", JSON + b'"data":{"a":NaN}}', SYNTAX, 1),
    one("25", "json-infinity", JSON + b'"data":{"a":-Infinity}}', SYNTAX, 1),
    one("25", "json-twice", JSON + b'"data":{"a":"x","a":"y"}}', TWICE, 1),
    one("25", "json-trailing", JSON + b'"data":{}} x', SYNTAX, 1),
    one("25", "json-second", JSON + b'"data":{}}\n' + JSON + b'"data":{}}', SYNTAX, 2),
    one("25", "json-comma", JSON + b'"data":{},}', SYNTAX, 1),
    one("25", "json-comment", b"// x\n" + JSON + b'"data":{}}', SYNTAX, 1),
    one("25", "json-single-quotes", JSON + b"\"data\":{'a':'x'}}", SYNTAX, 1),
    one("25", "json-newline", JSON + b'"data":{"a":"x\ny"}}', SYNTAX, 1),
    one("25", "json-octal", JSON + b'"data":{"a":01}}', SYNTAX, 1),
    one("25", "json-surrogate", JSON + b'"data":{"a":"\\ud800"}}', SYNTAX, 1),
    one("25", "json-1e999", JSON + b'"data":{"a":1e999}}', SYNTAX, 1),
    one("25", "json-5000-digits", JSON + b'"data":{"a":' + b"9" * 5000 + b"}}", SYNTAX, 1),
    one("25", "json-escaped-key", b'{"\\u0061piVersion":"v1","kind":"ConfigMap","kind":"Pod"}', TWICE, 1),
    *[one("29", f"line-{n}", f"{text}\na: [\n", SYNTAX, 2 + text.count("\n")) for n, text in enumerate(["# yamllint disable-file", "#yamllint disable-file", "#\u00a0yamllint disable-file", "# yamllint disable", "# x\n# yamllint disable"])],
    one("29", "twice", b"# yamllint disable-file\na: 1\na: 2\n", TWICE, 3),
    one("29", "rule", b"# yamllint disable rule:key-duplicates\na: 1\na: 2\n", TWICE, 3),
    one("29", "this-line", b"a: 1\na: 2 # yamllint disable-line\n", TWICE, 2),
    *[
        one("31", f"kind-{n}", f"kind: {kind}\napiVersion: {version}\nmetadata: {{name: a}}\n", ("schema/malformed-kind",))
        for n, (kind, version) in enumerate(
            [
                ("'../../../../etc/passwd'", "'http://169.254.169.254/x'"),
                ("Pod", "'../../v1'"),
                ("Pod", "file:///etc/passwd"),
                ("'Pod\\0'".replace("'", '"'), "v1"),
                ("'{{.ResourceKind}}'", "v1"),
                ("Pod%2f..", "a/b/c"),
                ("Foo", "127.0.0.1:80/v1"),
                ("Foo", "example.com/.."),
                ("Foo", "'..\\..\\x/v1'"),
                ("P" * 300_000, "v1"),
            ]
        )
    ],
    *[one("31", f"no-{n}", f"{text}\n", ("schema/incomplete-object",), 1) for n, text in enumerate(["kind: [Pod]\napiVersion: v1", "kind:\napiVersion: v1", "kind: Pod\napiVersion: [v1]", "kind: true\napiVersion: v1"])],
]  # fmt: skip

NOTHING_VALIDATED = [
    one("23", kind, content, ())
    for kind, content in {
        "empty": b"",
        "separators": b"---\n---\n",
        "comments": b"# a\n# b\n",
        "blank": b" \n\n",
        "mark": b"\xef\xbb\xbf---\n",
        "null": b"null\n---\n~\n",
        "json-empty": b"",
    }.items()
]

READ = [
    one("17", "utf-8-with-a-mark", b"\xef\xbb\xbf" + OBJECT, ()),
    one("17", "json-with-a-mark", b"\xef\xbb\xbf" + JSON + b'"data":{}}', ()),
    one("03", "a-hundred-levels", b"[" * 100 + b"]" * 100, ()),
    one("22", "a-thousand-documents", b"a: 1\n---\n" * 999, ()),
]


FORMS = [pytest.param(form, marks=() if form is Format.TEXT else pytest.mark.slow) for form in Format]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """One change with all the files, judged once."""
    files = {path: data for case in (*BOMBS, *REFUSED, *NOTHING_VALIDATED, *READ) for path, data in case.files.items()}
    return change(tmp_path_factory.mktemp("files"), files).check()


@each([*BOMBS, *REFUSED])
def test_it_is_found_in_its_file_and_blocks(case: Case, checked: Checked) -> None:
    assert_found(checked, case)


@each(NOTHING_VALIDATED)
def test_nothing_validated_is_said_and_never_counts_as_a_manifest(case: Case, checked: Checked) -> None:
    assert any("nothing was validated" in note for note in checked.notes(case.path))


@each(READ)
def test_what_is_within_the_limits_is_read(case: Case, checked: Checked) -> None:
    assert checked.blocking(case.path) == set()


def test_file_content_all_together_cost_little(checked: Checked) -> None:
    assert checked.status == 1
    assert checked.seconds < 60
    assert checked.memory < 400 * MIB
    assert len(checked.stdout) < 2 * MIB


@pytest.mark.slow
def test_file_content_23_empty_files_pass_as_files_and_not_as_manifests(tmp_path: Path) -> None:
    checked = change(tmp_path, {case.path: case.files[case.path] for case in NOTHING_VALIDATED}).check()
    assert checked.state == "success"
    coverage = {one["name"]: one["coverage"] for one in checked.report["validators"]}
    assert coverage["schema"]["resources"] == 0
    assert len(coverage["schema"]["not_checked"]) == len(NOTHING_VALIDATED)


@pytest.mark.slow
@each(BOMBS)
def test_a_bomb_alone_takes_little_time_and_memory(case: Case, tmp_path: Path) -> None:
    checked = change(tmp_path, case.files).check()
    held(checked, case)
    assert len(checked.findings(case.path)) == 1
    assert checked.memory < 256 * MIB
    assert checked.seconds < 3


@pytest.mark.slow
@each(HEAVY)
def test_a_large_one_takes_a_time_that_grows_with_its_size(case: Case, tmp_path: Path) -> None:
    checked = change(tmp_path, case.files, case.base).check()
    held(checked, case)
    assert checked.memory < 512 * MIB
    assert checked.seconds < 30
    assert len(checked.findings(case.path)) <= 110


@pytest.mark.slow
@each(REFUSED)
def test_each_alone_keeps_the_change_from_merging(case: Case, tmp_path: Path) -> None:
    checked = change(tmp_path, case.files).check()
    held(checked, case)
    assert checked.seconds < 10


@pytest.mark.parametrize("form", FORMS)
def test_file_content_18_19_no_output_steers_a_terminal_or_turns_a_line_around(tmp_path: Path, form: Format) -> None:
    odd = "\x1b[2J\x1b]0;owned\x07\x9b2J\u202e\u2066\u200b"
    files = {
        "control.yaml": f"a: {odd} # {odd}\n".encode(),
        "bidi.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: \u202ea, image: ng\u2066inx}]}\n".encode(),
        "named.yaml": b'apiVersion: v1\nkind: Pod\nmetadata: {name: "\\e[31m\\u202e"}\nspec: {"\\e[31m\\u202e": 1}\n',
        f"{odd}.yaml": b"a: [\n",
    }
    checked = change(tmp_path, files).check(form=form.value)
    assert checked.status == 1
    shown = (
        json.dumps(json.loads(checked.stdout), ensure_ascii=False) if form in {Format.JSON, Format.SARIF, Format.GITLAB} else ""
    )
    for text in (checked.stdout.decode(), checked.stderr):
        assert not set(text) & set("\x1b\x07\x9b\u202e\u2066\u200b"), ascii(text)
    assert "control.yaml" in (shown or checked.stdout.decode())


CANARY = "c4n4ry-7f3e9a"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n"
SECRETS = {
    "plain": f"{SECRET}stringData:\n  password: {CANARY}\n",
    "base64": f"{SECRET}data:\n  password: {base64.b64encode(CANARY.encode()).decode()}\n",
    "no-base64": f"{SECRET}data:\n  password: {CANARY}\n",
    "trailing": f"{SECRET}stringData:\n  password: {CANARY}   \n",
    "twice": f"{SECRET}stringData:\n  password: {CANARY}\n  password: {CANARY}2\n",
    "wrong-type": f"{SECRET}data: {CANARY}\n",
    "list": f"{SECRET}stringData: [{CANARY}]\n",
    "nested": f"{SECRET}stringData: {{password: {{inner: {CANARY}}}}}\n",
    "syntax": f"{SECRET}stringData:\n  password: {CANARY}: x\n",
    "quote": f"{SECRET}stringData:\n  password: '{CANARY}\n",
    "tab": f"{SECRET}stringData:\n\tpassword: {CANARY}\n",
    "nul": f"{SECRET}stringData:\n  password: {CANARY}\0\n",
    "unseen": f"{SECRET}stringData:\n  password: {CANARY}\u202e\n",
    "tag": f"{SECRET}stringData:\n  password: !!int {CANARY}\n",
    "alias": f"{SECRET}stringData:\n  password: *{CANARY}\n",
    "unknown-field": f"{SECRET}stringDatta:\n  password: {CANARY}\n",
    "label": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: db, labels: {{a: '{CANARY} {CANARY}'}}}}\nstringData: {{a: {CANARY}}}\n",
    "in-a-list": f"apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: Secret, metadata: {{name: a}}, stringData: {{p: [{CANARY}]}}}}\n",
    "quoted-kind": SECRET.replace("Secret", '"Secret"') + f"stringData:\n  password: {CANARY}: x\n",
    "escaped-kind": SECRET.replace("kind: Secret", '"k\\x69nd": "Secr\\x65t"') + f"stringData:\n  password: {CANARY}: x\n",
    "kind-below": SECRET.replace("kind: Secret", "kind:\n  Secret") + f"stringData:\n  password: {CANARY}: x\n",
    "other-document": f"a: [\n---\n{SECRET}stringData: {{a: {CANARY}}}\n",
    "too-deep": f"{SECRET}stringData:\n  a: {'[' * 200}{CANARY}{']' * 200}\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_file_content_32_the_value_of_a_secret_is_in_no_output(tmp_path: Path, form: Format) -> None:
    files = {f"{name}.yaml": text.encode() for name, text in SECRETS.items()}
    files["latin.yaml"] = files["plain.yaml"].rstrip() + b"\xff\n"
    files["a.json"] = (
        f'{{"apiVersion":"v1","kind":"Secret","metadata":{{"name":"a"}},"stringData":{{"p":"{CANARY}"}},}}'.encode()
    )
    rules = b"rules: {trailing-spaces: enable, line-length: {max: 20}, quoted-strings: {quote-type: single}}\n"
    before = {name: files[name].replace(CANARY.encode(), b"OLD" + CANARY.encode()) for name in ("plain.yaml", "no-base64.yaml")}
    checked = change(tmp_path, files, {".yamllint": rules, **before}).check(form=form.value)
    assert checked.status == 1
    said = checked.stdout.decode() + checked.stderr
    assert "trailing.yaml" in said
    assert "c4n4ry" not in said
    assert base64.b64encode(CANARY.encode()).decode()[:12] not in said
    assert SECRET_OF_THE_MACHINE not in said
