"""The settings of the service: the one place that reads the environment. Each is a variable `FAIRLEAD_...`.

A file `.env` in the working directory counts too, below the environment itself. Secrets may come from files, as container
platforms hand them out: `FAIRLEAD_GITHUB_WEBHOOK_SECRET_FILE=/run/secrets/webhook` instead of the value.
`docs/reference/settings.md` and `.env.example` are made from this page; see app/settings_reference.py.
"""

import re
import socket
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.github_keys import stored_settings

MIB = 1024 * 1024
OF_THE_APP = (
    "github_app_id",
    "github_private_key",
    "github_private_key_file",
    "github_webhook_secret",
    "github_webhook_secret_file",
)
"""The settings that name a GitHub App: they come all from one place, for the key of one App is of no use to another."""

_PEM_KEY = re.compile(r"-----BEGIN (?:RSA )?PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END (?:RSA )?PRIVATE KEY-----")
"""As GitHub hands it out (PKCS 1), or converted (PKCS 8); both without a passphrase."""


def _address(text: str) -> str:
    """An http or https address without a slash at its end."""
    if not text.startswith(("http://", "https://")) or len(text.split("://", 1)[1]) == 0:
        raise ValueError("it is an address that begins with https:// or http://")
    return text.rstrip("/")


Address = Annotated[str, AfterValidator(_address)]


def machine_name() -> str:
    """The machine's name, as far as it can be a worker's."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname()).lstrip("._-")[:63] or "worker"


class Settings(BaseSettings):
    """What an operator chooses."""

    model_config = SettingsConfigDict(
        env_prefix="FAIRLEAD_", env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    public_url: Address = Field(
        default="http://localhost:8080",
        description="The address under which people reach the pages; links in comments and statuses lead there.",
    )
    host: str = Field(default="127.0.0.1", description="The address that the web server listens on.")
    port: int = Field(default=8080, ge=0, le=65535, description="The port that the web server listens on.")
    data_dir: Path = Field(
        default=Path("data"),
        description="The folder for the databases and the mirrors of repositories. It is made when missing.",
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="Where to remember things: `postgresql://user:password@host/name`, or nothing for SQLite files in the data "
        "folder. PostgreSQL is for more than one machine.",
    )
    database_url_file: Path | None = Field(default=None, description="The file that holds this address instead.")
    github_app_id: int | None = Field(
        default=None,
        gt=0,
        description="The id of the GitHub App that changes come from. Without it and the keys, those hold that "
        "`fairlead github create-app` or the page `/setup` keeps in the data folder.",
    )
    github_private_key: SecretStr = Field(default=SecretStr(""), description="The private key of the GitHub App, as PEM text.")
    github_private_key_file: Path | None = Field(default=None, description="The file that holds the private key instead.")
    github_webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret that GitHub signs webhooks with. Fairlead does not start without it."
    )
    github_webhook_secret_file: Path | None = Field(default=None, description="The file that holds the secret instead.")
    github_webhook_secret_old: SecretStr = Field(
        default=SecretStr(""), description="The secret before the present one, good as well while they are being changed over."
    )
    github_api_url: Address = Field(
        default="https://api.github.com", description="GitHub's API; `https://HOST/api/v3` for an Enterprise Server."
    )
    github_web_url: Address = Field(
        default="https://github.com", description="What people open, and where git clones from; an Enterprise Server's address."
    )
    github_request_pause: float = Field(
        default=0.25,
        ge=0,
        le=60,
        description="Seconds between two requests to GitHub, as it asks for on github.com. 0 for an Enterprise Server without "
        "rate limits.",
    )
    github_write_pause: float = Field(
        default=1.0,
        ge=0,
        le=60,
        description="Seconds between two writes of one installation, as GitHub asks for on github.com. 0 for an Enterprise "
        "Server without rate limits.",
    )
    engine_processes: int = Field(default=1, ge=1, le=64, description="How many changes are judged at the same time.")
    engine_memory: int = Field(default=4096, ge=512, description="Memory that judging one change may take, in MiB.")
    engine_seconds: int = Field(default=300, ge=1, description="How long judging one change may take, in seconds.")
    reconcile_seconds: int = Field(
        default=180, ge=5, description="How often the open changes are read again, for webhooks that never came, in seconds."
    )
    keep_days: int = Field(
        default=90, ge=1, description="For how many days runs are kept that are not the newest, and changes that are closed."
    )
    keep_deliveries_days: int = Field(
        default=14,
        ge=4,
        description="For how many days it is remembered which webhooks were acted on. GitHub offers them again for three days.",
    )
    keep_mirrors_days: int = Field(
        default=30, ge=1, description="For how many days a mirror that nobody uses is kept. It is fetched anew when needed."
    )
    worker_id: str = Field(
        default_factory=machine_name,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
        description="The name of this worker: each one that shares a database has its own. Without one it is the name of the "
        "machine, or of the container or pod.",
    )
    webhook_bytes: int = Field(
        default=25 * MIB, ge=1024, description="The largest webhook that is read, in bytes; larger ones are refused."
    )
    schema_folder: Path | None = Field(default=None, description="A folder with JSON Schemas of your own kinds.")
    shutdown_seconds: int = Field(default=20, ge=1, description="How long running work may take to end when the service stops.")
    log_format: Literal["text", "json"] = Field(default="text", description="How the log is written.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="What is logged.")
    fingerprint_key_file: Path | None = Field(
        default=None,
        description="The file that holds the key of the fingerprints which stand for secret values: 64 hexadecimal digits, the "
        "same for all workers. Without one it is made in the data folder.",
    )
    otlp_endpoint: Address | None = Field(
        default=None,
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="Where traces are sent, such as `http://collector:4318`, by OTLP over HTTP. The other variables of "
        "OpenTelemetry count too. It takes what `pip install 'fairlead[otel]'` installs.",
    )

    @cached_property
    def private_key(self) -> str:
        """The GitHub App's private key."""
        return _secret(self.github_private_key, self.github_private_key_file)

    @cached_property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The secrets that GitHub's webhooks may be signed with, the present one first."""
        present = _secret(self.github_webhook_secret, self.github_webhook_secret_file)
        return tuple(secret for secret in (present, self.github_webhook_secret_old.get_secret_value()) if secret)

    @cached_property
    def _postgresql(self) -> str:
        """The address of the database, "" for files in the data folder."""
        return _secret(self.database_url, self.database_url_file)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nothing that is told may hold."""
        password = urlsplit(self._postgresql).password
        known = (self.private_key, *self.webhook_secrets, self._postgresql, unquote(password or ""))
        return tuple(secret for secret in known if secret)

    @property
    def store_url(self) -> str:
        """Where changes, runs and findings are kept."""
        return self._postgresql or f"sqlite:///{self.data_dir.absolute() / 'fairlead.sqlite'}"

    @property
    def runs_url(self) -> str:
        """Where the progress of durable runs is kept."""
        return self._postgresql or f"sqlite:///{self.data_dir.absolute() / 'runs.sqlite'}"

    @property
    def mirrors(self) -> Path:
        """The folder of the mirrors of repositories."""
        return self.data_dir.absolute() / "mirrors"

    @model_validator(mode="before")
    @classmethod
    def _from_data_folder(cls, given: dict[str, object]) -> dict[str, object]:
        """The App whose keys lie in the data folder, unless the environment says anything of another one."""
        if any(given.get(name) for name in OF_THE_APP):
            return given
        return {**stored_settings(Path(str(given.get("data_dir") or cls.model_fields["data_dir"].default))), **given}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Files can be read; a connection to GitHub is whole or not there, for an empty secret would let anybody in."""
        _secret(self.database_url, self.database_url_file)
        if self.github_app_id is None:
            return self
        if not _secret(self.github_webhook_secret, self.github_webhook_secret_file):
            raise ValueError("FAIRLEAD_GITHUB_WEBHOOK_SECRET is empty: webhooks could not be trusted")
        if not self.private_key:
            raise ValueError("FAIRLEAD_GITHUB_PRIVATE_KEY is empty: the app could not sign in")
        if not _PEM_KEY.fullmatch(self.private_key):
            raise ValueError("FAIRLEAD_GITHUB_PRIVATE_KEY is not the PEM text of a private key, from its BEGIN to its END line")
        return self


def _secret(value: SecretStr, file: Path | None) -> str:
    """The value, or what the file holds without the spaces around it. Raises ValueError for a file that can't be read."""
    if file is None:
        return value.get_secret_value().strip()
    try:
        return file.read_text("utf-8").strip()
    except OSError as error:
        raise ValueError(f"can't read {file}: {error.strerror}") from None
