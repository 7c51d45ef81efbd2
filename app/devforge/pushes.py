"""What a push means: pull requests move, close or count as merged, and the apps hear of it."""

from collections.abc import Mapping

from app.devforge import clock, pulls, suites
from app.devforge.events import tell
from app.devforge.forge import Forge
from app.devforge.records import Account, PullRequest, Repository
from app.devforge.shapes.names import Json, page

NOTHING = "0" * 40
_MOST_COMMITS = 2048


def apply(forge: Forge, repository: Repository, before: Mapping[str, str], after: Mapping[str, str], sender: Account) -> None:
    """Branches were `before` (name to tip) and are `after`; follow every one that moved."""
    moved = [name for name in sorted({*before, *after}) if before.get(name) != after.get(name)]
    if moved:
        forge.database.update(repository, pushed_at=clock.now())
    for branch in moved:
        old, new = before.get(branch, NOTHING), after.get(branch, NOTHING)
        tell(forge, repository, "push", sender, _payload(forge, repository, branch, old, new, sender))
        if new != NOTHING:
            suites.ask_for(forge, repository, branch, new, sender)
        _follow_heads(forge, repository, branch, new, sender)
        _follow_bases(forge, repository, branch, new, sender)


def _follow_heads(forge: Forge, repository: Repository, branch: str, new: str, sender: Account) -> None:
    for pull in forge.database.all(PullRequest, head_repository_id=repository.id, head_branch=branch, state="open"):
        if new == NOTHING:
            pulls.set_state(forge, pull, "closed", sender)
        elif pull.head_sha != new:
            pulls.move_head(forge, pull, new, sender)


def _follow_bases(forge: Forge, repository: Repository, branch: str, new: str, sender: Account) -> None:
    git = forge.git(repository)
    for pull in forge.database.all(PullRequest, repository_id=repository.id, base_branch=branch, state="open"):
        if new != NOTHING and git.is_ancestor(pull.head_sha, new):
            pulls.mark_merged(forge, pull, new, sender)
        else:
            forge.database.update(pull, mergeable=None, asked=False)


def _payload(forge: Forge, repository: Repository, branch: str, old: str, new: str, sender: Account) -> Json:
    git = forge.git(repository)
    known, still = old != NOTHING, new != NOTHING
    made = git.commits(new, f"^{old}", limit=_MOST_COMMITS) if known and still else git.commits(new, limit=1) if still else []
    commits = [_commit(forge, repository, one.sha) for one in reversed(made)]
    return {
        "ref": f"refs/heads/{branch}",
        "before": old,
        "after": new,
        "pusher": {"name": sender.login, "email": sender.email},
        "created": not known,
        "deleted": not still,
        "forced": known and still and not git.is_ancestor(old, new),
        "base_ref": None,
        "compare": page(forge, repository, f"/compare/{old[:12]}...{new[:12]}"),
        "commits": commits,
        "head_commit": commits[-1] if commits else None,
    }


def _commit(forge: Forge, repository: Repository, sha: str) -> Json:
    git = forge.git(repository)
    one = git.commits(sha, limit=1)[0]
    changed = git.changed(sha)
    return {
        "id": sha,
        "tree_id": one.tree,
        "distinct": True,
        "message": one.message,
        "timestamp": one.committer_date,
        "url": page(forge, repository, f"/commit/{sha}"),
        "author": {"name": one.author_name, "email": one.author_email},
        "committer": {"name": one.committer_name, "email": one.committer_email},
        "added": changed.get("A", []),
        "removed": changed.get("D", []),
        "modified": changed.get("M", []),
    }
