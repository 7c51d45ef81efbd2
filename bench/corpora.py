"""Judges the last commits of real repositories, each against its first parent, and says how that went.

    python bench/corpora.py REPOSITORY... [--commits 200] [--through-cli 20] [--notes FILE]

`fairlead check` does it, in this process for speed; every Nth commit is judged by the installed program as well, and the two
have to agree. Each repository has a process of its own, so that the peak of memory is its own. The tables go to standard
output as Markdown; every finding and every note about what was not checked to FILE as JSON, one a line.

Exit status: 1 where a commit crashed, a result is broken or the installed program disagrees, else 0.
"""

import argparse
import contextlib
import io
import json
import re
import resource
import statistics
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from app.cli.main import application

FAIRLEAD = Path(sys.executable).with_name("fairlead")
CHECK = ("check", "--format", "json")
_PARTICULAR = re.compile(r"`[^`]*`|\S*[/{]\S*|\S*\d\S*")

Json = dict[str, Any]


@dataclass
class Tally:
    """How the judging of one repository went. `seconds` has one entry for each commit, `peak` is in MiB."""

    name: str
    seconds: list[float] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    disagreements: list[str] = field(default_factory=list)
    through_cli: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    findings: Counter[tuple[str, str]] = field(default_factory=Counter)
    gaps: Counter[str] = field(default_factory=Counter)
    effects: int = 0
    peak: int = 0
    notes: list[Json] = field(default_factory=list)

    def add(self, head: str, report: Json) -> None:
        """One commit's report."""
        self.verdicts[report["verdict"]["state"]] += 1
        self.effects += len(report["changes"])
        for finding in report["findings"]:
            self.findings[finding["rule"], finding["status"]] += 1
            self.notes.append({"repository": self.name, "commit": head, **finding})
        for result in report["validators"]:
            if result["outcome"] == "broken":
                self.broken.append(f"{self.name} {head}: {result['name']}: {result['explanation']}")
            for gap in result["coverage"]["not_checked"]:
                self.gaps[_PARTICULAR.sub("…", gap["why"])] += 1
                self.notes.append({"repository": self.name, "commit": head, "validator": result["name"], **gap})


def commits(repository: Path, most: int) -> list[tuple[str, str]]:
    """The last commits that have a parent, newest first, each with its first parent."""
    words = ["git", "-C", str(repository), "log", f"-{most}", "--format=%H %P"]
    listed = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    return [(ids[0], ids[1]) for ids in map(str.split, listed) if len(ids) > 1]


def judged(repository: Path, base: str, head: str) -> Json:
    """The report about the step from `base` to `head`."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        application()([*CHECK, "--repo", str(repository), "--base", base, "--head", head], standalone_mode=False)
    report: Json = json.loads(printed.getvalue())
    return report


def judged_by_program(repository: Path, base: str, head: str) -> Json:
    """The same by the installed program."""
    words = [str(FAIRLEAD), *CHECK, "--repo", str(repository), "--base", base, "--head", head]
    report: Json = json.loads(subprocess.run(words, capture_output=True, text=True, check=False).stdout)
    return report


def measured(repository: Path, most: int, every: int) -> Tally:
    """All commits of one repository."""
    tally = Tally(repository.resolve().name)
    for number, (head, base) in enumerate(commits(repository, most)):
        began = time.monotonic()
        try:
            report = judged(repository, base, head)
        except Exception:  # noqa: BLE001 - whatever it is, it is what this script looks for
            tally.crashes.append(f"{tally.name} {head}: {traceback.format_exc()}")
            continue
        tally.seconds.append(time.monotonic() - began)
        tally.add(head, report)
        if every and number % every == 0:
            tally.through_cli += 1
            if _promised(judged_by_program(repository, base, head)) != _promised(report):
                tally.disagreements.append(f"{tally.name} {head}: the installed program says something else")
    tally.peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return tally


def _promised(report: Json) -> Json:
    """What of a report two runs have in common: not the time they took, nor fingerprints of secrets, whose key differs."""
    return {
        "verdict": report["verdict"],
        "findings": report["findings"],
        "coverage": [(result["name"], result["outcome"], result["coverage"]) for result in report["validators"]],
        "changes": [(change["action"], change["resource"], change["risks"]) for change in report["changes"]],
    }


def tables(tallies: list[Tally]) -> Iterator[str]:
    """The figures as Markdown."""
    head = (
        "repository",
        "commits",
        "crashes",
        "broken",
        "success",
        "failure",
        "error",
        "p50 s",
        "p90 s",
        "max s",
        "peak MiB",
        "also by program",
    )
    yield from _table(head, map(_figures, tallies))
    yield from _counted(
        "finding", {tally.name: Counter({" ".join(key): n for key, n in tally.findings.items()}) for tally in tallies}
    )
    yield from _counted("not checked because", {tally.name: tally.gaps for tally in tallies})


def _figures(tally: Tally) -> tuple[object, ...]:
    tenths = statistics.quantiles(tally.seconds, n=10) if len(tally.seconds) > 1 else [0.0] * 9
    seconds = [f"{value:.2f}" for value in (tenths[4], tenths[8], max(tally.seconds, default=0.0))]
    states = [tally.verdicts[state] for state in ("success", "failure", "error")]
    number = len(tally.seconds) + len(tally.crashes)
    return (tally.name, number, len(tally.crashes), len(tally.broken), *states, *seconds, tally.peak, tally.through_cli)


def _counted(what: str, counts: dict[str, Counter[str]]) -> Iterator[str]:
    """One row for each thing that was counted, the most frequent first, one column for each repository."""
    total = sum(counts.values(), Counter())
    rows = ((key, *(counter[key] for counter in counts.values())) for key, _ in total.most_common())
    yield ""
    yield from _table((what, *counts), rows)


def _table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    names = tuple(head)
    for row in (names, ("---",) * len(names), *rows):
        yield f"| {' | '.join(map(str, row))} |"


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPOSITORY", help="a clone")
    parser.add_argument("--commits", type=int, default=200, metavar="N", help="how many of the last commits")
    parser.add_argument("--through-cli", type=int, default=20, metavar="N", help="every Nth by the program too; 0 for none")
    parser.add_argument("--notes", type=Path, metavar="FILE", help="where findings and gaps go, as JSON lines")
    return parser.parse_args()


def main() -> int:
    """Judges, prints, gives the exit status."""
    asked = arguments()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        running = [pool.submit(measured, each, asked.commits, asked.through_cli) for each in asked.repositories]
        tallies = [each.result() for each in running]
    print("\n".join(tables(tallies)))
    if asked.notes:
        asked.notes.write_text("".join(json.dumps(note) + "\n" for tally in tallies for note in tally.notes), encoding="utf-8")
    faults = [fault for tally in tallies for fault in (*tally.crashes, *tally.broken, *tally.disagreements)]
    print("\n".join(faults), file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
