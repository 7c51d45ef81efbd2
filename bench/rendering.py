"""Renders every unit of clones and holds what comes of each against `kustomize build` and `helm template` run by hand.

    python -m bench.rendering DIR[=URL] ...

URL is what the repository calls itself, so that Applications and sources with it mean this repository. Prints a table, and each
unit whose output differs or that kustomize or Helm refuses. Exit status 1 when an output differs.
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from validators.programs import find
from validators.rendering.kubernetes import version_for
from validators.rendering.model import Rendering, Step
from validators.rendering.rendered import render
from validators.rendering.running import outputs
from validators.rendering.targets import plans
from validators.settings import CheckSettings
from validators.tree import Tree
from validators.trees.folder import FolderTree
from validators.units.discovery import Discovery

HEADER = ("repository", "units", "rendered", "equal by hand", "not checked", "refused", "seconds")


@dataclass
class Tally:
    """What came of the units of one repository."""

    name: str
    units: int = 0
    rendered: int = 0
    equal: int = 0
    edited: int = 0
    seconds: float = 0.0
    whys: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)


def tally(folder: Path, origin: str | None) -> Tally:
    """Render all units of the clone `folder`."""
    tree = FolderTree(folder)
    found = Discovery(tree, origin, tuple(entry.path for entry in tree.walk()))
    seen = Tally(folder.name)
    wanted = plans(found, version_for(CheckSettings()))
    began = time.monotonic()
    renderings = render(found, wanted)
    seen.seconds = time.monotonic() - began
    for each in renderings:
        seen.units += 1
        if each.failures:
            seen.refused.append(f"{each.plan.unit.name}: {each.failures[0].message} ({each.failures[0].origin})")
        elif each.unknown:
            seen.whys[each.unknown] += 1
        else:
            seen.rendered += 1
            _compare(tree, folder, each, seen)
    return seen


def _compare(tree: Tree, folder: Path, each: Rendering, seen: Tally) -> None:
    if any(step.job.made for step in each.plan.steps):
        seen.edited += 1
        return
    same = all(outputs(tree, [step.job])[step.job].text == by_hand(folder, step) for step in each.plan.steps)
    if same:
        seen.equal += 1
    else:
        seen.different.append(each.plan.unit.name)


def by_hand(folder: Path, step: Step) -> bytes:
    """What the program prints when a person runs it in the clone."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": "/usr/bin:/bin"}
        argv = [str(find(step.job.program)), *step.job.arguments]
        return subprocess.run(argv, cwd=folder, env=environment, capture_output=True, check=False).stdout


def rows(seen: list[Tally]) -> Iterator[tuple[str, ...]]:
    """One line a repository."""
    for each in seen:
        equal = f"{each.equal} of {each.rendered - each.edited}"
        counts = (each.units, each.rendered, equal, sum(each.whys.values()), len(each.refused))
        yield (each.name, *map(str, counts), f"{each.seconds:.1f}")


def main(arguments: list[str]) -> int:
    """Print the table."""
    seen = [tally(Path(folder), url or None) for folder, _, url in (each.partition("=") for each in arguments)]
    for row in (HEADER, ("---",) * len(HEADER), *rows(seen)):
        print(f"| {' | '.join(row)} |")
    for each in seen:
        print(*(f"{each.name}: {amount} x {why}" for why, amount in each.whys.most_common()), sep="\n")
        print(*(f"{each.name}: refused: {text}" for text in each.refused), sep="\n")
        print(*(f"{each.name}: differs: {text}" for text in each.different), sep="\n")
    return 1 if any(each.different for each in seen) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
