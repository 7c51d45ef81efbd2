"""What the contract suite plays on: one open pull request, real on devforge or in memory, with the same little language.

On main the file `numbers` has forty lines; the change of Ada alters line 20, so comments may stand on lines 17 to 23.
"""

import itertools
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import github
from fakes.forge import US, FakeForge
from forge_stage.held import held
from starlette.middleware import Middleware

from app.devforge import apps
from app.devforge.forge import Forge as Devforge
from app.forges import markers
from app.forges.base import Account, ChangeRef, ChangeState, Forge, Permission, ProposedChange, RepositoryRef, StatusState
from app.forges.github import GitHubForge, GitHubSettings, Pacing

PATH = "numbers"
CONCLUSIONS = {
    None: None,
    "success": StatusState.SUCCESS,
    "failure": StatusState.FAILURE,
    "action_required": StatusState.ERROR,
}
COMMENTABLE = range(17, 24)
PEOPLE = {"ada": Permission.WRITE, "rita": Permission.READ, "olga": Permission.ADMIN, "tom": Permission.NONE}


@dataclass(frozen=True, slots=True)
class SeenThread:
    """A thread as people see it: who said what, in order."""

    line: int | None
    said: tuple[tuple[str, str], ...]
    resolved: bool


class Stage(Protocol):
    """A forge under test, an open change on it, and what people do and see there. "us" stands for our login."""

    forge: Forge
    ref: ChangeRef

    def push(self, line: int) -> str:
        """Ada pushes a commit in which line `line` of the file is another one; gives the new head."""

    def close(self) -> None:
        """Ada closes the change."""

    def say(self, login: str, body: str) -> str:
        """Someone comments on the page; gives the comment's id."""

    def comments(self) -> list[tuple[str, str]]:
        """Who said what on the page."""

    def remove_comment(self, at: int) -> None:
        """Someone deletes a comment on the page."""

    def threads(self) -> list[SeenThread]:
        """The threads in the diff, oldest first."""

    def discuss(self, at: int, login: str, body: str) -> None:
        """Someone answers in a thread."""

    def settle(self, at: int, login: str) -> None:
        """Someone resolves a thread."""

    def reactions(self, comment: str) -> list[str]:
        """The reactions to a comment."""

    def annotations(self, head: str) -> list[tuple[int, str]]:
        """Line and message of the annotations that are shown at a commit."""

    def runs(self, head: str) -> list[tuple[str, StatusState | None, str]]:
        """Our check runs that are shown at a commit: external id, conclusion, title."""

    def account(self, login: str) -> Account:
        """The account of someone."""

    def main(self) -> str:
        """The tip of the target branch."""

    def advance_main(self) -> str:
        """Someone pushes to the target branch; gives its new tip."""


# ------------------------------------------------------------------ in memory


class FakeStage:
    """The stage in memory."""

    def __init__(self) -> None:
        self.fake = FakeForge()
        self.forge: Forge = self.fake
        self._commits = (f"{number:040x}" for number in itertools.count(1))
        self._main = next(self._commits)
        self.ref = ChangeRef(RepositoryRef("github", "shop/gitops"), 1)
        self.fake.propose(self._change(next(self._commits), ChangeState.OPEN), {PATH: COMMENTABLE})
        for login, permission in PEOPLE.items():
            self.fake.allow(self.ref.repository, self.account(login), permission)

    def _change(self, head: str, state: ChangeState) -> ProposedChange:
        return ProposedChange(
            ref=self.ref,
            title="Raise line 20",
            author=self.account("ada"),
            state=state,
            draft=False,
            base_branch="main",
            base=self._main,
            head_branch="raise",
            head=head,
            head_ref="refs/pull/1/head",
            head_repository="shop/gitops",
            labels=(),
            url="https://forge.example/shop/gitops/pull/1",
            body="Why not.",
        )

    def _now(self) -> ProposedChange:
        return self.fake.changes[self.ref]

    def push(self, line: int) -> str:
        head = next(self._commits)
        self.fake.propose(replace(self._now(), head=head), {PATH: range(max(1, line - 3), line + 4)})
        return head

    def close(self) -> None:
        self.fake.propose(replace(self._now(), state=ChangeState.CLOSED))

    def say(self, login: str, body: str) -> str:
        return self.fake.say(self.ref, self.account(login), body)

    def comments(self) -> list[tuple[str, str]]:
        return [(self._login(one.author), one.body) for one in self.fake.comments[self.ref]]

    def remove_comment(self, at: int) -> None:
        del self.fake.comments[self.ref][at]

    def threads(self) -> list[SeenThread]:
        return [
            SeenThread(
                one.line, tuple((self._login(each.author), each.body) for each in one.comments), one.resolved_by is not None
            )
            for one in self.fake.threads[self.ref]
        ]

    def discuss(self, at: int, login: str, body: str) -> None:
        self.fake.discuss(self.ref, self.fake.threads[self.ref][at].id, self.account(login), body)

    def settle(self, at: int, login: str) -> None:
        self.fake.settle(self.ref, self.fake.threads[self.ref][at].id, self.account(login))

    def reactions(self, comment: str) -> list[str]:
        return sorted(one.value for one in self.fake.reactions.get(comment, ()))

    def annotations(self, head: str) -> list[tuple[int, str]]:
        run = self.fake.check_runs[self.ref.repository, head, str(self.ref)]
        return [(one.start_line, one.message) for one in run.annotations]

    def runs(self, head: str) -> list[tuple[str, StatusState | None, str]]:
        shown = [run for (_, commit, _), run in self.fake.check_runs.items() if commit == head]
        return [(one.external_id, one.conclusion, one.title) for one in shown]

    def account(self, login: str) -> Account:
        return Account(str(100 + list(PEOPLE).index(login)), login)

    def main(self) -> str:
        return self._main

    def advance_main(self) -> str:
        self._main = next(self._commits)
        self.fake.propose(replace(self._now(), base=self._main), {PATH: COMMENTABLE})
        return self._main

    @staticmethod
    def _login(account: Account) -> str:
        return "us" if account == US else account.login


# ------------------------------------------------------------------ on devforge, by the GitHub adapter

PERMISSIONS = {"contents": "write", "pull_requests": "write", "statuses": "write", "checks": "write"}
SECRET = "s3cret"
_GIT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


@dataclass(frozen=True, slots=True)
class Town:
    """A devforge with its people and the app, on which each stage gets a repository of its own."""

    devforge: Devforge
    tokens: dict[str, str]
    keys: apps.AppKeys
    installation: int
    folder: Path
    numbers: Iterator[int]

    def settings(self, **changed: object) -> GitHubSettings:
        """How the app reaches it."""
        settings = GitHubSettings(
            app_id=self.keys.id,
            private_key=self.keys.private_key,
            webhook_secrets=(SECRET,),
            api_url=f"{self.devforge.base_url}/api/v3",
            web_url=self.devforge.base_url,
            pacing=Pacing(0, 0),
        )
        return replace(settings, **changed)  # type: ignore[arg-type]  # the names of fields, checked when it runs

    def as_person(self, login: str) -> github.Github:
        """PyGithub as a person."""
        auth = github.Auth.Token(self.tokens[login])
        url = f"{self.devforge.base_url}/api/v3"
        return github.Github(
            auth=auth, base_url=url, seconds_between_requests=0, seconds_between_writes=0, retry=None, lazy=True
        )


@contextmanager
def town(folder: Path, middleware: Sequence[Middleware] = (), events: Sequence[str] = ()) -> Iterator[Town]:
    """A devforge that is up; the organisation shop is Olga's, and the app fairlead is installed on all of it.

    With `events` the app is sent webhooks, to where nobody is: they stay in the delivery log.
    """
    with held(folder / "devforge", middleware) as devforge:
        tokens = {login: devforge.add_user(login, login.title()) for login in PEOPLE}
        devforge.add_organisation("shop", "The Shop", ["olga"])
        manifest = apps.Manifest("fairlead", PERMISSIONS, events, "http://127.0.0.1:9/" if events else "", SECRET)
        keys = apps.register(devforge, "olga", manifest)
        installation = apps.install(devforge, "fairlead", "shop", None)
        yield Town(devforge, tokens, keys, installation, folder, itertools.count(1))


class GitHubStage:
    """The stage on devforge: people use it as they would, the bot comes through the GitHub adapter."""

    def __init__(self, town: Town) -> None:
        self.town = town
        name = f"shop/gitops-{next(town.numbers)}"
        repository = town.devforge.create_repository(name, private=True)
        town.devforge.add_collaborator(name, "ada", "write")
        town.devforge.add_collaborator(name, "rita", "read")
        self._clone = town.folder / name.replace("/", "-")
        self._git("init", "-q", "-b", "main", str(self._clone), cwd=town.folder)
        self._git("remote", "add", "origin", f"{self._origin('ada')}/{name}.git")
        self._commit(0)
        self._git("checkout", "-q", "-b", "raise")
        self.head = self._commit(20)
        self._git("push", "-q", str(town.devforge.git(repository).path), "main", "raise")  # past HTTP, which takes longer
        self._repository = town.as_person("ada").get_repo(name)
        pull = self._repository.create_pull(base="main", head="raise", title="Raise line 20", body="Why not.")
        self.ref = ChangeRef(RepositoryRef("github", name), pull.number)
        self.forge: Forge = GitHubForge(town.settings())

    def _origin(self, login: str) -> str:
        return self.town.devforge.base_url.replace("://", f"://{login}:{self.town.tokens[login]}@")

    def _git(self, *words: str, cwd: Path | None = None) -> str:
        done = subprocess.run(["git", *words], cwd=cwd or self._clone, env=_GIT, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def _commit(self, changed: int) -> str:
        lines = [f"line {number}{' raised' if number == changed else ''}\n" for number in range(1, 41)]
        (self._clone / PATH).write_text("".join(lines))
        self._git("add", PATH)
        self._git("commit", "-q", "-m", f"line {changed}")
        return self._git("rev-parse", "HEAD")

    def push(self, line: int) -> str:
        head = self._commit(line)
        self._git("push", "-q", "origin", "raise")
        return head

    def close(self) -> None:
        self._repository.get_pull(self.ref.number).edit(state="closed")

    def say(self, login: str, body: str) -> str:
        return str(self.issue(login).create_comment(body).id)

    def comments(self) -> list[tuple[str, str]]:
        return [(_login(one.user.login), one.body) for one in self.issue("ada").get_comments()]

    def remove_comment(self, at: int) -> None:
        self.issue("ada").get_comments()[at].delete()

    def threads(self) -> list[SeenThread]:
        return [
            SeenThread(
                None if one["isOutdated"] else one["line"],
                tuple((_login(each["author"]["login"]), each["body"]) for each in one["comments"]["nodes"]),
                one["isResolved"],
            )
            for one in self._threads()
        ]

    def discuss(self, at: int, login: str, body: str) -> None:
        first = int(self._threads()[at]["comments"]["nodes"][0]["fullDatabaseId"])
        repository = self.town.as_person(login).get_repo(self.ref.repository.path)
        repository.get_pull(self.ref.number).create_review_comment_reply(first, body)

    def settle(self, at: int, login: str) -> None:
        mutation = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { id } } }"
        self.town.as_person(login).requester.graphql_query(mutation, {"id": self._threads()[at]["id"]})

    def reactions(self, comment: str) -> list[str]:
        return sorted(one.content for one in self.issue("ada").get_comment(int(comment)).get_reactions())

    def annotations(self, head: str) -> list[tuple[int, str]]:
        runs = list(self._repository.get_commit(head).get_check_runs())
        assert len(runs) == 1, "GitHub shows the newest run of each name"
        return [(one.start_line, one.message) for one in runs[0].get_annotations()]

    def runs(self, head: str) -> list[tuple[str, StatusState | None, str]]:
        shown = self._repository.get_commit(head).get_check_runs(filter="all")
        return [(one.external_id, CONCLUSIONS[one.conclusion], one.output.title) for one in shown]

    def account(self, login: str) -> Account:
        found = self.town.devforge.account(login)
        return Account(str(found.id), found.login)

    def main(self) -> str:
        return self._git("rev-parse", "main")

    def advance_main(self) -> str:
        self._git("checkout", "-q", "main")
        self._git("commit", "-q", "--allow-empty", "-m", "elsewhere")
        self._git("push", "-q", f"{self._origin('olga')}/{self.ref.repository.path}.git", "main")
        self._git("checkout", "-q", "raise")
        return self.main()

    def issue(self, login: str) -> github.Issue.Issue:
        """The change's page as someone uses it."""
        return self.town.as_person(login).get_repo(self.ref.repository.path).get_issue(self.ref.number)

    def _threads(self) -> list[dict]:  # type: ignore[type-arg]  # JSON as it comes
        owner, name = self.ref.repository.path.split("/")
        query = """query($owner: String!, $name: String!, $number: Int!) { repository(owner: $owner, name: $name) {
          pullRequest(number: $number) { reviewThreads(first: 100) { nodes { id isResolved isOutdated line
          comments(first: 100) { nodes { fullDatabaseId body author { login } } } } } } } }"""
        asked = {"owner": owner, "name": name, "number": self.ref.number}
        _, answer = self.town.as_person("ada").requester.graphql_query(query, asked)
        nodes: list[dict] = answer["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"]  # type: ignore[type-arg]
        return nodes


def _login(login: str) -> str:
    return "us" if login in ("fairlead", "fairlead[bot]") else login


def key_of(thread: SeenThread) -> str:
    """The key in the first comment of a thread."""
    return markers.finding_key(thread.said[0][1])
