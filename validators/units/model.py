"""The words of this room: a unit, and a reference by which one file of the repository names another."""

from dataclasses import dataclass
from enum import StrEnum

from validators.model import NotChecked


class UnitKind(StrEnum):
    """What deploys a unit, or how."""

    KUSTOMIZATION = "kustomization"
    HELM_CHART = "Helm chart"
    MANIFESTS = "folder of manifests"
    APPLICATION = "Argo CD Application"
    APPLICATION_SET = "Argo CD ApplicationSet"
    FLUX_KUSTOMIZATION = "Flux Kustomization"
    HELM_RELEASE = "Flux HelmRelease"
    TERRAFORM = "Terraform module"
    PLAYBOOK = "Ansible playbook"


@dataclass(frozen=True, slots=True)
class Unit:
    """What is deployed as one.

    `path` is its folder, or the file for one that a manifest or playbook describes. `inputs` are the files that it reads as
    far as the repository has them. `namespace` is where its objects go when they name none, "" when the repository does not
    tell. `not_checked` says what of it can't be known from the repository.
    """

    name: str
    kind: UnitKind
    path: str
    inputs: frozenset[str] = frozenset()
    namespace: str = ""
    not_checked: tuple[NotChecked, ...] = ()


class Wants(StrEnum):
    """What a reference may lead to."""

    FILE = "file"
    FOLDER = "folder"
    EITHER = "file or folder"


@dataclass(frozen=True, slots=True)
class Reference:
    """A place where a definition names something that it reads. `field` is its path there (`patches[0].path`), `text` what
    is written, lines and column its place in the file that holds it."""

    field: str
    text: str
    wants: Wants
    line: int
    end_line: int
    column: int
