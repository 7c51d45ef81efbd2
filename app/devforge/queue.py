"""The merge queue: pull requests that may merge wait here, each tried out on top of those before it.

https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
A group holds one pull request. Its commit stands on a branch of its own, where the required statuses are awaited.
"""

from app.devforge import clock, gate, pulls, pushes
from app.devforge.errors import ApiError
from app.devforge.events import tell
from app.devforge.forge import Forge
from app.devforge.git import Signature
from app.devforge.records import Account, MergeGroup, PullRequest, Repository
from app.devforge.shapes.groups import merge_group


def enqueue(forge: Forge, pull: PullRequest, sender: Account) -> MergeGroup:
    """Let a pull request merge when its turn comes. Raises 422 where it may not, 405 where there is no queue."""
    repository = forge.repository_by_id(pull.repository_id)
    rules = gate.protection(forge, repository, pull.base_branch)
    if rules is None or not rules.queue:
        raise ApiError(405, "Merge queues are not enabled for this branch.")
    pull = pulls.computed(forge, pull)
    if reasons := gate.blockers(forge, pull):
        raise ApiError(422, reasons[0])
    if forge.database.one(MergeGroup, pull_id=pull.id):
        raise ApiError(422, "Pull request is already in the merge queue")
    with forge.database.transaction():
        pulls.announce(forge, pull, "enqueued", sender)
        return _form(forge, repository, pull, sender)


def dequeue(forge: Forge, pull: PullRequest, sender: Account, reason: str) -> None:
    """Take a pull request out: `reason` is MANUAL, CI_FAILURE or MERGE_CONFLICT. The groups behind it are formed anew."""
    group = forge.database.one(MergeGroup, pull_id=pull.id)
    if group is None:
        return
    repository = forge.repository_by_id(pull.repository_id)
    with forge.database.transaction():
        behind = [one for one in _groups(forge, repository, group.base_branch) if one.id > group.id]
        for one in (group, *behind):
            _dissolve(forge, repository, one, sender, "dequeued" if one is group else "invalidated")
        pulls.announce(forge, pull, "dequeued", sender, reason=reason)
        for one in behind:
            _form(forge, repository, _pull(forge, one), sender)


def look(forge: Forge, repository: Repository, sha: str, sender: Account) -> None:
    """Something was said of a commit: merge the groups that may, from the front, and take out those that failed."""
    touched = forge.database.one(MergeGroup, repository_id=repository.id, head_sha=sha)
    if touched is None:
        return
    while groups := _groups(forge, repository, touched.base_branch):
        group = groups[0]
        rules = gate.protection(forge, repository, group.base_branch)
        said = gate.standing(forge, repository, group.head_sha)
        states = {said.get(name, "pending") for name in (rules.required if rules else ())}
        if "failing" in states:
            dequeue(forge, _pull(forge, group), sender, "CI_FAILURE")
        elif states <= {"passing"}:
            _merge(forge, repository, group, sender)
        else:
            return


def _form(forge: Forge, repository: Repository, pull: PullRequest, sender: Account) -> MergeGroup:
    git, waiting = forge.git(repository), _groups(forge, repository, pull.base_branch)
    base = waiting[-1].head_sha if waiting else git.branch(pull.base_branch)
    tree = git.merged_tree(base, pull.head_sha) if base else None
    if base is None or tree is None:
        raise ApiError(422, "Pull Request is not mergeable")
    words = f"Merge pull request #{pull.number} from {pull.head_branch}\n\n{pull.title}"
    made = git.commit(tree, (base, pull.head_sha), words, Signature(sender.name, sender.email))
    branch = f"gh-readonly-queue/{pull.base_branch}/pr-{pull.number}-{base}"
    group = forge.database.insert(
        MergeGroup(
            repository_id=repository.id,
            pull_id=pull.id,
            branch=branch,
            base_branch=pull.base_branch,
            base_sha=base,
            head_sha=made,
            created_at=clock.now(),
        )
    )
    before = git.branches()
    git.point(f"refs/heads/{branch}", made)
    pushes.apply(forge, repository, before, git.branches(), sender)
    shape = {"action": "checks_requested", "merge_group": merge_group(forge, repository, group)}
    tell(forge, repository, "merge_group", sender, shape)
    return group


def _merge(forge: Forge, repository: Repository, group: MergeGroup, sender: Account) -> None:
    git, pull = forge.git(repository), _pull(forge, group)
    with forge.database.transaction():
        before = git.branches()
        git.point(f"refs/heads/{group.base_branch}", group.head_sha)
        _dissolve(forge, repository, group, sender, "merged")
        pulls.mark_merged(forge, pull, group.head_sha, sender)
        pushes.apply(forge, repository, before, git.branches(), sender)


def _dissolve(forge: Forge, repository: Repository, group: MergeGroup, sender: Account, reason: str) -> None:
    shape = {"action": "destroyed", "reason": reason, "merge_group": merge_group(forge, repository, group)}
    forge.git(repository).drop(f"refs/heads/{group.branch}")
    forge.database.delete(group)
    tell(forge, repository, "merge_group", sender, shape)


def _groups(forge: Forge, repository: Repository, base_branch: str) -> list[MergeGroup]:
    return forge.database.all(MergeGroup, repository_id=repository.id, base_branch=base_branch)


def _pull(forge: Forge, group: MergeGroup) -> PullRequest:
    found = forge.database.one(PullRequest, id=group.pull_id)
    if found is None:
        raise LookupError(f"merge group {group.id} has no pull request")
    return found
