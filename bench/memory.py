"""Memory: what judging takes at most, and what the service has when there is nothing to do."""

import time
from collections.abc import Iterator

from bench.generated import Sample
from bench.service import memory, processor_seconds
from bench.stage import Stage
from bench.table import Figure

_IDLE_SECONDS = 5.0
_MIB = 1024**2


def figures(stage: Stage, repository: str, sample: Sample, files: int, largest: int) -> Iterator[Figure]:
    """After a change of so many files, and one with a file of `largest` bytes more."""
    pull = stage.propose(sample, repository, files)
    stage.answered(pull)
    stage.push(pull, 1, {"large.yaml": _large(largest)})
    stage.answered(pull)
    most = 100 + 15 * largest / _MIB
    (engine,) = stage.service.engines()
    peak = memory(engine, "VmHWM")
    made_of = f"{files:,} of {sample.files:,} files, then one of {largest / _MIB:.1f} MiB"
    yield Figure("peak memory of a worker's engine", peak, most, unit=" MiB", made_of=made_of)
    yield from _idle(stage)


def _idle(stage: Stage) -> Iterator[Figure]:
    time.sleep(1)
    service = stage.service.process.pid
    before = {pid: processor_seconds(pid) for pid in stage.service.processes()}
    time.sleep(_IDLE_SECONDS)
    used = sum(processor_seconds(pid) - before[pid] for pid in stage.service.processes() if pid in before)
    yield Figure("memory of the idle service", memory(service, "VmRSS"), 150.0, unit=" MiB", made_of="after these changes")
    yield Figure("processor of the idle service", 100 * used / _IDLE_SECONDS, unit=" %", made_of="of one core, engine included")


def _large(size: int) -> str:
    one = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: large-{number}\ndata:\n" + "".join(
        f"  KEY_{number}: value of key {number}\n" for number in range(200)
    )
    many = size // len(one) + 1
    return "---\n".join(one.replace("{number}", str(number)) for number in range(many))
