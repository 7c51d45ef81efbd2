"""A whole world that goes wrong: devforge with people on it, and the service beside it as a process that can be killed."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from forge_stage.stages import PERMISSIONS, SECRET
from repositories import Repository
from service_process import ServiceProcess, free_port

from app.devforge import apps, conversation, pulls, pushes
from app.devforge.forge import Forge
from app.devforge.records import Account, CheckRun, IssueComment, PullRequest, ReviewComment, Status, Thread
from app.devforge.records import Repository as RepositoryRecord
from app.devforge.serving import serving
from app.forges import markers

CONTEXT = "fairlead/checks"
EVENTS = (
    "check_run",
    "issue_comment",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "push",
)
PATH = "a.yaml"
KEYS = 6
ADA = "ada"

NOTHING: Mapping[str, bytes] = {}


def content(broken: frozenset[int]) -> bytes:
    """A file of KEYS keys; those in `broken` stand there twice, the second time in the line after the first."""
    lines = [f"k{key}: {word}\n" for key in range(1, KEYS + 1) for word in ("once", "again")[: 1 + (key in broken)]]
    return "".join(lines).encode()


def broken_lines(broken: frozenset[int]) -> list[int]:
    """The lines with a second key, from 1."""
    return [key + order for order, key in enumerate(sorted(broken), 1)]


@dataclass(eq=False)
class Change:
    """A pull request in a repository of its own, and what every head of it holds."""

    world: "World"
    name: str
    main: str
    number: int = 0
    heads: list[str] = field(default_factory=list)
    held: dict[str, frozenset[int]] = field(default_factory=dict)
    deleted: bool = False
    """Whether someone deleted the summary after the last push."""

    # ------------------------------------------------------------------ what people do

    def push(self, broken: frozenset[int] = frozenset(), *, onto: str = "", beside: Mapping[str, bytes] = NOTHING) -> str:
        """Ada pushes a commit, with force where it does not stand on the head; the first one opens the pull request.

        `beside` are files that nothing is wrong with.
        """
        parent = onto or (self.heads[-1] if self.heads else self.main)
        files = {**beside, PATH: content(broken), "count.txt": str(next(self.world.numbers)).encode()}
        head = self.git.commit(files, parent)
        self.held[head] = broken
        self.point(head)
        if not self.number:
            with self.world.forge.database.transaction():
                proposal = pulls.Proposal("A change", "", "main", "change")
                self.number = pulls.open_pull(self.world.forge, self.world.ada, self.repository, proposal).number
        return head

    def point(self, head: str) -> None:
        """Ada moves the branch to a commit that was pushed before."""
        self.move("change", head)
        self.heads.append(head)
        self.deleted = False

    def move_main(self) -> None:
        """Someone merges another change, into another file."""
        number = str(next(self.world.numbers)).encode()
        self.main = self.git.commit({PATH: content(frozenset()), f"other-{number.decode()}.txt": number}, self.main)
        self.move("main", self.main)

    def move(self, branch: str, to: str) -> None:
        """A branch gets another tip, as by a push."""
        forge, git = self.world.forge, self.world.forge.git(self.repository)
        with forge.database.transaction():
            before = git.branches()
            git.point(f"refs/heads/{branch}", to)
            pushes.apply(forge, self.repository, before, git.branches(), self.world.ada)

    def set_state(self, state: str) -> None:
        """Ada closes or reopens it."""
        with self.world.forge.database.transaction():
            pulls.set_state(self.world.forge, self.pull, state, self.world.ada)

    def say(self, text: str) -> None:
        """Ada writes a comment."""
        with self.world.forge.database.transaction():
            conversation.write(self.world.forge, self.pull, self.world.ada, text, None)

    def delete_summary(self) -> None:
        """Ada deletes what the bot said, as far as it said it."""
        with self.world.forge.database.transaction():
            for one in self.summaries():
                conversation.delete(self.world.forge, self.pull, one, self.world.ada)
                self.deleted = True

    # ------------------------------------------------------------------ what people see

    @property
    def repository(self) -> RepositoryRecord:
        """Its repository, on devforge."""
        return self.world.forge.repository(self.name)

    @property
    def git(self) -> Repository:
        """Its repository, for git."""
        return Repository(self.world.forge.git(self.repository).path)

    @property
    def pull(self) -> PullRequest:
        """The pull request as it stands."""
        found = self.world.forge.database.one(PullRequest, repository_id=self.repository.id, number=self.number)
        assert found is not None
        return found

    def statuses(self, head: str) -> list[Status]:
        """All that was said of the gate at a head, oldest first."""
        return self.world.forge.database.all(Status, repository_id=self.repository.id, sha=head, context=CONTEXT)

    def check_runs(self, head: str) -> list[CheckRun]:
        """The check runs at a head."""
        return self.world.forge.database.all(CheckRun, repository_id=self.repository.id, head_sha=head)

    def state(self, head: str) -> str:
        """The gate at a head; "" before anything was said."""
        said = self.statuses(head)
        return said[-1].state if said else ""

    def summaries(self) -> list[IssueComment]:
        """The bot's summary comments."""
        comments = self.world.forge.database.all(IssueComment, pull_id=self.pull.id)
        return [one for one in comments if one.app_id is not None and markers.is_summary(one.body)]

    def open_threads(self) -> list[str]:
        """The keys of the findings whose threads are not resolved."""
        database = self.world.forge.database
        threads = [one for one in database.all(Thread, pull_id=self.pull.id) if one.resolved_by_id is None]
        first = (database.all(ReviewComment, thread_id=one.id)[0] for one in threads)
        return [markers.finding_key(one.body) for one in first]


@dataclass
class World:
    """The forge, the service, and how many things happened."""

    forge: Forge
    service: ServiceProcess
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def ada(self) -> Account:
        """Who does things."""
        return self.forge.account(ADA)

    @property
    def data(self) -> Path:
        """The service's data folder."""
        return Path(str(self.service.settings["data_dir"]))

    def calm(self) -> None:
        """Nothing goes wrong any more, and the service runs."""
        self.forge.faults.lift_all()
        if not self.service.alive:
            self.service.start()
        self.service.ready()

    def change(self, name: str) -> Change:
        """A new repository shop/`name`, for a change to come."""
        full_name = f"shop/{name}"
        repository = self.forge.create_repository(full_name, private=True)
        self.forge.add_collaborator(full_name, ADA, "write")
        git = Repository(self.forge.git(repository).path)
        return Change(self, full_name, git.commit({PATH: content(frozenset())}, branch="main"))


@contextmanager
def world(folder: Path, **changed: object) -> Iterator[World]:
    """A world whose service is not started yet; `changed` are settings of it."""
    port = free_port()
    with serving(folder / "devforge") as forge:
        forge.add_user(ADA, "Ada")
        forge.add_organisation("shop", "The Shop", [ADA])
        manifest = apps.Manifest("fairlead", PERMISSIONS, EVENTS, f"http://127.0.0.1:{port}/webhooks/github", SECRET)
        keys = apps.register(forge, ADA, manifest)
        apps.install(forge, "fairlead", "shop", None)
        settings: Mapping[str, object] = {
            "github_app_id": keys.id,
            "github_private_key": keys.private_key,
            "github_webhook_secret": SECRET,
            "github_api_url": f"{forge.base_url}/api/v3",
            "github_web_url": forge.base_url,
            "data_dir": folder / "data",
            "port": port,
            "reconcile_seconds": 5,
            "shutdown_seconds": 5,
            "github_request_pause": 0,
            "github_write_pause": 0,
            "log_level": "warning",
            **changed,
        }
        service = ServiceProcess(folder, settings)
        try:
            yield World(forge, service)
        finally:
            if service.alive:
                service.kill()
