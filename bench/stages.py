"""What single stages of judging cost, without service and forge: schema against parsing, merging, the same once more."""

import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from app.git.diff import changed_files
from app.git.merging import Merged, merge_result
from bench.generated import Sample
from bench.stage import commit
from bench.table import Figure
from validators.change import Change
from validators.documents import reading
from validators.schema import Schema
from validators.trees.git_command import Git
from validators.trees.git_objects import GitObjects
from validators.views import result_view

CHANGED = 20


def figures(files: int, rounds: int, folder: Path) -> Iterator[Figure]:
    """The figures of one repository of so many files."""
    git_dir = folder / "stages.git"
    subprocess.run(["git", "init", "--quiet", "--bare", git_dir], check=True)
    sample = Sample(files)
    changed = min(CHANGED, sample.most_changed)
    commit(git_dir, "main", "", dict(sample.contents()))
    commit(git_dir, "change", "main", sample.change(changed, 1))
    commit(git_dir, "main", "main", {"README.md": "newer\n"})
    git = Git(git_dir)
    base, head = (git.output("rev-parse", name).decode().strip() for name in ("main", "change"))
    yield _merging(git, base, head, rounds, f"{changed} of {files:,} files")
    yield _schema(git, base, head, rounds, f"{changed} of {files:,} files")


def _merging(git: Git, base: str, head: str, rounds: int, named: str) -> Figure:
    """What judging the merge result takes longer than judging the head."""
    merged = merge_result(git, base, head)
    if not isinstance(merged, Merged):
        raise TypeError("made-up changes don't conflict")
    of_head = _median(lambda: _changed_with_fork(git, base, head), rounds)
    of_result = _median(lambda: _changed_with_merge(git, base, head), rounds)
    more = (of_result - of_head) * 1000
    made_of = f"{of_result * 1000:.1f} ms against {of_head * 1000:.1f} ms"
    return Figure(f"merge result, {named}: more than the head", more, 5.0, unit=" ms", made_of=made_of)


def _changed_with_fork(git: Git, base: str, head: str) -> None:
    fork = git.output("merge-base", base, head).decode().strip()
    changed_files(git, fork, head)


def _changed_with_merge(git: Git, base: str, head: str) -> None:
    merged = merge_result(git, base, head)
    if isinstance(merged, Merged):
        changed_files(git, base, merged.tree)


def _schema(git: Git, base: str, head: str, rounds: int, named: str) -> Figure:
    """Checking against schemas, with everything parsed and compiled, against parsing."""
    files = changed_files(git, git.output("merge-base", base, head).decode().strip(), head)
    parsing, checking = [], []
    with GitObjects(git.git_dir) as objects:
        change = Change(objects.tree(base), objects.tree(head), files)
        view, _ = result_view(change, whole=False)
        entries = [entry for path in view.paths if (entry := view.tree.entry(path)) is not None]
        for _ in range(rounds + 1):
            began = time.perf_counter()
            for entry in entries:
                reading.read(entry.path, view.tree.read(entry))
            parsing.append(time.perf_counter() - began)
            Schema().check(view)  # what it has to read is read, what it has to compile compiled
            began = time.perf_counter()
            Schema().check(view)
            checking.append(time.perf_counter() - began)
    parse = statistics.median(parsing[1:])
    schema = statistics.median(checking[1:])
    made_of = f"{schema * 1000:.1f} ms / {parse * 1000:.1f} ms"
    return Figure(f"schema stage, {named} ÷ parse stage", schema / parse, 0.1, made_of=made_of)


def _median(work: Callable[[], None], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)
