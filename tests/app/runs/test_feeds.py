"""A queue is looked into at intervals, and at once when it is rung."""

import threading
import time

from app.runs.feeds import Bell


def test_a_ring_ends_the_wait_and_is_heard_once() -> None:
    bell = Bell()
    threading.Timer(0.05, bell.ring).start()
    began = time.monotonic()
    assert not bell.wait(30)
    assert time.monotonic() - began < 10
    assert not bell.wait(0.01)


def test_a_ring_before_the_wait_is_not_lost() -> None:
    bell = Bell()
    bell.ring()
    began = time.monotonic()
    assert not bell.wait(30)
    assert time.monotonic() - began < 10


def test_being_told_to_stop_ends_every_wait() -> None:
    bell = Bell()
    threading.Timer(0.05, bell.set).start()
    assert bell.wait(30)
    assert bell.wait(30)
    assert bell.is_set()
