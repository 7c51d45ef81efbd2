"""What the log says that an event, or work on a change, is about."""

from app.forges.base import (
    BranchMoved,
    ChangeRef,
    ChangeTouched,
    CommentWritten,
    Event,
    GroupFormed,
    GroupGone,
    HeadTouched,
    RepositoryMoved,
)

Facts = dict[str, str | int]


def of_change(ref: ChangeRef) -> Facts:
    """A change by its names."""
    return {"forge": ref.repository.forge, "repository": ref.repository.path, "number": ref.number}


def of_event(event: Event) -> Facts:
    """As far as the event says; nothing that somebody wrote."""
    match event:
        case ChangeTouched(ref) | CommentWritten(ref):
            return of_change(ref)
        case HeadTouched(repository, head) | GroupFormed(repository, head) | GroupGone(repository, head):
            return {"forge": repository.forge, "repository": repository.path, "head": head}
        case BranchMoved(repository, branch):
            return {"forge": repository.forge, "repository": repository.path, "branch": branch}
        case RepositoryMoved(_, new):
            return {"forge": new.forge, "repository": new.path}
        case _:
            return {}
