"""What a person is told about YAML that can't be read, and about the style that her repository asks for."""

from collections.abc import Mapping

import pytest

from validators.change import ToolFailed, View
from validators.model import Look, Problem, Severity
from validators.trees.memory import Content, MemoryTree, Symlink
from validators.yaml_lint import YamlLint
from validators.yaml_lint.memory import SAID

STRICT = "extends: default\n"


def look(files: Mapping[str, str | bytes | Symlink], base: Mapping[str, str | bytes] | None = None) -> Look:
    """What is said of `files`, with the configuration that stands in `base`."""
    tree, rules = _tree(files), _tree(base or {})
    return YamlLint().check(View(tree, rules, tuple(files)))


def _tree(files: Mapping[str, str | bytes | Symlink]) -> MemoryTree:
    contents: dict[str, Content] = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    return MemoryTree(contents)


def told(seen: Look) -> list[tuple[str, str, int | None]]:
    return [(problem.rule, problem.location.path, problem.location.line) for problem in seen.problems]


def only(seen: Look) -> Problem:
    (problem,) = seen.problems
    return problem


def test_without_a_configuration_only_what_can_not_be_read_is_told() -> None:
    seen = look({"sloppy.yaml": "a:   [1,2 ]  \nb: yes", "broken.yaml": "a: 1\n\tb: 2\n"})
    assert told(seen) == [("yaml/syntax", "broken.yaml", 2)]
    assert only(seen).severity is Severity.ERROR
    assert "tab" in only(seen).message


def test_the_repositorys_own_rules_hold_with_their_levels() -> None:
    seen = look({"a.yaml": "a: 1  \n"}, {".yamllint": "rules: {trailing-spaces: {level: warning}, document-start: enable}\n"})
    assert told(seen) == [("yaml/document-start", "a.yaml", 1), ("yaml/trailing-spaces", "a.yaml", 1)]
    assert [problem.severity for problem in seen.problems] == [Severity.ERROR, Severity.WARNING]


def test_a_finding_says_what_is_wrong_whose_rule_it_is_and_how_to_mend_it() -> None:
    problem = only(look({"a.yaml": "---\na: 1  \n"}, {".yamllint.yml": STRICT}))
    assert problem.message == "Trailing spaces. The rule `trailing-spaces` of the repository's `.yamllint.yml` asks for this."
    assert problem.about == "a: 1"
    assert problem.help_url is not None
    assert problem.help_url.endswith("#module-yamllint.rules.trailing_spaces")
    assert problem.suggestion is not None
    assert problem.suggestion.text == "a: 1"


@pytest.mark.parametrize("name", [".yamllint", ".yamllint.yaml", ".yamllint.yml"])
def test_the_configuration_is_found_under_each_of_its_names(name: str) -> None:
    assert told(look({"a.yaml": "a: 1  \n"}, {name: "rules: {trailing-spaces: enable}"})) == [
        ("yaml/trailing-spaces", "a.yaml", 1)
    ]


def test_the_configuration_of_the_change_itself_does_not_count() -> None:
    assert told(
        look({".yamllint": "rules: {}\n", "a.yaml": "a: 1  \n"}, {".yamllint": "rules: {trailing-spaces: enable}"})
    ) == [("yaml/trailing-spaces", "a.yaml", 1)]


def test_what_the_configuration_ignores_is_left_alone_and_that_is_said() -> None:
    rules = "ignore: |\n  vendor/\nrules:\n  trailing-spaces: {ignore: [old.yaml]}\n  colons: enable\n"
    files = {"vendor/a.yaml": "a: 1  \n", "old.yaml": "a:  1  \n", "new.yaml": "a: 1  \n"}
    seen = look(files, {".yamllint": rules})
    assert told(seen) == [("yaml/colons", "old.yaml", 1), ("yaml/trailing-spaces", "new.yaml", 1)]
    assert [(note.what, note.why) for note in seen.coverage.not_checked] == [
        ("vendor/a.yaml", "ignored by the repository's `.yamllint`")
    ]


def test_a_manifest_has_to_be_readable_even_where_style_is_ignored() -> None:
    seen = look({"vendor/a.yaml": "apiVersion: v1\nkind: [\n", "vendor/b.yaml": "x: [\n"}, {".yamllint": "ignore: vendor/\n"})
    assert told(seen) == [("yaml/syntax", "vendor/a.yaml", 2)]


def test_yaml_files_is_for_the_repository_to_say() -> None:
    seen = look(
        {"a.cfg": "a: 1  \n", "b.yaml": "b: 1  \n"}, {".yamllint": "yaml-files: ['*.cfg']\nrules: {trailing-spaces: enable}\n"}
    )
    assert told(seen) == [("yaml/trailing-spaces", "a.cfg", 1)]


def test_extends_and_ignore_from_file_are_read_from_the_base() -> None:
    base = {
        ".yamllint": "extends: lint/ours.yaml\nignore-from-file: .lintignore\nrules: {line-length: {max: 20}}\n",
        "lint/ours.yaml": "extends: relaxed\nrules: {trailing-spaces: disable}\n",
        ".lintignore": "old/\n",
    }
    seen = look({"a.yaml": "a: 1  \nb: 12345678901 3456 789\n", "old/b.yaml": "b:   1\n"}, base)
    assert told(seen) == [("yaml/line-length", "a.yaml", 2)]
    assert only(seen).severity is Severity.WARNING  # as `relaxed` has it


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("rules:\n  colons: enable\n  colonz: enable\n", '`.yamllint` line 3: no such rule: "colonz"'),
        ("rules:\n  colons:\n    max: 3\n", '`.yamllint` line 3: unknown option "max" for rule "colons"'),
        ("rules:\n  line-length: {max: many}\n", '`.yamllint` line 2: option "max" of "line-length" should be'),
        ("rules: [\n", "`.yamllint` line 2: "),
        ("- a\n", "`.yamllint` line 1: a mapping is needed here"),
        ("extends: /etc/passwd\n", "`.yamllint` line 1: the repository has no file `/etc/passwd`"),
        ("---\nextends: ../other.yaml\n", "`.yamllint` line 2: the repository has no file `../other.yaml`"),
        ("ignore-from-file: /etc/passwd\n", "`.yamllint` line 1: the repository has no file `/etc/passwd`"),
        ("extends: .yamllint\n", "`.yamllint` line 1: extends should name one configuration, at most 5 deep"),
    ],
)
def test_a_broken_configuration_at_the_base_is_named_by_file_and_line(broken: str, said: str) -> None:
    with pytest.raises(ToolFailed) as failed:
        look({"a.yaml": "a: 1\n"}, {".yamllint": broken})
    assert said in str(failed.value)


def test_a_configuration_that_the_change_breaks_is_a_finding() -> None:
    seen = look({".yamllint": "---\nrules:\n  colonz: enable\n"})
    assert told(seen) == [("yaml/configuration", ".yamllint", 3)]


def test_a_duplicate_key_is_told_once() -> None:
    text = "---\na: 1\na: 2\n"
    assert told(look({"a.yaml": text})) == [("yaml/duplicate-key", "a.yaml", 3)]
    assert told(look({"a.yaml": text}, {".yamllint": STRICT})) == [("yaml/duplicate-key", "a.yaml", 3)]


def test_a_duplicate_key_has_the_level_of_the_repository() -> None:
    seen = look({"a.yaml": "a: 1\na: 2\n"}, {".yamllint": "rules: {key-duplicates: {level: warning}}\n"})
    assert only(seen).severity is Severity.WARNING


def test_a_syntax_error_is_told_once() -> None:
    assert told(look({"a.yaml": "---\na: [\n"}, {".yamllint": STRICT})) == [("yaml/syntax", "a.yaml", 2)]


def test_windows_newlines_are_told_once() -> None:
    assert told(look({"a.yaml": "---\r\na: 1\r\nb: 2\r\n"}, {".yamllint": STRICT})) == [("yaml/new-lines", "a.yaml", 1)]


def test_a_byte_order_mark_is_no_finding() -> None:
    assert told(look({"a.yaml": "\ufeff---\na: 1\n"}, {".yamllint": STRICT})) == []


def test_the_key_on_of_a_workflow_is_no_finding() -> None:
    text = "---\non: push\njobs:\n  on: yes\n"
    assert told(look({".github/workflows/test.yaml": text}, {".yamllint": STRICT})) == [
        ("yaml/truthy", ".github/workflows/test.yaml", 4),
        ("yaml/truthy", ".github/workflows/test.yaml", 4),
    ]
    assert ("yaml/truthy", "other/test.yaml", 2) in told(look({"other/test.yaml": text}, {".yamllint": STRICT}))


DISABLED = "# yamllint disable-file\na: 1  \n"


def test_a_file_that_switches_its_checks_off_is_checked_and_told() -> None:
    seen = look({"a.yaml": DISABLED}, {".yamllint": "rules: {trailing-spaces: enable}"})
    assert told(seen) == [("yaml/disable-file", "a.yaml", 1), ("yaml/trailing-spaces", "a.yaml", 2)]


def test_a_file_that_was_switched_off_at_the_base_stays_so() -> None:
    seen = look({"a.yaml": DISABLED + "b: 2  \n"}, {".yamllint": "rules: {trailing-spaces: enable}", "a.yaml": DISABLED})
    assert told(seen) == []
    assert [note.what for note in seen.coverage.not_checked] == ["a.yaml"]


def test_templates_are_left_alone_and_that_is_said() -> None:
    files = {"web/Chart.yaml": "---\nname: web\n", "web/templates/a.yaml": "{{ if x }}\n", "b.yaml": "a: {{ b }}\n"}
    seen = look(files, {".yamllint": STRICT})
    assert told(seen) == []
    assert [note.what for note in seen.coverage.not_checked] == ["web/templates/a.yaml", "b.yaml"]
    assert seen.coverage.not_checked[0].why.startswith("Helm template of chart web: ")


def test_only_the_document_that_looks_like_a_template_is_left_alone() -> None:
    seen = look({"a.yaml": "a: {{ b }}\n---\napiVersion: v1\na: 1\na: 2\n"}, {".yamllint": STRICT})
    assert told(seen) == [("yaml/duplicate-key", "a.yaml", 5)]
    assert [note.why.partition(":")[0] for note in seen.coverage.not_checked] == ["one of its documents looks like a template"]


def test_a_change_that_makes_a_manifest_unreadable_by_braces_has_broken_it() -> None:
    manifest = "apiVersion: v1\nkind: Pod\n"
    assert told(look({"a.yaml": manifest + "{{ x }}\n"}, {"a.yaml": manifest})) == [("yaml/syntax", "a.yaml", 3)]
    assert told(look({"a.yaml": manifest + "{{ x }}\n"}, {"a.yaml": "{{ x }}\n"})) == []


def test_json_is_looked_at_where_it_is_a_manifest() -> None:
    manifest = '{"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": NaN}}\n'
    assert told(look({"a.json": manifest, "tsconfig.json": "{// comment\n}"})) == [("yaml/syntax", "a.json", 1)]


def test_links_are_not_followed() -> None:
    assert look({"a.yaml": Symlink("/etc/passwd")}).coverage.files == 0


def test_equal_contents_and_both_sides_are_linted_once() -> None:
    texts = {f"{number}.yaml": b"once_only: 1  \n" for number in range(5)}
    validator, before = YamlLint(), len(SAID)
    base = MemoryTree({**texts, ".yamllint": b"rules: {trailing-spaces: enable}"})
    view = View(base, base, tuple(texts))
    assert len(validator.check(view).problems) == 5
    assert len(validator.check(view).problems) == 5
    assert len(YamlLint().check(view).problems) == 5
    assert len(SAID) == before + 1


def test_the_value_of_a_secret_is_in_no_fingerprint() -> None:
    seen = look(
        {"a.yaml": "kind: Secret\nstringData:\n  password: hunter2  \n"}, {".yamllint": "rules: {trailing-spaces: enable}"}
    )
    assert (only(seen).about, only(seen).suggestion) == ("password", None)


@pytest.mark.parametrize(
    "data",
    [
        b"a: b\x00c\n",
        b"a: \xff\xfe\xfa\n",
        b"\xff\xfea\x00:\x00",
        b"a: \x1b[2Jx\n",
        b"[" * 50_000,
        b"a: &a [*a]\n",
        b"---\n" * 2000,
        b"x0: &x0 [a,a,a,a,a,a,a,a,a]\n"
        + b"".join(b"x%d: &x%d [%s]\n" % (i, i, b",".join([b"*x%d" % (i - 1)] * 9)) for i in range(1, 10)),
        b"a: 0x_\n",
        b'a: !!timestamp "x"\n',
        b"a: 2001-12-14t21:59:43.10-99:99\n",
        b"# yamllint disable-file\na: [\n",
    ],
)
@pytest.mark.parametrize("base", [{}, {".yamllint": STRICT}])
def test_hostile_text_ends_in_a_finding(data: bytes, base: dict[str, str]) -> None:
    seen = look({"evil.yaml": b"apiVersion: v1\n" + data if data[0] != ord("#") else data}, base)
    errors = [problem for problem in seen.problems if problem.severity is Severity.ERROR and problem.rule.startswith("yaml/")]
    assert errors, "nothing said"
    assert len({(problem.rule, problem.location.line) for problem in errors}) == len(errors)


def test_a_file_too_large_to_read_is_told_and_not_read() -> None:
    seen = look({"big.yaml": b"a: 1\n" * 2_000_000})
    assert told(seen) == [("yaml/limit", "big.yaml", None)]


def test_nothing_to_look_at_costs_nothing() -> None:
    assert look({"README.md": "# Hello\n"}) == Look()


@pytest.mark.parametrize("ends", [("a: 1\r\n", "b: 2\r\n"), ("a: 1", "b: 2")])
def test_a_defect_of_the_file_is_the_same_on_whichever_line_it_shows(ends: tuple[str, str]) -> None:
    rules = {".yamllint": "rules: {new-lines: enable, new-line-at-end-of-file: enable}"}
    assert {problem.about for text in ends for problem in look({"a.yaml": text}, rules).problems} == {""}
