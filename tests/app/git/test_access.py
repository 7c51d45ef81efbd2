"""Credentials reach the host they are for, and no place where anyone else could read them."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.git.errors import AccessDenied, GitError, HostUnreachable, RepositoryNotFound
from app.git.mirror import Mirror, Want
from app.git.remote import Remote
from validators.sandbox import Finished

TOKEN = "ghs_16C7e42F292c6912E7710c838347Ae178B4a"
BASIC = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
HEADER = f"Authorization: Basic {BASIC}"
WANT = Want("1" * 40, "refs/heads/main")


class Host(BaseHTTPRequestHandler):
    """Answers with the status in the path, notes the headers it got, and looks at the argument lists of running programs."""

    seen: list[str]
    arguments: list[bytes]

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization", ""))
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                self.arguments.append(place.read_bytes())
            except OSError:
                continue
        status = int(self.path.split("/")[1])
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/200/elsewhere.git/info/refs?service=git-upload-pack")
        self.end_headers()
        self.wfile.write(b"the token is " + TOKEN.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """Say nothing."""


@pytest.fixture
def host() -> Iterator[str]:
    Host.seen, Host.arguments = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, AccessDenied, "refused access"),
        (403, AccessDenied, "refused access"),
        (404, RepositoryNotFound, "not found on 127.0.0.1"),
        (503, HostUnreachable, "could not answer now"),
        (302, GitError, "could not fetch"),
        (200, GitError, "127.0.0.1"),
    ],
)
async def test_what_the_host_answers_is_told_without_the_token(
    host: str, tmp_path: Path, status: int, error: type[GitError], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        await Mirror(tmp_path / "m.git").fetch(Remote(f"{host}/{status}/shop.git", (HEADER,)), [WANT])
    assert TOKEN not in str(caught.value)
    assert BASIC not in str(caught.value)
    assert set(Host.seen) == {f"Basic {BASIC}"}
    assert len(Host.seen) == 1 or status == 200  # no redirect is followed, and a refusal is not answered with a password


async def test_the_token_stands_in_no_argument_list_and_on_no_disk(host: str, tmp_path: Path) -> None:
    with pytest.raises(GitError):
        await Mirror(tmp_path / "m.git").fetch(Remote(f"{host}/404/shop.git", (HEADER,)), [WANT])
    assert any(b"fetch" in words for words in Host.arguments)
    assert not any(secret in words for words in Host.arguments for secret in (TOKEN.encode(), BASIC.encode()))
    kept = everything_in(tmp_path)
    assert TOKEN.encode() not in kept
    assert BASIC.encode() not in kept


@pytest.mark.parametrize(
    "said", [f"fatal: bad token {TOKEN}", f"fatal: header {BASIC}", f"fatal: {HEADER}", "fatal: x-access-token"]
)
def test_what_git_says_is_withheld_when_it_holds_a_part_of_the_header(said: str) -> None:
    done = Finished(128, b"", said.encode(), stdout_truncated=False, stderr_truncated=False, stopped=None, seconds=1)
    message = str(Remote("https://git.example.com/shop.git", (HEADER,)).error(done))
    assert message == "git could not fetch from git.example.com (exit status 128): its words are withheld"


def test_a_header_is_one_line() -> None:
    with pytest.raises(ValueError, match="one line"):
        Remote("https://git.example.com/x.git", (f"{HEADER}\nX-Other: 1",))
