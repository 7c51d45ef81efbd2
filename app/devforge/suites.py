"""Check suites: all check runs of one app at one commit. https://docs.github.com/rest/checks/suites"""

from app.devforge import access, clock
from app.devforge.events import tell
from app.devforge.forge import Forge
from app.devforge.records import Account, App, CheckSuite, Installation, Repository
from app.devforge.shapes.groups import short_commit
from app.devforge.shapes.statuses import check_suite


def ask_for(forge: Forge, repository: Repository, branch: str, sha: str, sender: Account) -> None:
    """Ask every app that may write checks for a suite of what was pushed."""
    for installation in forge.database.all(Installation, account_id=repository.owner_id):
        app = forge.database.one(App, id=installation.app_id)
        may = access.within({"checks": "write"}, access.granted(installation))
        if app and may and access.covers(forge, installation, repository):
            made = suite(forge, repository, app.id, sha)
            head = short_commit(forge.git(repository).commits(sha, limit=1)[0])
            more = {"head_branch": branch, "head_commit": head, "latest_check_runs_count": 0}
            shape = {"action": "requested", "check_suite": {**check_suite(forge, made), **more}}
            tell(forge, repository, "check_suite", sender, shape, app.id)


def suite(forge: Forge, repository: Repository, app_id: int, sha: str) -> CheckSuite:
    """The suite that an app's check runs at a commit belong to."""
    known = forge.database.one(CheckSuite, repository_id=repository.id, head_sha=sha, app_id=app_id)
    return known or forge.database.insert(
        CheckSuite(repository_id=repository.id, app_id=app_id, head_sha=sha, created_at=clock.now())
    )
