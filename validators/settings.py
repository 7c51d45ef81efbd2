"""What a repository or an operator may choose of the checks; read from .fairlead.yaml at the base by the caller."""

from dataclasses import dataclass
from enum import StrEnum


class SchemaEngine(StrEnum):
    """Which program checks manifests against schemas; `auto` is in_process, `both` reports any difference as a bug."""

    AUTO = "auto"
    IN_PROCESS = "in_process"
    KUBECONFORM = "kubeconform"
    BOTH = "both"


class FailOn(StrEnum):
    """The mildest new finding that fails a change; `never` lets the checks tell only."""

    ERROR = "error"
    WARNING = "warning"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """Settings of the validators. `kubernetes_version` is "1.31" or "" for the newest known.

    `ignore` are glob patterns (gitwildmatch) of paths that are not looked at (coverage says so); `schema_folder` is a
    folder of the operator's own schemas on this machine (None for none); `disabled` are names of validators switched off.
    """

    kubernetes_version: str = ""
    schema_engine: SchemaEngine = SchemaEngine.AUTO
    schema_folder: str | None = None
    ignore: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
