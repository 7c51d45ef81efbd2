"""What the change brought about, what was there before, and what it mended.

A problem is the same on both sides when rule, path, resource and what it is about agree; a renamed file is one file, and a
resource that moved to another file is one resource.
Equal problems of one file are numbered, so that a second one of the same kind is new. Line numbers count for nothing but
this: of several equal problems, those on lines that the change wrote are taken for the new ones.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from validators.change import ChangedFile, FileAction
from validators.model import Finding, FindingStatus, Location, Problem

Key = tuple[str, ...]
"""What makes a problem the same: its rule and path, what names its resource (nothing for a problem of a file), `about`."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What comparing needs to know of the change: where files went, and the lines it wrote at the merge result."""

    moved: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, Collection[int]] = field(default_factory=dict)


def ground(files: Iterable[ChangedFile]) -> Ground:
    """The ground for comparing the two sides of a change of these files."""
    changed = tuple(files)
    return Ground(
        moved={file.old_path: file.path for file in changed if file.action is FileAction.RENAMED},
        written={file.path: file.lines for file in changed},
    )


def compare(found: Iterable[Problem], before: Iterable[Problem], on: Ground) -> tuple[Finding, ...]:
    """The findings that the problems `found` at the merge result and `before` at the base come to, by path and line.

    New and existing ones stand where they were found at the result; a fixed one has its path only.
    """
    now = _grouped(found, {})
    then = _followed(_grouped(before, on.moved), now)
    findings = [finding for key, problems in now.items() for finding in _present(key, problems, then.get(key, []), on)]
    findings += [finding for key, problems in then.items() for finding in _gone(key, problems, len(now.get(key, ())))]
    return tuple(sorted(findings, key=_place))


def fingerprint(key: Key, number: int) -> str:
    """16 hexadecimal digits that name the `number`th problem with this key, whatever its line."""
    text = "\0".join((*key, str(number)))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _grouped(problems: Iterable[Problem], moved: Mapping[str, str]) -> dict[Key, list[Problem]]:
    groups: dict[Key, list[Problem]] = defaultdict(list)
    for problem in problems:
        path = moved.get(problem.location.path, problem.location.path)
        resource = problem.resource
        identity = (resource.api_version, resource.kind, resource.namespace, resource.name) if resource else ()
        groups[(problem.rule, path, *identity, problem.about)].append(problem)
    return groups


def _followed(then: Mapping[Key, list[Problem]], now: Collection[Key]) -> dict[Key, list[Problem]]:
    """The problems at the base, those of resources that are in another file now under that file."""
    arrived = {(rule, *rest): (rule, path, *rest) for rule, path, *rest in now if (rule, path, *rest) not in then}
    followed: dict[Key, list[Problem]] = defaultdict(list)
    for key, problems in then.items():
        rule, _, *rest = key
        left = key not in now and len(rest) > 1
        followed[arrived.get((rule, *rest), key) if left else key] += problems
    return followed


def _present(key: Key, problems: list[Problem], before: list[Problem], on: Ground) -> Iterator[Finding]:
    """The problems at the merge result: as many existing ones as there were before, the rest new."""
    units = {problem.unit for problem in before}

    def newer(problem: Problem) -> tuple[bool, bool, int]:
        written = on.written.get(problem.location.path, ())
        return problem.unit not in units, problem.location.line in written, problem.location.line or 0

    for number, problem in enumerate(sorted(problems, key=newer)):
        status = FindingStatus.EXISTING if number < len(before) else FindingStatus.NEW
        yield _finding(problem, status, problem.location, fingerprint(key, number))


def _gone(key: Key, problems: list[Problem], left: int) -> Iterator[Finding]:
    """The problems at the base of which fewer are left: the last of them count as fixed."""
    for number, problem in enumerate(problems):
        if number >= left:
            yield _finding(problem, FindingStatus.FIXED, Location(key[1]), fingerprint(key, number))


def _finding(problem: Problem, status: FindingStatus, location: Location, name: str) -> Finding:
    return Finding(
        rule=problem.rule,
        severity=problem.severity,
        title=problem.title or problem.message,
        message=problem.message,
        location=location,
        status=status,
        fingerprint=name,
        resource=problem.resource,
        unit=problem.unit,
        help_url=problem.help_url,
        suggestion=None if status is FindingStatus.FIXED else problem.suggestion,
    )


def _place(finding: Finding) -> tuple[str, int, int, int, str, str]:
    where = finding.location
    return where.path, where.line or 0, where.column or 0, finding.severity.rank, finding.rule, finding.fingerprint
