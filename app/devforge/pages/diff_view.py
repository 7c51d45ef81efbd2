"""A diff with the comments that stand in it, as a page shows it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.devforge import reviews
from app.devforge.diffs import FileDiff, Line, hunks_of
from app.devforge.forge import Forge
from app.devforge.pages.markdown import rendered
from app.devforge.records import Account, PullRequest, Thread
from app.devforge.shapes.comments import CONTENTS, reactions

EMOJI = dict(zip(CONTENTS, ("👍", "👎", "😄", "🎉", "😕", "❤️", "🚀", "👀"), strict=True))
_ROWS_AROUND = 4


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment on a page. `kind` and `id` name it for reacting."""

    kind: str
    id: int
    author: Account
    html: str
    created_at: str
    edited: bool
    reactions: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class ShownThread:
    """A thread on a page, with the last lines of the diff above it."""

    id: int
    path: str
    place: str
    outdated: bool
    resolved_by: Account | None
    rows: tuple[Line, ...]
    comments: tuple[ShownComment, ...]
    last_comment: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a diff: a hunk's header (line None) or a line, and the threads below it."""

    header: str
    line: Line | None
    threads: tuple[ShownThread, ...]


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of a diff. `outdated` are threads whose line is not in it any more."""

    file: FileDiff
    rows: tuple[Row, ...]
    outdated: tuple[ShownThread, ...]


def shown_files(files: Sequence[FileDiff], threads: Sequence[tuple[Thread, ShownThread]]) -> list[ShownFile]:
    """A diff with its threads at their lines."""
    standing: dict[tuple[str, str, int | None], list[ShownThread]] = defaultdict(list)
    for thread, shown in threads:
        standing[(thread.path, thread.side, thread.line)].append(shown)
    return [_shown_file(file, standing) for file in files]


def shown_threads(forge: Forge, pull: PullRequest, threads: Sequence[Thread]) -> list[tuple[Thread, ShownThread]]:
    """Threads with their comments rendered."""
    return [(thread, _shown_thread(forge, pull, thread)) for thread in threads]


def shown_reactions(forge: Forge, kind: str, subject_id: int) -> tuple[tuple[str, str, int], ...]:
    """Reactions that were given: name, picture, how often."""
    counts = reactions(forge, kind, subject_id, "")
    return tuple((name, EMOJI[name], count) for name in CONTENTS if isinstance(count := counts[name], int) and count)


def _shown_file(file: FileDiff, standing: dict[tuple[str, str, int | None], list[ShownThread]]) -> ShownFile:
    rows = []
    for hunk in file.hunks:
        rows.append(Row(hunk.header, None, ()))
        rows += [Row("", line, tuple(_at(file.path, line, standing))) for line in hunk.lines]
    lost = [shown for side in ("RIGHT", "LEFT") for shown in standing.get((file.path, side, None), ())]
    return ShownFile(file, tuple(rows), tuple(lost))


def _at(path: str, line: Line, standing: dict[tuple[str, str, int | None], list[ShownThread]]) -> list[ShownThread]:
    numbers = {side: line.number(side) for side in ("LEFT", "RIGHT")}
    return [shown for side, number in numbers.items() if number for shown in standing.get((path, side, number), ())]


def _shown_thread(forge: Forge, pull: PullRequest, thread: Thread) -> ShownThread:
    comments = reviews.of_thread(forge, thread)
    lines = _commented_lines(forge, pull, thread)
    shown = [
        ShownComment(
            kind="review_comment",
            id=one.id,
            author=forge.account_by_id(one.author_id),
            html=rendered(one.body, lines),
            created_at=one.created_at,
            edited=one.updated_at != one.created_at,
            reactions=shown_reactions(forge, "review_comment", one.id),
        )
        for one in comments
    ]
    return ShownThread(
        id=thread.id,
        path=thread.path,
        place=_place(thread),
        outdated=thread.outdated,
        resolved_by=forge.account_by_id(thread.resolved_by_id) if thread.resolved_by_id else None,
        rows=_last_rows(thread),
        comments=tuple(shown),
        last_comment=comments[-1].id,
    )


def _commented_lines(forge: Forge, pull: PullRequest, thread: Thread) -> list[str]:
    """The lines that a suggestion in the thread would replace."""
    if thread.original_line is None or thread.side != "RIGHT":
        return []
    blob = forge.git(forge.repository_by_id(pull.repository_id)).blob(thread.original_commit_id, thread.path) or b""
    first = thread.original_start_line or thread.original_line
    return blob.decode("utf-8", "replace").splitlines()[first - 1 : thread.original_line]


def _place(thread: Thread) -> str:
    last, first = thread.original_line, thread.original_start_line
    if last is None:
        return "on the file"
    return f"on lines {first} to {last}" if first else f"on line {last}"


def _last_rows(thread: Thread) -> tuple[Line, ...]:
    """The rows of the hunk just above the comment."""
    rows = [line for hunk in hunks_of(thread.diff_hunk) for line in hunk.lines]
    span = (thread.original_line or 0) - (thread.original_start_line or thread.original_line or 0)
    return tuple(rows[-(_ROWS_AROUND + span) :])
