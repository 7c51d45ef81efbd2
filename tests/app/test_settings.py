"""The settings: what is refused, where secrets may come from, and that every page about them says the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from app import settings_reference
from app.settings import Settings

Choose = Callable[..., Settings]
KEY = "-----BEGIN RSA PRIVATE KEY-----\ndGhlIHByaXZhdGUga2V5\n-----END RSA PRIVATE KEY-----"


@pytest.fixture
def chosen(tmp_path: Path) -> Choose:
    """Settings as a file `.env` with these lines gives them."""

    def choose(**values: str) -> Settings:
        lines = "".join(f'FAIRLEAD_{name.upper()}="{value}"\n' for name, value in values.items())
        (tmp_path / ".env").write_text(lines)
        return Settings(_env_file=tmp_path / ".env")  # type: ignore[call-arg] # known to pydantic-settings alone

    return choose


def test_without_anything_there_are_defaults(chosen: Choose) -> None:
    plain = chosen()
    assert plain.store_url.startswith("sqlite:///")
    assert plain.store_url != plain.runs_url
    assert plain.webhook_secrets == ()


@pytest.mark.parametrize("given", [{}, {"github_webhook_secret": ""}, {"github_webhook_secret": "   "}])
def test_an_empty_webhook_secret_is_refused(chosen: Choose, given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="FAIRLEAD_GITHUB_WEBHOOK_SECRET is empty"):
        chosen(github_app_id="7", github_private_key="key", **given)


@pytest.mark.parametrize(
    "key", ["nonsense", "/run/secrets/key.pem", "-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----"]
)
def test_what_is_no_private_key_is_refused_and_not_shown(chosen: Choose, tmp_path: Path, key: str) -> None:
    (tmp_path / "key").write_text(key)
    with pytest.raises(ValidationError, match="FAIRLEAD_GITHUB_PRIVATE_KEY is not the PEM text") as refused:
        chosen(github_app_id="7", github_webhook_secret="secret", github_private_key_file=str(tmp_path / "key"))
    assert key not in refused.value.errors()[0]["msg"]


def test_secrets_come_from_files_and_never_show(chosen: Choose, tmp_path: Path) -> None:
    (tmp_path / "private_key").write_text(KEY + "\n")
    (tmp_path / "webhook_secret").write_text("the webhook_secret\n")
    full = chosen(
        github_app_id="7",
        github_private_key_file=str(tmp_path / "private_key"),
        github_webhook_secret_file=str(tmp_path / "webhook_secret"),
        github_webhook_secret_old="the former one",
        database_url="postgresql://fairlead:hunter2hunter2@db/fairlead",
    )
    assert full.private_key == KEY
    assert full.webhook_secrets == ("the webhook_secret", "the former one")
    assert full.store_url == full.runs_url == "postgresql://fairlead:hunter2hunter2@db/fairlead"
    assert not any(secret in repr(full) for secret in ("dGhlIHByaXZhdGUga2V5", "the webhook_secret", "the former", "hunter2"))


def test_the_address_of_the_database_comes_from_a_file_too(chosen: Choose, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://fairlead:hunter2hunter2@db/fairlead\n")
    full = chosen(database_url_file=str(tmp_path / "url"))
    assert full.store_url == full.runs_url == "postgresql://fairlead:hunter2hunter2@db/fairlead"
    assert "hunter2" not in repr(full)


def test_a_file_that_can_not_be_read_is_told(chosen: Choose, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="can't read"):
        chosen(github_app_id="7", github_webhook_secret_file=str(tmp_path / "absent"))
    with pytest.raises(ValidationError, match="can't read"):
        chosen(database_url_file=str(tmp_path / "absent"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "99999"),
        ("public_url", "fairlead.example"),
        ("worker_id", "../x"),
        ("engine_processes", "0"),
        ("log_format", "xml"),
    ],
)
def test_values_that_make_no_sense_are_refused(chosen: Choose, name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=name):
        chosen(**{name: value})


def test_the_example_file_can_be_used_as_it_is_once_it_is_filled_in(tmp_path: Path) -> None:
    text = settings_reference.example()
    for name, value in (("APP_ID", "7"), ("PRIVATE_KEY_FILE", str(tmp_path / "key")), ("WEBHOOK_SECRET", "s3cret")):
        text = text.replace(f"\nFAIRLEAD_GITHUB_{name}=\n", f"\nFAIRLEAD_GITHUB_{name}={value}\n")
    (tmp_path / "key").write_text(KEY)
    (tmp_path / ".env").write_text(text.replace("\n# FAIRLEAD", "\nFAIRLEAD"))
    filled = Settings(_env_file=tmp_path / ".env")  # type: ignore[call-arg] # known to pydantic-settings alone
    assert (filled.github_app_id, filled.webhook_secrets, filled.private_key) == (7, ("s3cret",), KEY)
