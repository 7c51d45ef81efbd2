"""What a child says is believed only as far as it is a frame."""

import io

import pytest

from app.runs.frames import LARGEST, BadFrame, receive, send


def framed(body: bytes) -> io.BytesIO:
    return io.BytesIO(len(body).to_bytes(4, "big") + body)


def test_what_is_sent_is_received_whatever_its_characters() -> None:
    pipe = io.BytesIO()
    send(pipe, {"path": "a\udcff\0.yaml"})
    pipe.seek(0)
    assert receive(pipe) == {"path": "a\udcff\0.yaml"}


@pytest.mark.parametrize(
    "pipe",
    [
        io.BytesIO(),
        io.BytesIO(b"\0\0\0\5{}"),
        io.BytesIO((LARGEST + 1).to_bytes(4, "big")),
        framed(b"[]"),
        framed(b"{"),
        framed(b"\xff"),
        framed(b"[" * 200_000),
    ],
    ids=["nothing", "too short", "too long", "no object", "no JSON", "no text", "too deep"],
)
def test_what_is_no_frame_is_refused(pipe: io.BytesIO) -> None:
    with pytest.raises(BadFrame):
        receive(pipe)
