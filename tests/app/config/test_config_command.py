"""`fairlead config` at a terminal."""

import json
from contextlib import chdir
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.config import group
from app.cli.errors import WrongUse

RUNNER = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".fairlead.yaml").write_text("version: 1\ncomments:\n  limit: 5\n")
    return tmp_path


def test_validate_finds_the_file_in_a_folder_and_says_that_it_is_sound(folder: Path) -> None:
    result = RUNNER.invoke(group, ["validate", str(folder)])
    assert (result.exit_code, result.stdout) == (0, f"{folder}/.fairlead.yaml: no problems\n")


def test_validate_tells_problems_by_line_and_column_and_exits_with_2(folder: Path) -> None:
    file = folder / "mine.yaml"
    file.write_text("version: 1\ncoments: {}\n")
    result = RUNNER.invoke(group, ["validate", str(file)])
    assert result.exit_code == 2
    assert result.stdout == f"{file}:2:1: `coments` is not a setting. Did you mean `comments`?\n"


@pytest.mark.parametrize("command", ["validate", "explain"])
def test_a_file_that_can_not_be_read_is_wrong_use(folder: Path, command: str) -> None:
    (folder / "locked").mkdir()
    (folder / "locked/.fairlead.yaml").mkdir()
    assert isinstance(RUNNER.invoke(group, [command, str(folder / "locked")]).exception, WrongUse)


def test_schema_is_json(folder: Path) -> None:
    result = RUNNER.invoke(group, ["schema"])
    assert json.loads(result.stdout)["required"] == ["version"]


def test_explain_says_where_each_value_comes_from(folder: Path) -> None:
    rows = [line.split(maxsplit=2) for line in RUNNER.invoke(group, ["explain", str(folder)]).stdout.splitlines()]
    assert ["comments.limit", "5", f"{folder}/.fairlead.yaml line 3"] in rows
    assert ["fail_on", '"error"', "default"] in rows


def test_explain_without_a_file_shows_the_defaults(tmp_path: Path) -> None:
    result = RUNNER.invoke(group, ["explain", str(tmp_path)])
    assert result.exit_code == 0
    assert {line.split()[-1] for line in result.stdout.splitlines()} == {"default"}


@pytest.mark.parametrize("command", ["validate", "explain"])
def test_a_file_that_is_not_there_is_wrong_use(folder: Path, command: str) -> None:
    raised = RUNNER.invoke(group, [command, str(folder / "typo.yaml")]).exception
    assert isinstance(raised, WrongUse)
    assert str(raised) == f"there is no {folder}/typo.yaml"


@pytest.mark.parametrize("words", [[], ["."]])
def test_in_a_folder_of_a_repository_the_file_at_its_root_is_meant(folder: Path, words: list[str]) -> None:
    (folder / ".git").mkdir()
    (folder / "apps/web").mkdir(parents=True)
    with chdir(folder / "apps/web"):
        assert "../../.fairlead.yaml line 3" in RUNNER.invoke(group, ["explain", *words]).stdout
        assert RUNNER.invoke(group, ["validate", *words]).stdout == "../../.fairlead.yaml: no problems\n"


def test_explain_says_that_the_defaults_hold(tmp_path: Path) -> None:
    result = RUNNER.invoke(group, ["explain", str(tmp_path)])
    assert result.stderr == f"fairlead: note: there is no {tmp_path}/.fairlead.yaml: the defaults hold\n"


def test_explain_refuses_a_broken_file(folder: Path) -> None:
    (folder / ".fairlead.yaml").write_text("version: 7\n")
    assert isinstance(RUNNER.invoke(group, ["explain", str(folder)]).exception, WrongUse)
