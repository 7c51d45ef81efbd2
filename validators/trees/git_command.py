"""How git is called on repositories whose content nobody vouches for.

Nothing of the machine's or the user's configuration counts, nothing that a repository's configuration names is run (hooks,
file system monitors, filters, external diffs), nothing is fetched unless the caller says so.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from validators.change import ToolFailed
from validators.confinement import Limits
from validators.sandbox import Child, Finished, run, start

GIB = 1024**3
GIT_LIMITS = Limits(memory=4 * GIB, cpu=None, wall=120, file_size=None, processes=None, output=256 * 1024**2)
ENVIRONMENT: Mapping[str, str] = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
SETTINGS = (
    "safe.directory=*",
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.bigFileThreshold=16m",
    "gc.auto=0",
    "maintenance.auto=false",
)
OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def is_object_id(text: str) -> bool:
    """Whether `text` is a full object id (SHA-1 or SHA-256, lower-case hex), and so nothing else to git."""
    return OBJECT_ID.fullmatch(text) is not None


def checked_id(text: str) -> str:
    """`text` if it is a full object id. Raises ValueError otherwise: nothing else reaches git's argument list as one."""
    if not is_object_id(text):
        raise ValueError(f"not a full commit id: {text[:80]!r}")
    return text


@dataclass(frozen=True, slots=True)
class Git:
    """Git on one repository. `git_dir` is a bare repository or a `.git` folder (or the file that stands for one).

    Without a `work_tree` git is told that there is none, so that no .gitattributes is read from it.
    """

    git_dir: Path
    work_tree: Path | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: ENVIRONMENT)
    settings: tuple[str, ...] = ()
    limits: Limits = GIT_LIMITS

    def argv(self, *words: str) -> list[str]:
        """The argument list for a command of git."""
        place = ["-c", "core.bare=true"] if self.work_tree is None else [f"--work-tree={self.work_tree}"]
        settings = [word for setting in (*SETTINGS, *self.settings) for word in ("-c", setting)]
        return ["git", f"--git-dir={self.git_dir}", *place, *settings, *words]

    def run(self, *words: str, stdin: bytes = b"") -> Finished:
        """Run to the end, whatever it is. Raises ToolMissing without git."""
        return run(self.argv(*words), stdin=stdin, environment=self.environment, limits=self.limits, walls=None)

    def output(self, *words: str, stdin: bytes = b"") -> bytes:
        """What it prints. Raises ToolFailed when it fails."""
        done = self.run(*words, stdin=stdin)
        if not done.ok:
            raise failure(words[0], done.how, done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def start(self, *words: str) -> Child:
        """Start a command that lasts."""
        return start(self.argv(*words), environment=self.environment, limits=self.limits, walls=None)

    def records(self, *words: str, fine: tuple[int, ...] = (0,)) -> Iterator[bytes]:
        """What it prints, cut at NUL, as it comes; stopping early stops git. Raises ToolFailed unless its status is `fine`."""
        with self.start(*words) as child:
            child.stdin.close()
            rest = b""
            while chunk := child.stdout.read1(1 << 16):
                *whole, rest = (rest + chunk).split(b"\0")
                yield from whole
            status = child.wait()
            if status not in fine or rest:
                raise failure(words[0], f"exit status {status}", child.complaint())


def on_work_tree(root: Path) -> Git:
    """Git on the work tree at `root`, which has a `.git`. Filters that its configuration names are not run.

    Raises ToolFailed where git can't read the repository's configuration.
    """
    git = Git(root / ".git", work_tree=root)
    done = git.run("config", "-z", "--name-only", "--get-regexp", r"^filter\.")
    if done.status not in (0, 1):
        raise failure("config", done.how, done.stderr.decode("utf-8", "replace"))
    names = {key.rpartition(".")[0] for key in done.stdout.decode("utf-8", "surrogateescape").split("\0") if key}
    off = [f"{name}.{word}" for name in sorted(names) for word in ("clean=", "process=", "smudge=", "required=false")]
    return replace(git, settings=tuple(off))


def failure(command: str, how: str, complaint: str) -> ToolFailed:
    """The error for a command of git that failed, with git's last line."""
    lines = [line for line in complaint.strip().splitlines() if line.strip()]
    return ToolFailed(f"git {command} failed ({how})" + (f": {lines[-1]}" if lines else ""))
