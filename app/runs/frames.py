"""How the service and its engine talk: one JSON object after another, each behind its length in four bytes, big-endian."""

import json
from collections.abc import Mapping
from typing import Protocol, cast

LARGEST = 64 * 1024 * 1024
"""Bytes of the largest frame that is read."""
LENGTH = 4

Frame = dict[str, object]


class BadFrame(Exception):
    """What came is no frame: the other side ended, or says what it should not."""


class Reader(Protocol):
    """A pipe to read from; may give less than asked for."""

    def read(self, size: int, /) -> bytes | None:
        """Up to `size` bytes, b"" at the end."""


class Writer(Protocol):
    """A pipe to write to; may take less than given."""

    def write(self, data: memoryview, /) -> int | None:
        """How many bytes it took."""


def send(pipe: Writer, frame: Mapping[str, object]) -> None:
    """Write one frame. Raises OSError when nobody reads."""
    body = json.dumps(frame, separators=(",", ":")).encode("utf-8")
    rest = memoryview(len(body).to_bytes(LENGTH, "big") + body)
    while rest:
        rest = rest[pipe.write(rest) or 0 :]


def receive(pipe: Reader) -> Frame:
    """Read one frame. Raises BadFrame."""
    length = int.from_bytes(_exactly(pipe, LENGTH), "big")
    if length > LARGEST:
        raise BadFrame(f"a frame of {length} bytes")
    try:
        frame: object = json.loads(_exactly(pipe, length))
    except (ValueError, RecursionError) as error:
        raise BadFrame("a frame that is not JSON") from error
    if not isinstance(frame, dict):
        raise BadFrame("a frame that is not an object")
    return cast("Frame", frame)


def _exactly(pipe: Reader, size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = pipe.read(size)
        if not part:
            raise BadFrame("the other side ended")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
