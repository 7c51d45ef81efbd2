"""The box at the bottom of a pull request: what was checked, and whether it may merge."""

from dataclasses import dataclass

from app.devforge import gate
from app.devforge.access import has_role
from app.devforge.forge import Forge
from app.devforge.pages.site import Visit
from app.devforge.records import Account, App, CheckRun, MergeGroup, PullRequest, Status

_WORDS = {"success": "passing", "neutral": "passing", "skipped": "passing", "pending": "pending"}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A status or check run. `state` is passing, pending, failing or expected."""

    name: str
    state: str
    description: str
    url: str
    required: bool
    by: Account | None
    rerun: int | None


@dataclass(frozen=True, slots=True)
class MergeBox:
    """`headline` and `detail` say in a sentence what stands in the way; `mood` is passing, pending or failing.

    `queue` is "" without a merge queue, else free or waiting.
    """

    lines: tuple[CheckLine, ...]
    mood: str
    headline: str
    detail: str
    conflicts: bool
    blocked: bool
    may_merge: bool
    queue: str


def merge_box(visit: Visit, pull: PullRequest) -> MergeBox:
    """The box of an open pull request whose `mergeable` is known."""
    forge = visit.forge
    lines = _lines(forge, pull)
    mood, headline, detail = _summed_up(lines)
    repository = forge.repository_by_id(pull.repository_id)
    return MergeBox(
        lines=lines,
        mood=mood,
        headline=headline,
        detail=detail,
        conflicts=pull.mergeable is False,
        blocked=bool(gate.blockers(forge, pull)),
        may_merge=has_role(forge, visit.actor.account, repository, "write"),
        queue=_queue(forge, pull),
    )


def _queue(forge: Forge, pull: PullRequest) -> str:
    """ "" where the branch has no merge queue, "waiting" for a pull request in it, "free" for another."""
    rules = gate.protection(forge, forge.repository_by_id(pull.repository_id), pull.base_branch)
    if rules is None or not rules.queue:
        return ""
    return "waiting" if forge.database.one(MergeGroup, pull_id=pull.id) else "free"


def _lines(forge: Forge, pull: PullRequest) -> tuple[CheckLine, ...]:
    repository = forge.repository_by_id(pull.repository_id)
    rules = gate.protection(forge, repository, pull.base_branch)
    required = rules.required if rules else ()
    runs = [_of_run(forge, one, required) for one in gate.newest_check_runs(forge, repository, pull.head_sha)]
    statuses = [_of_status(forge, one, required) for one in gate.newest_statuses(forge, repository, pull.head_sha)]
    said = {one.name for one in [*runs, *statuses]}
    missing = [_expected(name) for name in required if name not in said]
    order = ("failing", "pending", "expected", "passing")
    return tuple(sorted([*statuses, *runs, *missing], key=lambda one: (order.index(one.state), one.name)))


def _expected(name: str) -> CheckLine:
    words = "Waiting for status to be reported"
    return CheckLine(name, "expected", words, url="", required=True, by=None, rerun=None)


def _of_status(forge: Forge, one: Status, required: tuple[str, ...]) -> CheckLine:
    state = _WORDS.get(one.state, "failing")
    by = forge.account_by_id(one.creator_id)
    return CheckLine(one.context, state, one.description or "", one.target_url or "", one.context in required, by, None)


def _of_run(forge: Forge, one: CheckRun, required: tuple[str, ...]) -> CheckLine:
    state = "pending" if one.status != "completed" else _WORDS.get(one.conclusion or "", "failing")
    app = forge.database.one(App, id=one.app_id)
    by = forge.account_by_id(app.bot_id) if app else None
    url = f"/{forge.full_name(forge.repository_by_id(one.repository_id))}/runs/{one.id}"
    return CheckLine(one.name, state, one.title or one.status.replace("_", " "), url, one.name in required, by, one.id)


def _summed_up(lines: tuple[CheckLine, ...]) -> tuple[str, str, str]:
    counts = {state: sum(one.state == state for one in lines) for state in ("failing", "pending", "expected", "passing")}
    words = [f"{count} {state}" for state, count in counts.items() if count]
    detail = ", ".join(words) + (" check" if len(lines) == 1 else " checks")
    if counts["failing"]:
        return (
            "failing",
            "All checks have failed" if counts["failing"] == len(lines) else "Some checks were not successful",
            detail,
        )
    if counts["pending"] or counts["expected"]:
        return "pending", "Some checks haven't completed yet", detail
    return "passing", "All checks have passed" if lines else "No checks", detail if lines else "Nobody checks this branch."
