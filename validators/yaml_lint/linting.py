"""yamllint over many texts, in this process and, where that pays, in others beside it.

yamllint reads some 170 files or half a megabyte a second, and threads make it slower. A process to help takes about a
tenth of a second to start.
"""

import multiprocessing
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import yaml

from validators.change import ToolFailed
from validators.yaml_lint.model import Complaint, Complaints, Job, switched_on

if TYPE_CHECKING:
    from yamllint.config import YamlLintConfig
    from yamllint.linter import LintProblem

WORTH_A_PROCESS = 120_000
"""Bytes of text that a further process is started for."""

MOST_PROCESSES = 4

_DOUBTFUL = re.compile("[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe]|[!?]|[|>][-+0-9]*#|^%", re.MULTILINE)
"""What libyaml and PyYAML do not always read alike: tags, question marks, directives, a comment that touches the indicator of a
block, tabs and other characters that are no ordinary ones."""
_STUMBLING = (TypeError, ValueError, AttributeError, LookupError, RecursionError, yaml.YAMLError)
_SWITCHED_OFF = re.compile(r"#\s*yamllint disable-file")


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
    config = _config(configuration)
    return (_lint_one(job, config) for job in jobs)


@lru_cache(maxsize=4)
def _config(text: str) -> "YamlLintConfig":
    from yamllint.config import YamlLintConfig

    return YamlLintConfig(text)


def _lint_one(job: Job, config: "YamlLintConfig") -> Complaints:
    """yamllint's complaints about one text. Its rules stumble over some texts that are no YAML, of which more is told anyway
    than they would say. Raises ToolFailed where they stumble over YAML."""
    data = job.data if job.may_disable else switched_on(job.data)
    text = None if config.is_file_ignored(job.path) else _sound(data)
    complaints: Complaints = []
    try:
        complaints.extend(
            Complaint(found.rule or "", found.level or "error", found.desc, found.line, found.column)
            for found in _problems(data, text, config, job.path)
        )
    except _STUMBLING as error:
        if text is not None:
            raise ToolFailed(f"yamllint stumbled over {job.path} ({type(error).__name__})") from error
    return complaints


def _problems(data: bytes, text: str | None, config: "YamlLintConfig", path: str) -> "Iterable[LintProblem]":
    """What `yamllint.linter.run` gives of `data`; `text` is the same as text where its syntax is sound, else None.

    yamllint parses every text in Python, only to say where the syntax is wrong. libyaml finds out sixteen times as fast that it
    is not; where the two might disagree, yamllint has its way.
    """
    from yamllint import linter

    found: Iterable[LintProblem] = (
        linter.run(data, config, path) if text is None else linter.get_cosmetic_problems(text, config, path)
    )
    return found


def _sound(data: bytes) -> str | None:
    """The text, where it is certain that yamllint finds no error in its syntax and does not pass over it; else None."""
    try:
        text = data.decode("utf-8")
        if _DOUBTFUL.search(text) or _SWITCHED_OFF.match(text):
            return None
        for _ in yaml.parse(text, Loader=yaml.CBaseLoader):
            pass
    except (UnicodeDecodeError, yaml.YAMLError):
        return None
    return text
