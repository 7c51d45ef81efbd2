"""Files that nothing here can judge yet, each with the reason: Terraform, Ansible, Jsonnet, and what SOPS has encrypted."""

import re

from validators.units.paths import parent, shown

TERRAFORM = (".tf", ".tfvars", ".tf.json", ".tofu")
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


def not_judged(path: str, data: bytes) -> tuple[str, str] | None:
    """What is not judged about the file, and why; None when nothing here stands in the way."""
    if path.endswith(TERRAFORM):
        return (
            f"Terraform module {shown(parent(path))}",
            "not planned: Terraform is not run, so providers and modules are not checked",
        )
    if path.endswith(JSONNET):
        return path, "not rendered: Jsonnet is never evaluated"
    if is_encrypted(data):
        return path, "its values are encrypted with SOPS and can't be read here"
    if is_playbook(path, data):
        return f"Ansible playbook {path}", "not run: Ansible is not started"
    if role := role_of(path):
        return f"Ansible role {role}", "not run: Ansible is not started"
    return None
