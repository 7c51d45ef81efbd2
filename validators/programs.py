"""Where the foreign programs are that some checks need, which version of them is expected, and what needs them.

A program is looked for in `.tools/bin` beside the packages (where `make tools` puts it), then on PATH.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from validators.change import ToolMissing

TOOLS_FOLDER = Path(__file__).resolve().parent.parent / ".tools" / "bin"


@dataclass(frozen=True, slots=True)
class Program:
    """A foreign program. `version_arguments` make it print its version; `needed_for` is said when it is missing."""

    name: str
    version: str
    version_arguments: tuple[str, ...]
    needed_for: str


PROGRAMS: tuple[Program, ...] = (
    Program("kubeconform", "0.7.0", ("-v",), "schema, with `engine: kubeconform` or `engine: both`"),
    Program("kustomize", "5.7.1", ("version",), "rendering kustomizations"),
    Program("helm", "3.22.0", ("version", "--short"), "rendering charts"),
)


def find(name: str) -> Path:
    """The program's path, links resolved. Raises ToolMissing, saying how to get it."""
    local = TOOLS_FOLDER / name
    found = str(local) if local.exists() else shutil.which(name)
    if found is None:
        raise ToolMissing(f"{name} is not installed: run `make tools`, or put it on PATH")
    return Path(found).resolve()
