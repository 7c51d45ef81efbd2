"""Where review comments may stand, and what becomes of them when the head moves.

The rules: https://docs.github.com/rest/pulls/comments#create-a-review-comment-for-a-pull-request
"""

from dataclasses import dataclass, replace

from app.devforge.comparisons import compare, file_of, merge_base, pull_diff
from app.devforge.diffs import FileDiff, Hunk, Line, moved_line
from app.devforge.forge import Forge
from app.devforge.records import PullRequest, Thread


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment should stand, as the client says it. `subject` is line or file; `position` names a line the old way."""

    path: str
    line: int | None = None
    side: str = "RIGHT"
    start_line: int | None = None
    start_side: str | None = None
    position: int | None = None
    subject: str = "line"


class Misplaced(Exception):
    """A comment cannot stand there. `faults` are pairs of a field and what is wrong: ("line", "must be part of the diff")."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__(", ".join(f"{field} {problem}" for field, problem in faults))
        self.faults = faults


def open_at(forge: Forge, pull: PullRequest, commit: str, place: Place) -> Thread:
    """A new thread, not yet written down, at a place of the diff whose head is `commit`. Raises Misplaced."""
    git = forge.git(forge.repository_by_id(pull.repository_id))
    if not git.is_ancestor(commit, pull.head_sha) or git.is_ancestor(commit, pull.base_sha):
        raise Misplaced(("commit_id", "is not part of the pull request"))
    file = file_of(pull_diff(forge, pull, commit), place.path)
    if file is None:
        raise Misplaced(("path", "could not be resolved"), ("diff_hunk", "can't be blank"))
    thread = _on_file(pull, commit, place) if place.subject == "file" else _on_line(pull, commit, place, file)
    return thread if commit == pull.head_sha else carried(forge, pull, thread, commit)


def carried(forge: Forge, pull: PullRequest, thread: Thread, old_head: str) -> Thread:
    """A thread after the head moved from `old_head` to the pull request's: on the line where it stood, or outdated."""
    file = file_of(pull_diff(forge, pull, pull.head_sha), thread.path)
    if thread.outdated or thread.subject == "file":
        return thread if file else replace(thread, outdated=True)
    line = _follow(forge, pull, thread, old_head, thread.line)
    start = _follow(forge, pull, thread, old_head, thread.start_line)
    found = file.find(thread.side, line) if file and line else None
    if found is None or (thread.start_line and not start):
        return replace(thread, line=None, start_line=None, position=None, outdated=True)
    return replace(thread, line=line, start_line=start, position=found[1].position, commit_id=pull.head_sha)


def _follow(forge: Forge, pull: PullRequest, thread: Thread, old_head: str, line: int | None) -> int | None:
    """Where a line stands now: of the head on the RIGHT side, of the merge base on the LEFT; None when it changed."""
    if line is None:
        return None
    old, new = old_head, pull.head_sha
    if thread.side == "LEFT":
        old, new = merge_base(forge, pull, old_head), merge_base(forge, pull, pull.head_sha)
    git = forge.git(forge.repository_by_id(pull.repository_id))
    if git.resolve(old) is None:
        return None
    file = file_of(compare(git, old, new, 0), thread.path)
    if file is None:
        return line
    return None if file.status == "removed" else moved_line(file.hunks, line)


def _on_line(pull: PullRequest, commit: str, place: Place, file: FileDiff) -> Thread:
    hunk, line, side = _find(place, file)
    number = line.number(side)
    start = place.start_line
    if start is not None:
        _check_start(place, hunk, side, number or 0)
    new = _on_file(pull, commit, place)
    return replace(
        new,
        side=side,
        start_side=(place.start_side or side) if start is not None else None,
        line=number,
        start_line=start,
        position=line.position,
        original_line=number,
        original_start_line=start,
        original_position=line.position,
        diff_hunk=_until(hunk, line),
    )


def _find(place: Place, file: FileDiff) -> tuple[Hunk, Line, str]:
    if place.line is not None:
        found = file.find(place.side, place.line)
        if found is None:
            blank = ("diff_hunk", "can't be blank")
            start = [("start_line", "must be part of the same hunk as the line.")] if place.start_line is not None else []
            raise Misplaced(("line", "must be part of the diff"), *start, blank)
        return *found, place.side
    for hunk in file.hunks:
        for line in hunk.lines:
            if place.position is not None and line.position == place.position:
                return hunk, line, "LEFT" if line.sign == "-" else "RIGHT"
    raise Misplaced(("position", "is invalid"), ("diff_hunk", "can't be blank"))


def _check_start(place: Place, hunk: Hunk, side: str, last: int) -> None:
    start, start_side = place.start_line or 0, place.start_side or side
    first = hunk.line(start_side, start)
    if first is None:
        raise Misplaced(("start_line", "must be part of the same hunk as the line."))
    end = hunk.line(side, last)
    if end is None or first.position >= end.position:
        raise Misplaced(("start_line", "must precede the end line."))


def _on_file(pull: PullRequest, commit: str, place: Place) -> Thread:
    return Thread(
        pull_id=pull.id,
        path=place.path,
        subject=place.subject,
        side=place.side,
        start_side=None,
        line=None,
        start_line=None,
        position=None,
        original_line=None,
        original_start_line=None,
        original_position=None,
        commit_id=commit,
        original_commit_id=commit,
        diff_hunk="",
        outdated=False,
        resolved_by_id=None,
    )


def _until(hunk: Hunk, last: Line) -> str:
    """The hunk down to a line, which is what is shown above a comment."""
    return "\n".join([hunk.header, *(line.sign + line.text for line in hunk.lines if line.position <= last.position)])
