"""A shop on a forge, reached as everybody reaches it: by git, by PyGithub and over HTTP."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from github import Auth, Github

from app.devforge import apps
from app.devforge.apps import AppKeys
from app.devforge.forge import Forge

PERMISSIONS = {"contents": "write", "pull_requests": "write", "issues": "write", "statuses": "write", "checks": "write"}
EVENTS = ("pull_request", "pull_request_review", "pull_request_review_comment", "issue_comment", "push", "check_run", "status")


@dataclass(frozen=True, slots=True)
class WorkTree:
    """Somebody's clone."""

    path: Path

    def git(self, *words: str) -> str:
        """Run git in it; fails loudly."""
        done = subprocess.run(["git", *words], cwd=self.path, capture_output=True, text=True, env=ENVIRONMENT, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, files: dict[str, str], message: str = "change") -> str:
        """Write files ("" removes one) and commit them; returns the commit."""
        for name, text in files.items():
            file = self.path / name
            if text:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            else:
                file.unlink()
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, files: dict[str, str]) -> str:
        """Push a new branch off main with one commit; returns the commit."""
        self.git("checkout", "-q", "-B", name, "origin/main")
        sha = self.commit(files)
        self.git("push", "-q", "origin", f"+{name}")
        return sha


ENVIRONMENT = {
    "PATH": "/usr/bin:/bin:/usr/local/bin",
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    **{
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
    },
}

NUMBERS = "".join(f"line {number}\n" for number in range(1, 41))


@dataclass(frozen=True, slots=True)
class Shop:
    """The forge, who is on it, and Ada's clone of shop/gitops, where main has a file `numbers` of 40 lines."""

    forge: Forge
    tokens: dict[str, str]
    keys: AppKeys
    installation: int
    clone: WorkTree

    @property
    def api(self) -> str:
        """Where the REST API is."""
        return f"{self.forge.base_url}/api/v3"

    def user(self, login: str) -> Github:
        """PyGithub as a person."""
        return self._client(Auth.Token(self.tokens[login]))

    def bot(self) -> Github:
        """PyGithub as the app's installation."""
        app = Auth.AppAuth(self.keys.id, self.keys.private_key)
        return self._client(app.get_installation_auth(self.installation, dict(PERMISSIONS)))

    def bot_as_app(self) -> Github:
        """PyGithub as the app itself, by its key."""
        return self._client(Auth.AppAuth(self.keys.id, self.keys.private_key))

    def url(self, login: str, repository: str = "shop/gitops") -> str:
        """A clone URL with a person's token in it."""
        return self.forge.base_url.replace("://", f"://{login}:{self.tokens[login]}@") + f"/{repository}.git"

    def _client(self, auth: Auth.Auth) -> Github:
        return Github(auth=auth, base_url=self.api, seconds_between_requests=0, seconds_between_writes=0, retry=None)


def clone_to(path: Path, url: str) -> WorkTree:
    """Clone a repository."""
    WorkTree(path.parent).git("clone", "-q", url, path.name)
    return WorkTree(path)


def open_shop(forge: Forge, folder: Path) -> Shop:
    """Olga owns the shop, Ada writes, Rita reads, a stranger is there too; the app fairlead is installed. Ada clones to `folder`."""
    tokens = {login: forge.add_user(login, login.title()) for login in ("olga", "ada", "rita", "stranger")}
    forge.add_organisation("shop", "The Shop", ["olga"])
    forge.create_repository("shop/gitops", private=True)
    forge.add_collaborator("shop/gitops", "ada", "write")
    forge.add_collaborator("shop/gitops", "rita", "read")
    keys = apps.register(forge, "olga", apps.Manifest("fairlead", PERMISSIONS, EVENTS, webhook_url="", webhook_secret="s3cret"))
    installation = apps.install(forge, "fairlead", "shop", None)
    clone = clone_to(folder, forge.base_url.replace("://", f"://ada:{tokens['ada']}@") + "/shop/gitops.git")
    clone.git("checkout", "-q", "-b", "main")
    clone.commit({"numbers": NUMBERS, "app/web.yaml": "kind: Service\n"}, "first")
    clone.git("push", "-q", "origin", "main")
    return Shop(forge, tokens, keys, installation, clone)
