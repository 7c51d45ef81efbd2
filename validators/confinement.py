"""How far a foreign program is shut in: limits, walls, and the argument list that puts both around it.

Three tiers, by what the machine allows (containers often forbid namespaces):

A   bubblewrap: own namespaces for users, processes, network and files; a read-only view of the folders given, nothing else.
B   weaker: Landlock keeps the program to its folders and from TCP, and where namespaces are allowed `unshare` takes the
    network and leftover processes away.
C   limits and a clean start only.

`validators.breakout` finds out by real attempts what the tier in force holds.
"""

import resource
import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from validators.confine import LIMITS

MIB = 1024 * 1024
LAUNCHER = Path(__file__).with_name("confine.py")
SYSTEM_FOLDERS = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
NAMESPACES = ("--unshare-all", "--unshare-user")
UNSHARE = ("unshare", "--user", "--map-current-user", "--net", "--ipc", "--pid", "--fork", "--kill-child", "--")
PYTHON = (sys.executable, "-I", "-S")
SCRATCH_SIZE = 256 * MIB
"""Bytes that a program may leave in its HOME, and in /tmp."""
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/nix/store")


class Tier(StrEnum):
    """How strong the walls are; A is the strongest."""

    A = "A"
    B = "B"
    C = "C"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may use. Bytes and seconds; None is unlimited. `wall`, `output` and `errors` are watched from outside.

    `memory` is address space of each process, `file_size` counts each file. `processes` holds behind the walls of tier A
    and where namespaces are allowed, and not when Fairlead runs as root, whom the kernel exempts. `output` is how much of
    stdout is kept before the program is stopped, `errors` how much of stderr is kept; more of that is dropped.
    """

    memory: int | None = 2048 * MIB
    cpu: int | None = 60
    wall: float = 60
    file_size: int | None = 64 * MIB
    processes: int | None = 128
    output: int = 16 * MIB
    errors: int = 64 * 1024


@dataclass(frozen=True, slots=True)
class Walls:
    """What a program sees behind walls: the system's programs and libraries, and `reads` (full paths), read-only; no network.

    It may write to its HOME, which is empty and thrown away, and to the folder `scratch`. `starts_others` is for our own
    engine, which puts walls around the programs that it starts: it keeps the right to make namespaces.
    """

    reads: tuple[Path, ...] = ()
    scratch: Path | None = None
    starts_others: bool = False


class Method(StrEnum):
    """A way of putting walls up, strongest first."""

    BUBBLEWRAP = "bubblewrap"
    BUBBLEWRAP_WITHOUT_PROC = "bubblewrap, without /proc"
    NAMESPACES = "namespaces and Landlock"
    LANDLOCK = "Landlock"
    LIMITS = "limits only"

    @property
    def tier(self) -> Tier:
        """The tier this way belongs to."""
        match self:
            case Method.BUBBLEWRAP | Method.BUBBLEWRAP_WITHOUT_PROC:
                return Tier.A
            case Method.NAMESPACES | Method.LANDLOCK:
                return Tier.B
            case Method.LIMITS:
                return Tier.C


def confined(
    argv: list[str], method: Method, limits: Limits, walls: Walls, *, home: str, folder: str, dies_with_thread: bool
) -> list[str]:
    """`argv` (its program an absolute path) with walls of this `method` and limits around it.

    `home` is the program's HOME, `folder` where it runs. With `dies_with_thread` it is killed when the thread that started it
    ends, which is how it can't outlive a crash of ours.
    """
    launcher = _launcher(argv[0], home, walls)
    match method:
        case Method.BUBBLEWRAP | Method.BUBBLEWRAP_WITHOUT_PROC:
            options = [*NAMESPACES, "--chdir", folder]
            options += [] if walls.starts_others else ["--disable-userns"]
            options += ["--die-with-parent"] if dies_with_thread else []
            proc = ["--proc", "/proc"] if method is Method.BUBBLEWRAP else []
            mounts = [*proc, *_mounts(argv[0], home, walls)]
            return ["bwrap", *options, *mounts, "--", *limited(argv, limits, own_users=True)]
        case Method.NAMESPACES:
            return [*UNSHARE, *launcher, *_words(limits, own_users=True), "--", *argv]
        case Method.LANDLOCK:
            return [*launcher, *_words(limits, own_users=False), "--", *argv]
        case Method.LIMITS:
            return limited(argv, limits, own_users=False)


def limited(argv: list[str], limits: Limits, *, own_users: bool) -> list[str]:
    """`argv` with limits around it. `own_users`: in a user namespace of its own, where only its own processes count."""
    prlimit = shutil.which("prlimit", path="/usr/bin:/bin")
    if prlimit is None:
        return [*PYTHON, str(LAUNCHER), *_words(limits, own_users=own_users), "--", *argv]
    return [prlimit, *(f"--{word}" for word in _words(limits, own_users=own_users)), "--", *argv]


def _words(limits: Limits, *, own_users: bool) -> list[str]:
    """The kernel's limits as `name=value`, by prlimit's names."""
    values = {
        "as": limits.memory,
        "cpu": limits.cpu,
        "fsize": limits.file_size,
        "nproc": limits.processes if own_users else None,
        "core": 0,
    }
    return [f"{name}={_at_most_ours(name, value)}" for name, value in values.items() if value is not None]


def _at_most_ours(name: str, value: int) -> int:
    """A process can't give others more than it was given itself: our engine runs within limits already."""
    ours = resource.getrlimit(LIMITS[name])[1]
    return value if ours == resource.RLIM_INFINITY else min(value, ours)


def _mounts(program: str, home: str, walls: Walls) -> list[str]:
    """What a program sees of the file system, as options of bwrap: https://man.archlinux.org/man/bwrap.1."""
    mounts = [*_system_mounts(), "--dev", "/dev"]
    for empty in ("/tmp", home):  # noqa: S108 - an empty file system of the sandbox's own
        mounts += ["--size", str(SCRATCH_SIZE), "--tmpfs", empty]
    for path in _with_program(program, walls.reads):
        mounts += ["--ro-bind", str(path), str(path)]
    if walls.scratch is not None:
        mounts += ["--bind", str(walls.scratch), str(walls.scratch)]
    return [*mounts, "--remount-ro", "/"]


@cache
def _system_mounts() -> tuple[str, ...]:
    """Programs and libraries of the system, links such as /bin as links."""
    mounts: list[str] = []
    for name in SYSTEM_FOLDERS + SYSTEM_FILES:
        path = Path(name)
        if path.is_symlink():
            mounts += ["--symlink", str(path.readlink()), name]
        elif path.exists():
            mounts += ["--ro-bind", name, name]
    if shutil.which("prlimit", path="/usr/bin:/bin") is None:
        mounts += [word for path in _python_folders() for word in ("--ro-bind", path, path)]
    return tuple(mounts)


def _with_program(program: str, reads: tuple[Path, ...]) -> list[Path]:
    """The folders given, and the program where it lies outside them and the system's."""
    path = Path(program)
    seen = any(path.is_relative_to(folder) for folder in (*SYSTEM_FOLDERS, *map(str, reads)))
    return list(reads) if seen else [*reads, path]


def _launcher(program: str, home: str, walls: Walls) -> list[str]:
    """The program that shuts itself in with Landlock before it becomes the foreign one; see confine.py."""
    reads = [*SYSTEM_FOLDERS, *SYSTEM_FILES, *_with_program(program, walls.reads), Path(program).resolve()]
    writes = [home, walls.scratch] if walls.scratch is not None else [home]
    return [*PYTHON, str(LAUNCHER), *(f"read={path}" for path in reads), *(f"write={path}" for path in writes)]


def _python_folders() -> tuple[str, ...]:
    """What Python needs to start the launcher."""
    return (sys.base_prefix, sys.prefix, str(LAUNCHER))
