"""`python -m bench`: measures how fast Fairlead is, and prints a Markdown table. See docs/explanation/speed.md.

Everything is a ratio of things measured in turns within one run, for machines differ and are never idle.
"""

import argparse
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import ingest, judging, memory, stages
from bench.generated import Sample
from bench.judging import Sizes
from bench.stage import staged
from bench.table import Figure, markdown


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    sizes: Sizes
    stages_of: int
    stage_rounds: int
    ingest_seconds: float
    memory_change: int
    largest: int


FULL = Plan(Sizes((500, 5000, 50_000), (1, 20, 500), rounds=5, job_rounds=2), 5000, 15, 6.0, 500, 2_000_000)
SMALL = Plan(Sizes((80,), (1, 5), rounds=1, job_rounds=1), 80, 2, 0.5, 5, 50_000)


def measured(plan: Plan, folder: Path) -> Iterator[Figure]:
    """All figures, made in `folder`."""
    with staged(folder) as stage:
        yield from judging.figures(judging.timed(stage, plan.sizes, folder))
        yield from stages.figures(plan.stages_of, plan.stage_rounds, folder)
        sample = Sample(plan.stages_of)
        repository = stage.add(sample)
        yield from memory.figures(stage, repository, sample, plan.memory_change, plan.largest)
        yield from ingest.figures(stage, stage.propose(sample, repository, 1), plan.ingest_seconds, folder)


def main() -> int:
    """Measures and prints; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--small", action="store_true", help="small sizes: to see that it works; the figures mean nothing")
    parser.add_argument("--folder", type=Path, help="where repositories are made; memory (tmpfs) is fairest to checkouts")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fairlead-bench-", dir=asked.folder) as folder:
        figures = list(measured(SMALL if asked.small else FULL, Path(folder)))
    print("\n".join(markdown(figures)))
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, git {git}"
    print(f"\n{machine}; {time.monotonic() - began:,.0f} seconds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
