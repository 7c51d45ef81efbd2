"""`fairlead doctor` as a person meets it: the real program, on folders and forges of the test's own."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.cli.examining import data, told
from app.cli.examining import forge as about_forge
from app.devforge import apps
from app.devforge.forge import Forge
from app.devforge.serving import serving
from app.examined import Standing
from app.forges.github.app_manifest import EVENTS, permissions
from app.github_keys import AppKeys, store_keys
from app.settings import Settings

FAIRLEAD = Path(sys.executable).with_name("fairlead")


Choose = Callable[..., Settings]


def doctor(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real program."""
    surroundings = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), **environment}
    return subprocess.run(
        [FAIRLEAD, "doctor", *words], cwd=folder, env=surroundings, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def chosen(tmp_path: Path) -> Choose:
    """The settings that a file `.env` gives, with their data folder in the test's own."""

    def choose(**values: str) -> Settings:
        given = {"data_dir": str(tmp_path / "data"), **values}
        (tmp_path / ".env").write_text("".join(f'FAIRLEAD_{name.upper()}="{value}"\n' for name, value in given.items()))
        return Settings(_env_file=tmp_path / ".env")  # type: ignore[call-arg] # known to pydantic-settings alone

    return choose


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    with serving(tmp_path / "forge") as running:
        running.add_user("olga", "Olga Berg")
        running.add_organisation("shop", "The Shop", ["olga"])
        running.create_repository("shop/gitops")
        yield running


def set_up(forge: Forge, folder: Path) -> Path:
    """An App that is installed, and its keys where the service finds them."""
    asked = apps.Manifest("guard", permissions(), [event.name for event in EVENTS], "", "s3cret")
    keys = apps.register(forge, "shop", asked)
    apps.install(forge, "guard", "shop", None)
    forge.database.update(apps.find(forge, "guard"), webhook_url="http://localhost:8080/webhooks/github")
    kept = AppKeys(keys.id, f"{forge.base_url}/api/v3", forge.base_url, keys.private_key, keys.webhook_secret)
    return store_keys(folder / "data", kept, replace=False)


def test_without_an_app_it_says_so_and_how_to_start(tmp_path: Path) -> None:
    done = doctor(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "GitHub App: none is set up\n      -> `fairlead github create-app` makes one" in done.stdout
    assert "ok  git: " in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_programs_that_are_not_there_say_how_people_get_them(tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    done = doctor(tmp_path, PATH=str(bare))
    assert done.returncode == 3
    assert "--  git: not installed: nothing can be judged\n      -> apt-get install git" in done.stdout
    assert "!!  bwrap: not installed. Without it: " in done.stdout


def test_what_is_missing_ends_with_3_and_stands_in_the_json(forge: Forge, tmp_path: Path) -> None:
    set_up(forge, tmp_path)
    forge.database.update(apps.find(forge, "guard"), permissions='{"metadata": "read", "contents": "write"}')
    done = doctor(tmp_path, "--json")
    assert done.returncode == 3
    told_all = json.loads(done.stdout)
    found = {line["name"]: line["state"] for section in told_all["sections"] for line in section["lines"]}
    assert (told_all["schema"], told_all["state"]) == ("fairlead.doctor/v1", "missing")
    assert found["permission statuses"] == "missing"
    assert found["App"] == "ok"


def test_an_app_that_is_set_up_is_looked_at(forge: Forge, tmp_path: Path, chosen: Choose) -> None:
    set_up(forge, tmp_path)
    sections = (data.data(chosen()), about_forge.app(chosen()))
    said = told.as_text(sections)
    assert told.worst(sections) is not Standing.MISSING, said
    assert "ok  App: guard, id 301, of shop" in said
    assert "ok  installed on shop: 1 repository: shop/gitops" in said
    assert "is made at the first start" in said
    assert "PRIVATE KEY" not in said


def test_a_forge_that_can_not_be_reached_is_told(forge: Forge, tmp_path: Path, chosen: Choose) -> None:
    set_up(forge, tmp_path)
    said = told.as_text([about_forge.app(chosen(github_api_url="http://127.0.0.1:9/api/v3"))])
    assert "--  GitHub's API: http://127.0.0.1:9/api/v3 can't be reached" in said
    assert "      -> see to DNS, proxy (HTTPS_PROXY)" in said


def test_a_key_that_others_can_read_is_told(forge: Forge, tmp_path: Path, chosen: Choose) -> None:
    key = set_up(forge, tmp_path) / "private-key.pem"
    key.chmod(0o644)
    section = data.data(chosen())
    said = told.as_text([section])
    assert f"!!  modes: {key} can be read by others on this machine\n      -> chmod go= {key}" in said
    assert told.worst([section]) is Standing.NOTE


def test_a_fingerprint_key_that_others_can_read_is_told(forge: Forge, tmp_path: Path, chosen: Choose) -> None:
    set_up(forge, tmp_path)
    key = tmp_path / "fingerprints.key"
    key.write_text("0" * 64)
    key.chmod(0o640)
    assert f"modes: {key} can be read by others" in told.as_text([data.data(chosen(fingerprint_key_file=str(key)))])


def test_a_folder_that_can_not_be_written_is_told(chosen: Choose) -> None:
    (line,) = (one for one in data.data(chosen(data_dir="/proc/self")).lines if one.name == "data folder")
    assert line.standing is Standing.MISSING
    assert "can't be written" in line.said


def test_a_database_that_does_not_answer_is_told_without_its_password(chosen: Choose) -> None:
    def database(url: str) -> str:
        return told.as_text([data.data(chosen(database_url=url))])

    said = database("postgresql://fairlead:hunter2hunter2@127.0.0.1:9/fairlead")
    assert "--  database: fairlead at 127.0.0.1 does not answer: " in said
    assert "hunter2" not in said
    assert "mysql is not supported" in database("mysql://a:b@c/d")
    assert "is no address" in database("nonsense")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"FAIRLEAD_PUBLIC_URL": "fairlead.example"}, "FAIRLEAD_PUBLIC_URL: it is an address that begins with https://"),
        ({"FAIRLEAD_GITHUB_APP_ID": "abc"}, "FAIRLEAD_GITHUB_APP_ID: "),
        ({"FAIRLEAD_GITHUB_APP_ID": "7"}, "FAIRLEAD_GITHUB_WEBHOOK_SECRET is empty"),
        (
            {
                "FAIRLEAD_GITHUB_APP_ID": "7",
                "FAIRLEAD_GITHUB_WEBHOOK_SECRET": "s",
                "FAIRLEAD_GITHUB_PRIVATE_KEY_FILE": "no.pem",
            },
            "can't read no.pem: No such file or directory",
        ),
        (
            {"FAIRLEAD_GITHUB_APP_ID": "7", "FAIRLEAD_GITHUB_WEBHOOK_SECRET": "s", "FAIRLEAD_GITHUB_PRIVATE_KEY": "ssh-rsa AA"},
            "is not the PEM text of a private key",
        ),
    ],
)
@pytest.mark.slow
def test_settings_that_can_not_be_read_end_with_2(tmp_path: Path, settings: dict[str, str], said: str) -> None:
    done = doctor(tmp_path, **settings)
    assert done.returncode == 2
    assert said in done.stdout
    assert "ssh-rsa AA" not in done.stdout
