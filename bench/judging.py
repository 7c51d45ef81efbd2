"""From webhook to last API call: against the commands that people run, over sizes of repositories and of changes."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.generated import Sample
from bench.rivals import Clone, ci_job, schemas
from bench.stage import Stage
from bench.table import Figure, milliseconds

SMALL_CHANGE = 20
"""Files up to which a change is an everyday one."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Files of each repository, files of each change, rounds of each pair; a CI job is timed in `job_rounds` of them."""

    repositories: tuple[int, ...]
    changes: tuple[int, ...]
    rounds: int
    job_rounds: int


@dataclass(frozen=True, slots=True)
class Timed:
    """Medians in seconds for one repository and one size of change; `job` is None where no CI job was timed."""

    files: int
    changed: int
    fairlead: float
    forge: float
    again: float
    lint: float
    job: float | None


def timed(stage: Stage, sizes: Sizes, folder: Path) -> list[Timed]:
    """Everything timed, Fairlead and its rivals in turns."""
    shelf = schemas(folder / "schemas")
    found: list[Timed] = []
    for files in sizes.repositories:
        sample = Sample(files)
        repository = stage.add(sample)
        clone = Clone.of(stage.remote(repository), folder / str(files))
        possible = [changed for changed in sizes.changes if changed <= sample.most_changed]
        found += [_pair(stage, sample, repository, clone, changed, sizes, shelf) for changed in possible]
    return found


def _pair(stage: Stage, sample: Sample, repository: str, clone: Clone, changed: int, sizes: Sizes, shelf: Path) -> Timed:
    pull = stage.propose(sample, repository, changed)
    stage.answered(pull)  # the first one makes the mirror, and the engine's index of the repository
    fairlead, forge, again, lint, job = [], [], [], [], []
    for number in range(sizes.rounds):
        content = stage.push(pull, changed)
        answered = stage.answered(pull)
        fairlead.append(answered.seconds)
        forge.append(answered.forge_seconds)
        again.append(stage.answered(pull, again=True).seconds)
        lint.append(clone.fetch_and_lint(pull.number, content))
        if number < sizes.job_rounds:
            job.append(ci_job(stage.remote(repository), pull.number, content, clone.texts.parent, shelf))
    median = statistics.median
    seconds = median(job) if job else None
    return Timed(sample.files, changed, median(fairlead), median(forge), median(again), median(lint), seconds)


def figures(found: Sequence[Timed]) -> Iterator[Figure]:
    """The ratios that are wanted."""
    for each in found:
        yield _against_lint(each)
    for each in found:
        if each.job is not None:
            yield _against_job(each)
    yield from _over_sizes(found)
    for each in found:
        if each.changed == 1:
            made_of = f"{milliseconds(each.again)} / {milliseconds(each.lint)}"
            yield Figure(
                f"the same head again, {_named(each)} ÷ fetch + yamllint", each.again / each.lint, 0.15, made_of=made_of
            )


def _against_lint(each: Timed) -> Figure:
    most = 0.8 if each.changed <= SMALL_CHANGE else 1.0
    made_of = f"{milliseconds(each.fairlead)} ({milliseconds(each.forge)} of it in the forge's API) / {milliseconds(each.lint)}"
    return Figure(f"judged, {_named(each)} ÷ warm fetch + yamllint", each.fairlead / each.lint, most, made_of=made_of)


def _against_job(each: Timed) -> Figure:
    wanted = {5000: 0.5, 50_000: 0.1}.get(each.files) if each.changed <= SMALL_CHANGE else None
    job = each.job or 0.0
    made_of = f"{milliseconds(each.fairlead)} / {milliseconds(job)}"
    return Figure(f"judged, {_named(each)} ÷ CI job", each.fairlead / job, wanted, made_of=made_of)


def _over_sizes(found: Sequence[Timed]) -> Iterator[Figure]:
    ones = {each.files: each.fairlead for each in found if each.changed == 1}
    if len(ones) > 1:
        small, large = min(ones), max(ones)
        made_of = f"{milliseconds(ones[large])} / {milliseconds(ones[small])}"
        yield Figure(f"judged, 1 file in {large:,} ÷ 1 in {small:,}", ones[large] / ones[small], 1.5, made_of=made_of)


def _named(each: Timed) -> str:
    return f"{each.changed:,} of {each.files:,} files"
