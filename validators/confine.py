"""Shuts itself in and becomes another program.

    python -I -S confine.py [read=PATH | write=PATH | LIMIT=N]... -- PROGRAM [ARGUMENT]...

With any read= or write= it uses Landlock (https://docs.kernel.org/userspace-api/landlock.html): only the named places can be
reached, read= ones for reading and running, write= ones for writing too; and seccomp: no new socket of any kind.
LIMIT is one of as, cpu, fsize, nproc, core: https://man7.org/linux/man-pages/man2/getrlimit.2.html. Exit status 125 when the
kernel refuses any of it: never less than asked for. Started as a script, so that it needs nothing but Python itself.
"""

import os
import resource
import struct
import sys

FAILED = 125
LIMITS = {
    "as": resource.RLIMIT_AS,
    "cpu": resource.RLIMIT_CPU,
    "fsize": resource.RLIMIT_FSIZE,
    "nproc": resource.RLIMIT_NPROC,
    "core": resource.RLIMIT_CORE,
}

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
RULE_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
RIGHTS_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | (1 << 14) | (1 << 15)
ABI_WITH_TCP, ABI_WITH_SCOPES = 4, 6
BIND_AND_CONNECT_TCP = 0b11
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")

# the numbers of socket(2), and of the machine in the eyes of seccomp, by os.uname().machine
SOCKET = {"x86_64": (41, 0xC000003E), "aarch64": (198, 0xC00000B7)}
IO_URING_SETUP = 425
X32 = 0x40000000
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000


def main(words: list[str]) -> None:
    """Do what the words say, then become the program after `--`."""
    end = words.index("--")
    pairs = [word.split("=", 1) for word in words[:end]]
    reads = [value for name, value in pairs if name == "read"]
    writes = [value for name, value in pairs if name == "write"]
    if reads or writes:
        kernel = Kernel()
        kernel.keep_to(reads, [*writes, *DEVICES])
        kernel.refuse_sockets()
    for name, value in pairs:
        if name in LIMITS:
            resource.setrlimit(LIMITS[name], (int(value), int(value)))
    os.execv(words[end + 1], words[end + 1 :])  # noqa: S606 - becoming the program is what this file is for


class Kernel:
    """System calls that Python has no words for."""

    def __init__(self) -> None:
        import ctypes

        self._library = ctypes.CDLL(None, use_errno=True)
        self._errno = ctypes.get_errno
        self._long = ctypes.c_long
        self._buffer = ctypes.create_string_buffer
        self._address = ctypes.addressof

    def keep_to(self, reads: list[str], writes: list[str]) -> None:
        """Leave only these places within reach."""
        abi = self._call(CREATE_RULESET, None, 0, 1)
        rights = RIGHTS_BY_ABI[min(abi, max(RIGHTS_BY_ABI))]
        asked = struct.pack("=Q", rights)
        asked += struct.pack("=Q", BIND_AND_CONNECT_TCP) if abi >= ABI_WITH_TCP else b""
        asked += struct.pack("=Q", ABSTRACT_SOCKETS_AND_SIGNALS) if abi >= ABI_WITH_SCOPES else b""
        rules = self._call(CREATE_RULESET, asked, len(asked), 0)
        for path in reads:
            self._allow(rules, path, EXECUTE | READ_FILE | READ_DIR)
        for path in writes:
            self._allow(rules, path, rights)
        self._prctl(PR_SET_NO_NEW_PRIVS, 1, 0)
        self._call(RESTRICT_SELF, rules, 0)

    def refuse_sockets(self) -> None:
        """Let every later socket(2) and io_uring fail; a program for another kind of machine is killed."""
        number, machine = SOCKET[os.uname().machine]
        steps = (
            (LOAD, 0, 0, 4),
            (EQUAL, 1, 0, machine),
            (RETURN, 0, 0, KILL),
            (LOAD, 0, 0, 0),
            (AT_LEAST, 3, 0, X32),
            (EQUAL, 2, 0, IO_URING_SETUP),
            (EQUAL, 1, 0, number),
            (RETURN, 0, 0, ALLOW),
            (RETURN, 0, 0, REFUSE),
        )
        code = self._buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
        program = self._buffer(struct.pack("@HP", len(steps), self._address(code)))
        self._prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, self._address(program))

    def _allow(self, rules: int, path: str, rights: int) -> None:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        allowed = rights if os.path.isdir(path) else rights & FILE_RIGHTS  # noqa: PTH112 - pathlib takes longer to load than all this
        self._call(ADD_RULE, rules, RULE_PATH_BENEATH, struct.pack("=Qi", allowed, place), 0)
        os.close(place)

    def _call(self, number: int, *arguments: int | bytes | None) -> int:
        words = [self._long(word) if isinstance(word, int) else word for word in arguments]
        return self._checked(self._library.syscall(self._long(number), *words))

    def _prctl(self, *arguments: int) -> None:
        words = [self._long(word) for word in (*arguments, 0, 0)]
        self._checked(self._library.prctl(*words))

    def _checked(self, answer: int) -> int:
        if answer < 0:
            raise OSError(self._errno(), os.strerror(self._errno()))
        return answer


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, KeyError, ValueError) as error:
        sys.stderr.write(f"confine: {error}\n")
        sys.exit(FAILED)
