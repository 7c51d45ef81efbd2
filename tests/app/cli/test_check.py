"""`fairlead check` as a person meets it: real repositories, the real program."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from repositories import ENVIRONMENT, Repository, new_repository

from app.cli.formats import Format

FAIRLEAD = Path(sys.executable).with_name("fairlead")
SOUND = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n"
BROKEN = b"apiVersion: v1\nkind: [ConfigMap\n"


def fairlead(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    surroundings = {"PATH": ENVIRONMENT["PATH"], **environment}
    return subprocess.run([FAIRLEAD, *words], env=surroundings, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with one sound manifest on its branch main, checked out."""
    made = new_repository(tmp_path / "gitops")
    made.commit({"web.yaml": SOUND}, branch="main")
    made.git("reset", "-q", "--hard")
    return made


def test_a_clean_work_tree_may_merge(repository: Repository) -> None:
    done = fairlead("check", "--repo", repository.path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Ready to merge (")


def test_an_edit_that_is_not_committed_is_judged(repository: Repository) -> None:
    (repository.path / "web.yaml").write_bytes(BROKEN)
    (repository.path / "new.yaml").write_bytes(b"a: 1\n\tb: 2\n")
    done = fairlead("check", "--repo", repository.path)
    assert done.returncode == 1, done.stderr
    assert "web.yaml:2:" in done.stdout
    assert "new.yaml:2:1: error yaml/syntax" in done.stdout
    assert "  2 |     b: 2\n    | ^\n" in done.stdout
    assert "2 errors block the merge (" in done.stdout.splitlines()[-1]
    assert "\x1b" not in done.stdout


def test_two_commits_are_compared(repository: Repository) -> None:
    base = repository.git("rev-parse", "HEAD")
    head = repository.commit({"web.yaml": SOUND, "api.yaml": BROKEN}, base)
    done = fairlead("check", "--repo", repository.path, "--base", base, "--head", head, "--format", "json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["base"], report["head"]) == (1, base, head)
    assert [(finding["path"], finding["line"], finding["status"]) for finding in report["findings"]] == [("api.yaml", 2, "new")]


def test_what_was_broken_before_does_not_block_and_shows_on_demand(repository: Repository) -> None:
    base = repository.commit({"web.yaml": BROKEN, "other.yaml": BROKEN}, branch="main")
    head = repository.commit({"web.yaml": BROKEN + b"# a word\n", "other.yaml": BROKEN}, base)
    words = ("check", "--repo", repository.path, "--base", base, "--head", head)
    assert fairlead(*words).returncode == 0
    whole = fairlead(*words, "--all")
    assert whole.returncode == 0
    assert whole.stdout.count("error (there before) yaml/syntax") == 2
    assert "New: none. Existing, left alone: 2. Fixed: none." in whole.stdout


@pytest.mark.parametrize("name", Format)
def test_every_format_answers(repository: Repository, name: Format) -> None:
    (repository.path / "web.yaml").write_bytes(BROKEN)
    done = fairlead("check", "--repo", repository.path, "--format", name.value)
    assert done.returncode == 1, done.stderr
    assert "web.yaml" in done.stdout


def test_a_folder_without_a_repository_is_wrong_use(tmp_path: Path) -> None:
    done = fairlead("check", "--repo", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"fairlead: {tmp_path} is not in a git repository: give one with --repo DIR\n"


def test_an_unknown_revision_is_wrong_use(repository: Repository) -> None:
    done = fairlead("check", "--repo", repository.path, "--base", "nowhere")
    assert done.returncode == 2
    assert done.stderr == "fairlead: there is no commit called 'nowhere' in this repository\n"


def test_an_unknown_format_is_wrong_use(repository: Repository) -> None:
    done = fairlead("check", "--repo", repository.path, "--format", "xml")
    assert done.returncode == 2
    assert "sarif" in done.stderr


CONFIGURATION = b"version: 1\nfail_on: warning\nvalidatorz: {}\n"


@pytest.mark.parametrize("name", Format)
def test_a_broken_configuration_of_the_base_is_an_error_with_its_line(repository: Repository, name: Format) -> None:
    repository.commit({"web.yaml": SOUND, ".fairlead.yaml": CONFIGURATION}, branch="main")
    repository.git("reset", "-q", "--hard")
    done = fairlead("check", "--repo", repository.path, "--format", name.value)
    assert done.returncode == 2, done.stderr
    if name is Format.JSON:
        verdict = json.loads(done.stdout)["verdict"]
        assert verdict["state"] == "error"
        said = "`.fairlead.yaml` line 3 at the base (main): `validatorz` is not a setting. Did you mean `validators`?"
        assert verdict["reasons"][0] == said
    if name is Format.TEXT:
        first, second, last = done.stdout.splitlines()
        assert first == "`.fairlead.yaml` line 3 at the base (main): `validatorz` is not a setting. Did you mean `validators`?"
        assert second.startswith("Mend `.fairlead.yaml` on a pull request of its own first")
        assert last == "Can't judge"


@pytest.mark.parametrize("bad", [CONFIGURATION, b"version: 1\nkubernetes_version: '1.99'\n"])
def test_an_edit_that_mends_the_configuration_is_judged_by_its_own(repository: Repository, bad: bytes) -> None:
    repository.commit({"web.yaml": SOUND, ".fairlead.yaml": bad}, branch="main")
    repository.git("reset", "-q", "--hard")
    (repository.path / ".fairlead.yaml").write_bytes(b"version: 1\n")
    done = fairlead("check", "--repo", repository.path)
    assert done.returncode == 0, done.stdout
    assert "The configuration at `main` can't be read; this change mends it and was judged by its own." in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Ready to merge, judged by its own `.fairlead.yaml` (1 file looked at")
    (repository.path / "web.yaml").write_bytes(SOUND + b"data: {}\n")
    smuggled = fairlead("check", "--repo", repository.path)
    assert smuggled.returncode == 2
    assert "This change touches `web.yaml` as well." in smuggled.stdout


def test_a_comparison_that_is_not_what_it_seems_is_told_beside_the_report(repository: Repository) -> None:
    stranger = repository.commit({"other.yaml": SOUND})
    done = fairlead("check", "--repo", repository.path, "--base", "main", "--head", stranger, "--format", "json")
    assert done.stderr.startswith(
        "fairlead: note: it is not known where the change left main: the two have no commit in common."
    )
    assert done.stderr.count("\n") == 1
    assert json.loads(done.stdout)["verdict"]["state"] == "success"


def test_sarif_links_to_the_rules_of_the_team_s_own_service(repository: Repository) -> None:
    (repository.path / "web.yaml").write_bytes(BROKEN)
    words = ("check", "--repo", repository.path, "--format", "sarif")
    (run,) = json.loads(fairlead(*words, FAIRLEAD_PUBLIC_URL="https://fairlead.example/").stdout)["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://fairlead.example/rules/yaml/syntax"


def test_json_says_whether_the_working_tree_was_looked_at(repository: Repository) -> None:
    words = ("check", "--repo", repository.path, "--format", "json")
    assert json.loads(fairlead(*words).stdout)["work_tree"] is True
    assert json.loads(fairlead(*words, "--head", "HEAD").stdout)["work_tree"] is False


def test_another_configuration_can_be_tried(repository: Repository, tmp_path: Path) -> None:
    (repository.path / "web.yaml").write_bytes(BROKEN)
    (tmp_path / "mild.yaml").write_text("version: 1\nfail_on: never\n")
    assert fairlead("check", "--repo", repository.path, "--config", tmp_path / "mild.yaml").returncode == 0
    done = fairlead("check", "--repo", repository.path, "--config", tmp_path / "absent.yaml")
    assert (done.returncode, done.stderr) == (2, f"fairlead: can't read {tmp_path}/absent.yaml: No such file or directory\n")


def test_a_validator_that_can_not_run_is_an_error_of_its_own(repository: Repository) -> None:
    repository.commit({"web.yaml": SOUND, ".yamllint": b"rules: {colonz: enable}\n"}, branch="main")
    repository.git("reset", "-q", "--hard")
    (repository.path / "web.yaml").write_bytes(SOUND + b"data: {}\n")
    done = fairlead("check", "--repo", repository.path)
    assert done.returncode == 3
    assert "yamllint can't use the base's `.yamllint` line 1: no such rule: \"colonz\"" in done.stdout


@pytest.mark.parametrize("name", Format)
def test_a_secret_value_is_in_no_output(repository: Repository, name: Format) -> None:
    repository.commit({"web.yaml": SOUND, ".yamllint": b"rules: {trailing-spaces: enable}\n"}, branch="main")
    repository.git("reset", "-q", "--hard")
    secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: correct-horse  \n  password: battery-staple  \n"
    (repository.path / "secret.yaml").write_text(secret)
    (repository.path / "unreadable.yaml").write_text(secret.replace("  password", "\tpassword"))
    done = fairlead("check", "--repo", repository.path, "--format", name.value)
    assert done.returncode == 1, done.stderr
    assert "secret.yaml" in done.stdout
    assert "horse" not in done.stdout + done.stderr
    assert "staple" not in done.stdout + done.stderr


def test_colour_is_for_terminals_or_on_demand(repository: Repository) -> None:
    assert "\x1b[32m" in fairlead("check", "--repo", repository.path, FORCE_COLOR="1").stdout
    assert "\x1b" not in fairlead("check", "--repo", repository.path, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_help_has_examples_and_the_exit_statuses() -> None:
    done = fairlead("check", "--help")
    assert "fairlead check --base HEAD~1 --head HEAD  the last commit" in done.stdout
    assert "a validator could not run" in done.stdout
    assert fairlead("--version").stdout.startswith("fairlead ")
