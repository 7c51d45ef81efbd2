"""Files that nothing here can judge yet, each with the reason: Terraform, Ansible, Jsonnet, and what SOPS has encrypted."""

import re

from validators.model import NotChecked
from validators.units.model import Unit, UnitKind
from validators.units.paths import parent, shown

TERRAFORM = (".tf", ".tfvars", ".tf.json", ".tofu")
ENCRYPTED = "its values are encrypted with SOPS and can't be read here"
_NOT_RUN = "not run: Ansible is not started"
JSONNET = (".jsonnet", ".libsonnet")
_SOPS_KEY = re.compile(rb"^(?:sops:|    ?\"sops\":|sops_mac=)", re.MULTILINE)
_PLAY = re.compile(rb"^- (?:.*\n {2})*?(?:hosts|import_playbook|ansible\.builtin\.import_playbook):", re.MULTILINE)


def is_encrypted(data: bytes) -> bool:
    """Whether the content is encrypted with SOPS, https://getsops.io/docs/#22format-of-encrypted-files."""
    return b"ENC[AES256_GCM," in data and _SOPS_KEY.search(data) is not None


def is_playbook(path: str, data: bytes) -> bool:
    """Whether the content is an Ansible playbook: a list of plays with `hosts`."""
    return path.endswith((".yaml", ".yml")) and _PLAY.search(data) is not None


def role_of(path: str) -> str | None:
    """The Ansible role that the file is part of, as a folder; None for none."""
    parts = path.split("/")
    for index in range(len(parts) - 3, -1, -1):
        if parts[index] == "roles" and parts[index + 2] in {
            "tasks",
            "handlers",
            "defaults",
            "vars",
            "meta",
            "templates",
            "files",
        }:
            return "/".join(parts[: index + 2])
    return None


def not_judged(path: str, data: bytes) -> Unit | None:
    """The unit that the file belongs to and that nothing here judges, with the reason; None when there is none."""
    inputs = frozenset({path})
    if path.endswith(TERRAFORM):
        folder = parent(path)
        why = "not planned: Terraform is not run, so providers and modules are not checked"
        return Unit(
            shown(folder), UnitKind.TERRAFORM, folder, inputs, not_checked=(_note(UnitKind.TERRAFORM, shown(folder), why),)
        )
    if is_playbook(path, data):
        return Unit(path, UnitKind.PLAYBOOK, path, inputs, not_checked=(_note(UnitKind.PLAYBOOK, path, _NOT_RUN),))
    if role := role_of(path):
        return Unit(role, UnitKind.PLAYBOOK, role, inputs, not_checked=(NotChecked(f"Ansible role {role}", _NOT_RUN),))
    if path.endswith(JSONNET):
        return Unit(
            path, UnitKind.MANIFESTS, path, inputs, not_checked=(NotChecked(path, "not rendered: Jsonnet is never evaluated"),)
        )
    if is_encrypted(data):
        return Unit(path, UnitKind.MANIFESTS, path, inputs, not_checked=(NotChecked(path, ENCRYPTED),))
    return None


def _note(kind: UnitKind, name: str, why: str) -> NotChecked:
    return NotChecked(f"{kind} {name}", why)
