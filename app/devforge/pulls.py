"""The life of a pull request: opened, edited, its head moved, merged, closed."""

import json
from dataclasses import dataclass, fields

from app.devforge import clock, gate
from app.devforge.errors import ApiError, invalid
from app.devforge.events import tell
from app.devforge.forge import Forge, Unknown
from app.devforge.git import Signature
from app.devforge.records import Account, PullRequest, Repository, Thread
from app.devforge.reopening import caught_up
from app.devforge.shapes import pulls as shapes
from app.devforge.threads import carried

_EVENT = "pull_request"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull request to open; `head` is "branch" or "owner:branch"."""

    title: str
    body: str | None
    base: str
    head: str
    draft: bool = False


def announce(forge: Forge, pull: PullRequest, action: str, sender: Account, **more: object) -> None:
    """Tell the apps what happened to a pull request."""
    shape = {"action": action, "number": pull.number, "pull_request": shapes.full_pull(forge, pull), **more}
    tell(forge, forge.repository_by_id(pull.repository_id), _EVENT, sender, shape)


def open_pull(forge: Forge, author: Account, repository: Repository, proposal: Proposal) -> PullRequest:
    """A new pull request. Raises ApiError where GitHub refuses."""
    source, branch = head_of(forge, repository, proposal.head)
    git = forge.git(repository)
    base_sha, head_sha = git.branch(proposal.base), forge.git(source).branch(branch)
    if base_sha is None or head_sha is None:
        raise invalid("PullRequest", "base" if base_sha is None else "head", code="invalid")
    wanted: dict[str, str | int] = {"head_repository_id": source.id, "head_branch": branch, "base_branch": proposal.base}
    if forge.database.one(PullRequest, repository_id=repository.id, state="open", **wanted):
        owner = forge.account_by_id(source.owner_id).login
        raise _refused(f"A pull request already exists for {owner}:{branch}.")
    if source.id != repository.id:
        git.bring(forge.git(source), head_sha)
    if git.is_ancestor(head_sha, base_sha):
        raise _refused(f"No commits between {proposal.base} and {proposal.head}")
    if git.merge_base(base_sha, head_sha) is None:
        raise _refused(f"The {proposal.head} branch has no history in common with {proposal.base}")
    pull = forge.database.insert(_new(repository, author, proposal, base_sha, (source.id, branch, head_sha)))
    forge.database.update(repository, last_number=pull.number)
    git.point(f"refs/pull/{pull.number}/head", head_sha)
    announce(forge, pull, "opened", author)
    return pull


def move_head(forge: Forge, pull: PullRequest, sha: str, sender: Account) -> PullRequest:
    """The head branch was pushed to: follow it, see which threads are outdated, tell the apps."""
    repository = forge.repository_by_id(pull.repository_id)
    git = forge.git(repository)
    if pull.head_repository_id != repository.id and pull.head_repository_id is not None:
        git.bring(forge.git(forge.repository_by_id(pull.head_repository_id)), sha)
    git.point(f"refs/pull/{pull.number}/head", sha)
    before = pull.head_sha
    tip = git.branch(pull.base_branch) or pull.base_sha
    moved = forge.database.update(pull, head_sha=sha, base_sha=tip, updated_at=clock.now(), mergeable=None, asked=False)
    for thread in forge.database.all(Thread, pull_id=pull.id):
        _keep(forge, thread, carried(forge, moved, thread, before))
    announce(forge, moved, "synchronize", sender, before=before, after=sha)
    return moved


def edit(
    forge: Forge, pull: PullRequest, sender: Account, *, title: str | None, body: str | None, base: str | None
) -> PullRequest:
    """Change what is said, or where it goes; None leaves things as they are."""
    changes: dict[str, object] = {}
    values: dict[str, str] = {"updated_at": clock.now()}
    for name, new, old in (("title", title, pull.title), ("body", body, pull.body)):
        if new is not None and new != old:
            changes[name], values[name] = {"from": old}, new
    if base is not None and base != pull.base_branch:
        tip = forge.git(forge.repository_by_id(pull.repository_id)).branch(base)
        if tip is None:
            raise invalid("PullRequest", "base", code="invalid")
        changes["base"] = {"ref": {"from": pull.base_branch}, "sha": {"from": pull.base_sha}}
        values |= {"base_branch": base, "base_sha": tip}
        pull = forge.database.update(pull, mergeable=None, asked=False)
    edited = forge.database.update(pull, **values)
    if changes:
        announce(forge, edited, "edited", sender, changes=changes)
    return edited


def set_state(forge: Forge, pull: PullRequest, state: str, sender: Account) -> PullRequest:
    """Close or reopen it. What was pushed while it was closed counts again, unless it does not go on from the old head."""
    if pull.state == state:
        return pull
    if pull.merged:
        raise invalid("PullRequest", "state", "Pull request cannot be reopened, it is merged", code="invalid")
    closed_at = clock.now() if state == "closed" else None
    if state == "open":
        pull = caught_up(forge, pull)
    changed = forge.database.update(pull, state=state, closed_at=closed_at, updated_at=clock.now())
    announce(forge, changed, "closed" if state == "closed" else "reopened", sender)
    return changed


def set_draft(forge: Forge, pull: PullRequest, sender: Account, *, draft: bool) -> PullRequest:
    """Say that it is ready for review, or not yet."""
    if pull.draft == draft or pull.state != "open":
        return pull
    changed = forge.database.update(pull, draft=draft, updated_at=clock.now())
    announce(forge, changed, "converted_to_draft" if draft else "ready_for_review", sender)
    return changed


def looked_at(forge: Forge, pull: PullRequest) -> PullRequest:
    """The pull request as the next who asks sees it: whether it can be merged is computed after the first look."""
    if pull.state != "open" or pull.mergeable is not None:
        return pull
    if not pull.asked:
        forge.database.update(pull, asked=True)
        return pull
    return computed(forge, pull)


def computed(forge: Forge, pull: PullRequest) -> PullRequest:
    """The pull request with `mergeable` known, and a trial merge at refs/pull/N/merge when it is."""
    repository = forge.repository_by_id(pull.repository_id)
    git = forge.git(repository)
    base = git.branch(pull.base_branch)
    if pull.state != "open" or pull.mergeable is not None or base is None:
        return pull
    tree = git.merged_tree(base, pull.head_sha)
    if tree is None:
        return forge.database.update(pull, mergeable=False, merge_commit_sha=None)
    trial = git.commit(
        tree, (base, pull.head_sha), f"Merge {pull.head_sha} into {base}", Signature("Devforge", "noreply@devforge.example")
    )
    git.point(f"refs/pull/{pull.number}/merge", trial)
    return forge.database.update(pull, mergeable=True, merge_commit_sha=trial)


def merge(
    forge: Forge, pull: PullRequest, sender: Account, *, sha: str | None, method: str, message: str | None
) -> PullRequest:
    """Merge it. Raises 405 when something blocks it and 409 when its head is not `sha` any more.

    The base branch is moved; telling what that push means to others is the caller's (`pushes.apply`).
    """
    pull = computed(forge, pull)
    if sha is not None and sha != pull.head_sha:
        raise ApiError(409, "Head branch was modified. Review and try the merge again.")
    if method == "rebase":
        raise ApiError(405, "Rebase merges are not allowed on this repository.")
    reasons = gate.blockers(forge, pull)
    if reasons:
        raise ApiError(405, reasons[0])
    repository = forge.repository_by_id(pull.repository_id)
    rules = gate.protection(forge, repository, pull.base_branch)
    if rules and rules.queue:
        raise ApiError(405, "Changes must be made through the merge queue")
    git = forge.git(repository)
    base, trial = git.branch(pull.base_branch), pull.merge_commit_sha
    if base is None or trial is None:
        raise ApiError(405, "Pull Request is not mergeable")
    head_owner = pull.head_repository_id and forge.account_by_id(forge.repository_by_id(pull.head_repository_id).owner_id).login
    title = (
        f"Merge pull request #{pull.number} from {head_owner}/{pull.head_branch}"
        if method == "merge"
        else f"{pull.title} (#{pull.number})"
    )
    parents = (base, pull.head_sha) if method == "merge" else (base,)
    text = f"{title}\n\n{message if message is not None else pull.title}"
    made = git.commit(git.commits(trial, limit=1)[0].tree, parents, text, Signature(sender.name, sender.email))
    git.point(f"refs/heads/{pull.base_branch}", made)
    return mark_merged(forge, pull, made, sender)


def mark_merged(forge: Forge, pull: PullRequest, commit: str, sender: Account) -> PullRequest:
    """Note that its commits are in the base branch, by `commit`."""
    time = clock.now()
    done = {"merged_at": time, "closed_at": time, "updated_at": time}
    merged = forge.database.update(pull, state="closed", merge_commit_sha=commit, merged_by_id=sender.id, **done)
    announce(forge, merged, "closed", sender)
    return merged


def set_labels(forge: Forge, pull: PullRequest, names: list[str], sender: Account) -> PullRequest:
    """Give it these labels instead of those it has."""
    before = pull.label_names
    repository = forge.repository_by_id(pull.repository_id)
    changed = forge.database.update(pull, labels=json.dumps(names), updated_at=clock.now())
    for name in names:
        if name not in before:
            announce(forge, changed, "labeled", sender, label=shapes.label(forge, repository, name))
    for name in before:
        if name not in names:
            announce(forge, changed, "unlabeled", sender, label=shapes.label(forge, repository, name))
    return changed


def head_of(forge: Forge, repository: Repository, head: str) -> tuple[Repository, str]:
    """The repository and branch that "branch" or "owner:branch" means: the base's own, or a fork of it."""
    owner, colon, branch = head.rpartition(":")
    if not colon or owner.lower() == forge.account_by_id(repository.owner_id).login.lower():
        return repository, branch
    try:
        account = forge.account(owner)
    except Unknown:
        raise invalid("PullRequest", "head", code="invalid") from None
    fork = forge.database.one(Repository, owner_id=account.id, parent_id=repository.id)
    if fork is None:
        raise invalid("PullRequest", "head", code="invalid")
    return fork, branch


def _refused(message: str) -> ApiError:
    return ApiError(422, "Validation Failed", [{"resource": "PullRequest", "code": "custom", "message": message}])


def _keep(forge: Forge, before: Thread, after: Thread) -> None:
    names = [one.name for one in fields(after) if getattr(after, one.name) != getattr(before, one.name)]
    if names:
        forge.database.update(before, **{name: getattr(after, name) for name in names})


def _new(repository: Repository, author: Account, proposal: Proposal, base_sha: str, head: tuple[int, str, str]) -> PullRequest:
    return PullRequest(
        repository_id=repository.id,
        number=repository.last_number + 1,
        title=proposal.title,
        body=proposal.body,
        state="open",
        draft=proposal.draft,
        author_id=author.id,
        base_branch=proposal.base,
        base_sha=base_sha,
        head_repository_id=head[0],
        head_branch=head[1],
        head_sha=head[2],
        labels="[]",
        mergeable=None,
        asked=False,
        merge_commit_sha=None,
        merged_at=None,
        merged_by_id=None,
        closed_at=None,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
