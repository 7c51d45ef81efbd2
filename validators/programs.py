"""Which foreign programs checks need, where they are, and which versions they are.

A program is looked for in `.tools/bin` beside the packages (where `make tools` puts it), then on PATH.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from validators.change import ToolFailed, ToolMissing

TOOLS_FOLDER = Path(__file__).resolve().parent.parent / ".tools" / "bin"
_VERSION = re.compile(r"\d+\.\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Program:
    """A foreign program. `version` is the one it is tested with, "" for any; `version_arguments` make it print its own.

    `needed_for` says what does not work without it.
    """

    name: str
    version: str
    version_arguments: tuple[str, ...]
    needed_for: str
    needed_always: bool = False


PROGRAMS: tuple[Program, ...] = (
    Program("git", "", ("--version",), "nothing can be judged", needed_always=True),
    Program("bwrap", "", ("--version",), "foreign programs are shut in less well"),
    Program("kubeconform", "0.7.0", ("-v",), "`schema.engine: kubeconform` and `both` make the schema check broken"),
    Program("kustomize", "5.7.1", ("version",), "nothing; kustomizations are read, not rendered yet"),
    Program("helm", "3.22.0", ("version", "--short"), "nothing; charts are read, not rendered yet"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A program that is there; `version` as it says itself, "unknown" when it doesn't."""

    path: Path
    version: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A program that is not there, or can't be started, and why."""

    why: str


def find(name: str) -> Path:
    """The program's path, links resolved. Raises ToolMissing, saying how to get it."""
    local = TOOLS_FOLDER / name
    found = str(local) if local.exists() else shutil.which(name)
    if found is None:
        raise ToolMissing(f"{name} is not installed: `fairlead doctor` says how to get it")
    return Path(found).resolve()


def look_for_all() -> list[tuple[Program, Found | Missing]]:
    """Each program with where it is, or why not."""
    return [(program, _look_for(program)) for program in PROGRAMS]


def _look_for(program: Program) -> Found | Missing:
    from validators.sandbox import run

    try:
        path = find(program.name)
        done = run([path, *program.version_arguments])
    except (ToolMissing, ToolFailed) as error:
        return Missing(str(error))
    said = _VERSION.search((done.stdout + done.stderr).decode("utf-8", "replace"))
    return Found(path, said.group() if said else "unknown")
