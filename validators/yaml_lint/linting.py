"""yamllint over many texts, in this process and, where that pays, in others beside it.

yamllint reads some 170 files or half a megabyte a second, and threads make it slower. A process to help takes about a
tenth of a second to start.
"""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from validators.change import ToolFailed
from validators.yaml_lint.model import Complaint, Complaints, Job, switched_on

if TYPE_CHECKING:
    from yamllint.config import YamlLintConfig

WORTH_A_PROCESS = 120_000
"""Bytes of text that a further process is started for."""

MOST_PROCESSES = 4


def lint(jobs: Sequence[Job], configuration: str) -> list[Complaints]:
    """yamllint's complaints about each job, in the order of `jobs`. Raises ToolFailed when a helping process dies."""
    shares = _shares(jobs)
    complaints: list[Complaints] = [[] for _ in jobs]
    with ThreadPoolExecutor(max(1, len(shares) - 1)) as threads:
        helped = [threads.submit(_in_another_process, [jobs[i] for i in share], configuration) for share in shares[1:]]
        answers = [list(_lint_all([jobs[i] for i in shares[0]], configuration)), *(future.result() for future in helped)]
    for share, answer in zip(shares, answers, strict=True):
        for index, found in zip(share, answer, strict=True):
            complaints[index] = found
    return complaints


def _shares(jobs: Sequence[Job]) -> list[list[int]]:
    """The jobs' indices, divided into about equal amounts of text for as many processes as pay."""
    size = sum(len(job.data) for job in jobs)
    allowed = 1 if multiprocessing.current_process().daemon else min(MOST_PROCESSES, os.cpu_count() or 1)
    shares: list[list[int]] = [[] for _ in range(max(1, min(allowed, len(jobs), size // WORTH_A_PROCESS + 1)))]
    loads = [0] * len(shares)
    for index in sorted(range(len(jobs)), key=lambda index: -len(jobs[index].data)):
        lightest = loads.index(min(loads))
        shares[lightest].append(index)
        loads[lightest] += len(jobs[index].data)
    return shares


def _in_another_process(jobs: list[Job], configuration: str) -> list[Complaints]:
    """The same in a fresh process. Should this one die, that one ends at the next file: nobody reads its pipe any more."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, configuration), daemon=True, name="yamllint")
    try:
        process.start()
    except OSError:
        return list(_lint_all(jobs, configuration))  # no room for another process: it only takes longer
    theirs.close()
    try:
        ours.send(jobs)
        answers: list[Complaints] = [ours.recv() for _ in jobs]
    except (EOFError, OSError):
        process.join()
        raise ToolFailed(f"a process that runs yamllint ended by itself (exit status {process.exitcode})") from None
    finally:
        ours.close()
        process.terminate()
        process.join()
    return answers


def _serve(pipe: Connection, configuration: str) -> None:
    """The helping process's work: a list of jobs comes in, the complaints about each go out as they are found."""
    try:
        jobs: list[Job] = pipe.recv()
        for complaints in _lint_all(jobs, configuration):
            pipe.send(complaints)
    except (EOFError, OSError):
        return  # nobody waits for the answer any more


def _lint_all(jobs: Sequence[Job], configuration: str) -> Iterator[Complaints]:
    from yamllint.config import YamlLintConfig

    config = YamlLintConfig(configuration)
    return (_lint_one(job, config) for job in jobs)


def _lint_one(job: Job, config: "YamlLintConfig") -> Complaints:
    from yamllint import linter

    data = job.data if job.may_disable else switched_on(job.data)
    return [
        Complaint(found.rule or "", found.level or "error", found.desc, found.line, found.column)
        for found in linter.run(data, config, job.path)
    ]
