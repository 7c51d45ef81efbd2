"""`fairlead github` as a person meets it, up to the browser; tests/browser/test_setup.py goes on from there."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from app.cli.app_keys_printed import printed
from app.cli.creating_app import Asked, CannotCreate, create
from app.cli.setting_up import NothingToSetUp, link, set_up_first
from app.forges.github.registration import RegisteredApp
from app.github_keys import AppKeys, store_keys
from app.settings import Settings

FAIRLEAD = Path(sys.executable).with_name("fairlead")
PEM = "-----BEGIN RSA PRIVATE KEY-----\ndGhlIHByaXZhdGUga2V5\n-----END RSA PRIVATE KEY-----\n"
PUBLIC = "https://fairlead.example.com"
APP = RegisteredApp(
    id=7,
    slug="guard",
    name="Guard",
    owner="shop",
    organization="shop",
    page="https://github.com/apps/guard",
    api_url="https://api.github.com",
    web_url="https://github.com",
    private_key=PEM,
    webhook_secret="s3cret",
)


ASKED = Asked(organization="", github="", public_url="", print_as="", port=0, browser=False, force=False)
Choose = Callable[..., Settings]


@pytest.fixture
def chosen(tmp_path: Path) -> Choose:
    """The settings that a file `.env` gives, with their data folder in the test's own."""

    def choose(**values: str) -> Settings:
        given = {"data_dir": str(tmp_path / "data"), "public_url": PUBLIC, **values}
        (tmp_path / ".env").write_text("".join(f'FAIRLEAD_{name.upper()}="{value}"\n' for name, value in given.items()))
        return Settings(_env_file=tmp_path / ".env")  # type: ignore[call-arg] # known to pydantic-settings alone

    return choose


@pytest.mark.parametrize(
    ("asked", "settings", "said"),
    [
        ({"organization": "a b"}, {}, "a b is not the name of an organization"),
        ({"github": "http://github.example.com"}, {}, "is not encrypted"),
        ({"github": "https://github.example.com/x"}, {}, "without a path"),
        ({}, {"public_url": "http://localhost:8080"}, "Set FAIRLEAD_PUBLIC_URL"),
        ({}, {"data_dir": "/proc/nowhere"}, "can't write to /proc/nowhere"),
    ],
)
def test_what_can_not_work_is_told_before_anything_is_created(
    chosen: Choose, asked: dict[str, str], settings: dict[str, str], said: str
) -> None:
    with pytest.raises(CannotCreate, match=re.escape(said)):
        create(replace(ASKED, **asked), chosen(**settings))  # type: ignore[arg-type] # only texts are changed


def test_a_port_that_is_taken_is_told(chosen: Choose) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CannotCreate, match=r"Address already in use; choose another one with --port"):
            create(replace(ASKED, port=taken.getsockname()[1]), chosen())


def test_keys_that_are_there_are_not_overwritten(tmp_path: Path, chosen: Choose) -> None:
    store_keys(tmp_path / "data", AppKeys(7, APP.api_url, APP.web_url, PEM, "s"), replace=False)
    with pytest.raises(CannotCreate, match=r"holds the keys of an App already: .* --force"):
        create(ASKED, chosen())


def test_an_app_of_the_environment_would_go_before_the_new_one(tmp_path: Path, chosen: Choose) -> None:
    (tmp_path / "key").write_text(PEM)
    with pytest.raises(CannotCreate, match="FAIRLEAD_GITHUB_APP_ID names the App 7 already"):
        create(ASKED, chosen(github_app_id="7", github_private_key_file=str(tmp_path / "key"), github_webhook_secret="s"))


def test_a_link_is_made_only_where_there_is_something_to_set_up(tmp_path: Path, chosen: Choose) -> None:
    assert link(chosen()).startswith(f"{PUBLIC}/setup?token=")
    store_keys(tmp_path / "data", AppKeys(7, APP.api_url, APP.web_url, PEM, "s"), replace=False)
    with pytest.raises(NothingToSetUp, match="the GitHub App 7 is set up already"):
        link(chosen())


def test_half_an_app_is_told_at_the_start(chosen: Choose) -> None:
    with pytest.raises(NothingToSetUp, match="FAIRLEAD_GITHUB_WEBHOOK_SECRET is set, but FAIRLEAD_GITHUB_APP_ID is not"):
        set_up_first(chosen(github_webhook_secret="s", port="0"))


def test_the_program_tells_it_in_a_sentence(tmp_path: Path) -> None:
    words = (str(FAIRLEAD), "github", "create-app", "--no-browser")
    done = subprocess.run(
        words, cwd=tmp_path, env={"FAIRLEAD_PUBLIC_URL": "nowhere"}, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "fairlead: FAIRLEAD_PUBLIC_URL: it is an address that begins with https:// or http://\n"


def test_printed_keys_are_settings_whatever_the_form(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(printed("env", APP))
    settings = Settings(_env_file=tmp_path / ".env", data_dir=tmp_path)  # type: ignore[call-arg] # known to pydantic-settings alone
    assert (settings.github_app_id, settings.private_key, settings.webhook_secrets) == (7, PEM.strip(), ("s3cret",))
    values = json.loads(printed("json", APP))
    assert values["FAIRLEAD_GITHUB_PRIVATE_KEY"] == PEM
    secret = yaml.safe_load(printed("kubernetes-secret", APP))
    assert (secret["kind"], secret["stringData"]) == ("Secret", values)
