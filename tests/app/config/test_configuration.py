"""`.fairlead.yaml`: what it may hold, what is said when it is wrong, and that a change can't configure its own judging."""

import json
import time
from contextlib import nullcontext

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from app.config import MISNAMED, PATH, BrokenConfiguration, Configuration, json_schema, read, validate_text
from app.config.settings_list import settings
from app.config.validator import JUDGED_BY_BASE, JUDGED_BY_ITS_OWN, ConfigurationFile
from validators import VALIDATORS
from validators.change import View
from validators.model import Look, Severity
from validators.settings import CheckSettings, SchemaEngine
from validators.trees.memory import Content, MemoryTree, Symlink

FULL = """\
version: 1
kubernetes_version: "1.31"
schema:
  engine: both
ignore: [docs/**, "*.generated.yaml"]
validators: {yaml_lint: false}
fail_on: warning
comments: {inline: true, limit: 10, on_drafts: false}
"""


def said(text: str) -> list[tuple[int | None, str]]:
    return [(problem.location.line, problem.message) for problem in validate_text(PATH, text.encode())]


def test_every_setting_arrives() -> None:
    configuration = read(MemoryTree({PATH: FULL.encode()}))
    assert configuration.check_settings() == CheckSettings(
        kubernetes_version="1.31",
        schema_engine=SchemaEngine.BOTH,
        ignore=("docs/**", "*.generated.yaml"),
        disabled=("yaml_lint",),
    )
    assert configuration.comments.inline_limit(draft=False) == 10
    assert configuration.comments.inline_limit(draft=True) == 0


def test_without_a_file_the_defaults_hold() -> None:
    configuration = read(MemoryTree({}))
    assert configuration.check_settings() == CheckSettings()
    assert configuration.comments.inline_limit(draft=True) == 30


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("version: 1\nkubernetes_verison: '1.31'", 2, "`kubernetes_verison` is not a setting. Did you mean `kubernetes_version`?"),
        ("version: 1\nschema:\n  engin: auto", 3, "`engin` is not a setting of `schema`. Did you mean `engine`?"),
        ("version: 1\nx: 1", 2, "`x` is not a setting. There are `version`, "),
        ("fail_on: error", 1, "`version` is missing. Write `version: 1` on a line of its own."),
        ("version: 2", 1, "`version` can't be `2`: it is 1."),
        ("version: '1'", 1, "`version` can't be `1`: it is a number, so write it without quotes."),
        ("version: 1\nkubernetes_version: 1.31", 2, "`kubernetes_version` can't be `1.31`: it is text, so write it in quotes."),
        ("version: 1\nkubernetes_version: v1.31", 2, "it is a minor version such as \"1.31\", in quotes."),
        ("version: 1\nkubernetes_version: '1.99'", 2, "`kubernetes_version` can't be `1.99`: there are schemas of 1.25 to 1."),
        ("version: 1\nfail_on: errors", 2, "`fail_on` can't be `errors`: it is `error`, `warning` or `never`."),
        ("version: 1\ncomments: {limit: 31}", 2, "`comments.limit` can't be `31`: it is a number from 0 to 30."),
        ("version: 1\ncomments: {limit: -1}", 2, "it is a number from 0 to 30."),
        ("version: 1\ncomments: {inline: 'no'}", 2, "`comments.inline` can't be `no`: it is `true` or `false`."),
        ("version: 1\nvalidators: {lint: false}", 2, "`lint` is not a setting of `validators`."),
        ("version: 1\nvalidators: {configuration: false}", 2, "`configuration` is not a setting of `validators`."),
        ("version: 1\nignore:\n  - a/**\n  - ../b", 4, "`ignore[1]` can't be `../b`: it has an empty, `.` or `..` part"),
        ("version: 1\nignore: [/etc]", 2, "it is absolute"),
        (f"version: 1\nignore: ['{'{a,b}' * 20}']", 2, "only `*`, `**` and `?` are special"),
        (f"version: 1\nignore: ['{'**/' * 50}x']", 2, "more than 16 wildcards"),
        ("version: 1\nignore: docs", 2, "`ignore` can't be `docs`: it is a list."),
        ("version: 1\nignore: [" + "a, " * 10_000 + "a]", 2, "it has at most 100 entries."),
        ("version: 1\nversion: 1", 2, "the key `version` stands in line 1 already"),
        ("version: 1\n  x: [", 2, ""),
        ("", 1, "This file is empty. Write `version: 1`, or remove it."),
        ("- version: 1", 1, "This is not a group of settings."),
        ("version: 1\n---\nversion: 1", None, "There are 2 documents in this file. Keep one."),
        ("version: 1\n# " + "x" * 70_000, None, "a configuration has at most 65,536"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_the_way_out(text: str, line: int | None, message: str) -> None:
    problems = said(text)
    assert len(problems) == 1
    assert problems[0][0] == line
    assert message in problems[0][1]
    with pytest.raises(BrokenConfiguration) as broken:
        read(MemoryTree({PATH: text.encode()}))
    assert [problem.message for problem in broken.value.problems] == [problems[0][1]]


def test_all_problems_are_told_in_the_order_of_lines_up_to_a_limit() -> None:
    assert [line for line, _ in said("version: 1\nfail_on: x\nfoo: 1\nschema: {engine: y}\n")] == [2, 3, 4]
    many = said("version: 1\n" + "".join(f"k{n}: 1\n" for n in range(3000)))
    assert len(many) == 51
    assert "2,950 more problems of this kind." in [message for _, message in many]


def test_a_bomb_ends_soon_in_a_problem() -> None:
    bomb = "version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20)
    )
    started = time.perf_counter()
    assert said(bomb)
    assert time.perf_counter() - started < 2


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_no_text_crashes_the_reader(data: bytes) -> None:
    problems = validate_text(PATH, data)
    with pytest.raises(BrokenConfiguration) if problems else nullcontext() as broken:
        read(MemoryTree({PATH: data}))
    assert not broken or broken.value.problems == problems


def test_a_symbolic_link_is_not_followed() -> None:
    with pytest.raises(BrokenConfiguration, match="is a symlink, which is not followed"):
        read(MemoryTree({PATH: Symlink("other.yaml"), "other.yaml": FULL.encode()}))


def test_the_json_schema_agrees_with_the_reader(snapshot: SnapshotAssertion) -> None:
    schema = json_schema()
    assert json.dumps(schema, indent=2) == snapshot
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    assert validator.is_valid({"version": 1, "kubernetes_version": "1.31", "schema": {"engine": "both"}, "ignore": ["a/**"]})
    for wrong in (
        {},
        {"version": 1, "x": 1},
        {"version": 1, "kubernetes_version": "v1"},
        {"version": 1, "comments": {"limit": 31}},
    ):
        assert not validator.is_valid(wrong)


def test_the_reference_leaves_no_setting_undescribed() -> None:
    assert [setting.name for setting in settings() if not setting.description.endswith(".")] == []


def test_every_validator_can_be_switched_off() -> None:
    switches = {setting.name.removeprefix("validators.") for setting in settings() if setting.path[0] == "validators"}
    assert set(VALIDATORS) <= switches


def look(base: dict[str, Content], result: dict[str, Content], *, paths: tuple[str, ...] = (PATH,)) -> Look:
    rules = MemoryTree(base)
    tree = MemoryTree(result)
    return ConfigurationFile(base="main", mends=False).check(
        View(tree=tree, rules=rules, paths=tuple(path for path in paths if tree.entry(path)))
    )


OLD: dict[str, Content] = {PATH: b"version: 1\n"}


class TestAChangeThatEditsTheConfiguration:
    def test_is_told_what_is_wrong_with_its_version(self) -> None:
        found = look(OLD, {PATH: b"version: 1\nkubernets_schema_folder: schemas\n"}).problems
        error = next(problem for problem in found if problem.severity is Severity.ERROR)
        assert (error.location.path, error.location.line) == (PATH, 2)
        assert "kubernets_schema_folder" in error.message

    def test_is_told_of_a_version_without_schemas_before_it_shuts_the_repository(self) -> None:
        found = look(OLD, {PATH: b"version: 1\nkubernetes_version: '1.99'\n"}).problems
        error = next(problem for problem in found if problem.severity is Severity.ERROR)
        assert (error.rule, error.location.line, error.location.column) == ("configuration/bad-value", 2, 21)
        assert error.message.startswith("`kubernetes_version` can't be `1.99`: there are schemas of 1.25 to 1.")

    def test_is_told_that_the_base_judged_it(self) -> None:
        found = look(OLD, {PATH: b"version: 1\nignore: ['**']\n"}).problems
        assert [(problem.rule, problem.severity) for problem in found] == [(JUDGED_BY_BASE, Severity.INFO)]

    def test_is_told_so_even_where_the_base_ignores_the_file(self) -> None:
        assert look(OLD, {PATH: b"version: 9\n"}, paths=()).problems[0].severity is Severity.ERROR

    @pytest.mark.parametrize(
        ("base", "result", "word"),
        [({}, OLD, "adds"), (OLD, {}, "removes"), (OLD, {PATH: FULL.encode()}, "edits")],
    )
    def test_the_words_fit(self, base: dict[str, Content], result: dict[str, Content], word: str) -> None:
        assert word in look(base, result).problems[0].message

    def test_nothing_is_said_of_a_configuration_that_stays(self) -> None:
        assert look(OLD, OLD).problems == ()
        assert look({}, {}).problems == ()

    def test_one_that_mends_the_base_is_told_that_it_judged_itself(self) -> None:
        before, after = MemoryTree({PATH: b"version: 9\n"}), MemoryTree(OLD)
        validator = ConfigurationFile(base="main", mends=True)
        found = validator.check(View(tree=after, rules=before, paths=(PATH,))).problems
        assert [(problem.rule, problem.severity) for problem in found] == [(JUDGED_BY_ITS_OWN, Severity.INFO)]
        said = "The configuration at `main` can't be read; this change mends it and was judged by its own."
        assert found[0].message == said

    def test_a_misnamed_file_is_warned_of(self) -> None:
        found = look({}, {MISNAMED: b"version: 1\n"}, paths=(MISNAMED,)).problems
        assert [(problem.severity, problem.location.path) for problem in found] == [(Severity.WARNING, MISNAMED)]

    def test_defects_of_the_yaml_are_left_to_the_validator_for_yaml_where_it_runs(self) -> None:
        broken: dict[str, Content] = {PATH: b"version: [\n"}
        assert [problem.rule for problem in look(OLD, broken).problems] == [JUDGED_BY_BASE]
        assert look(OLD, broken, paths=()).problems[0].rule == "yaml/syntax"


def test_the_model_refuses_to_be_built_wrongly_in_code() -> None:
    with pytest.raises(ValueError, match="version"):
        Configuration.model_validate({})
