"""The keys of an App in the data folder: for their owner alone, whole or not there, never overwritten by accident."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.github_keys import AppKeys, KeysExist, store_keys, stored_settings
from app.settings import Settings

PEM = "-----BEGIN RSA PRIVATE KEY-----\ndGhlIHByaXZhdGUga2V5\n-----END RSA PRIVATE KEY-----\n"
KEYS = AppKeys(7, "https://api.github.com", "https://github.com", PEM, "the webhook secret")
Choose = Callable[..., Settings]


@pytest.fixture
def chosen(tmp_path: Path) -> Choose:
    """The settings that a file `.env` gives, with their data folder in the test's own."""

    def choose(**values: str) -> Settings:
        given = {"data_dir": str(tmp_path / "data"), **values}
        (tmp_path / ".env").write_text("".join(f'FAIRLEAD_{name.upper()}="{value}"\n' for name, value in given.items()))
        return Settings(_env_file=tmp_path / ".env")  # type: ignore[call-arg] # known to pydantic-settings alone

    return choose


def test_only_their_owner_can_read_them_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = store_keys(tmp_path / "data", KEYS, replace=False)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert "dGhl" not in repr(KEYS)


def test_the_service_finds_them(tmp_path: Path, chosen: Choose) -> None:
    store_keys(tmp_path / "data", AppKeys(7, "https://g.example/api/v3", "https://g.example", PEM, "the secret"), replace=False)
    settings = chosen()
    assert (settings.github_app_id, settings.private_key, settings.webhook_secrets) == (7, PEM.strip(), ("the secret",))
    assert (settings.github_api_url, settings.github_web_url) == ("https://g.example/api/v3", "https://g.example")


def test_an_app_of_the_environment_goes_before_them_as_a_whole(tmp_path: Path, chosen: Choose) -> None:
    store_keys(tmp_path / "data", KEYS, replace=False)
    other = PEM.replace("dGhl", "AAAA").strip().replace("\n", "\\n")
    settings = chosen(github_app_id="9", github_private_key=other, github_webhook_secret="other")
    assert (settings.github_app_id, settings.webhook_secrets) == (9, ("other",))
    assert "AAAA" in settings.private_key
    with pytest.raises(ValidationError, match="WEBHOOK_SECRET is empty"):
        chosen(github_app_id="9")


def test_they_are_never_overwritten_and_the_old_ones_are_put_aside_on_demand(tmp_path: Path) -> None:
    folder = store_keys(tmp_path, KEYS, replace=False)
    with pytest.raises(KeysExist, match="--force"):
        store_keys(tmp_path, AppKeys(8, "a", "b", "c", "d"), replace=False)
    assert stored_settings(tmp_path)["github_app_id"] == 7
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    store_keys(tmp_path, AppKeys(8, "a", "b", "c", "d"), replace=True)
    assert stored_settings(tmp_path)["github_app_id"] == 8
    (aside,) = (path for path in tmp_path.iterdir() if path != folder)
    assert (aside / "private-key.pem").read_text() == PEM


@pytest.mark.parametrize("content", ["", "{", "[]", '{"github_app_id": 7}'])
def test_what_is_half_a_file_is_told(tmp_path: Path, chosen: Choose, content: str) -> None:
    folder = store_keys(tmp_path / "data", KEYS, replace=False)
    (folder / "app.json").write_text(content)
    with pytest.raises(ValidationError, match="is not what Fairlead wrote"):
        chosen()
