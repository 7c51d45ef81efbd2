"""The words of this room: how a unit is rendered, what comes of it, and where in the sources that has its cause."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from validators.model import NotChecked
from validators.resources import Resource
from validators.tree import Entry
from validators.units.model import Unit


class Confidence(StrEnum):
    """How sure the cause of something rendered is: that line, somewhere in that file, or somewhere in the unit."""

    EXACT = "exact"
    FILE = "file"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something rendered comes from. `line` is None where only the file is known."""

    path: str
    line: int | None
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a unit could not be rendered, in words for people, and the source line that is the cause as far as it is known."""

    message: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Job:
    """One run of `program` (kustomize or helm) over `files` of a tree.

    `arguments` name paths from the root of the tree; `about` tells people what is rendered.

    `made` are files that are not in the tree but made up for this run, by their paths; they win over those of the tree.
    """

    program: str
    about: str
    arguments: tuple[str, ...]
    files: tuple[Entry, ...]
    made: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """What a run came to: its `text`, or the `complaint` of a program that refused its input; `broke` is why it could not do
    its work at all. "" for none."""

    text: bytes
    complaint: str = ""
    broke: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """How a chart, a folder, is installed: `values` are values files by their paths, of which the last one wins.

    `kube_version` is what the chart sees of the cluster, "" for Helm's own. `skip_crds` leaves the chart's `crds/` out.
    `options` are further ones of `helm template`.
    """

    chart: str
    name: str
    namespace: str = ""
    values: tuple[str, ...] = ()
    kube_version: str = ""
    skip_crds: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a unit that one run renders: the kustomization in the folder `subject`, or a release of a chart."""

    subject: str | Release
    job: Job


@dataclass(frozen=True, slots=True)
class Plan:
    """How `unit` is rendered: by `steps`, or not at all for the reasons `why`.

    `file` is where its findings are told when nothing better is known. `is_installed` tells a unit whose release somebody
    describes from a chart by itself, which may lack values. `failures` are known before anything is run.
    `variables` are filled in afterwards (Flux); None where nothing is.
    """

    unit: Unit
    file: str
    steps: tuple[Step, ...] = ()
    why: tuple[NotChecked, ...] = ()
    failures: tuple[Failure, ...] = ()
    variables: Mapping[str, str] | None = None
    is_installed: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class RenderedResource:
    """One object of a unit. `source` is the file it was made from where the program says so, "" where it does not."""

    resource: Resource
    source: str = ""


@dataclass(frozen=True, slots=True)
class Unset:
    """A variable that Flux replaces by nothing, for nothing in the repository gives it a value."""

    name: str
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """What a unit comes to on one side. `failures` and `why` say why it has no `resources`, or not all of
    them; `unset` are variables without a value."""

    plan: Plan
    resources: tuple[RenderedResource, ...] = ()
    failures: tuple[Failure, ...] = ()
    why: tuple[NotChecked, ...] = ()
    unset: tuple[Unset, ...] = ()

    @property
    def unknown(self) -> str:
        """Why it is not known what the unit comes to; "" when it is."""
        if self.failures:
            return f"it can't be rendered: {self.failures[0].message.rstrip('.')}"
        return self.why[0].why if self.why else ""
