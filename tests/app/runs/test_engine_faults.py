"""What goes wrong in the engine is found in the service's log, without a word of what a stranger wrote."""

import logging
import signal
from pathlib import Path

import pytest

from app.runs.child import Engine, EngineSettings, how_it_ended
from app.runs.messages import Order, Unable
from app.runs.traces import own_words, without_messages

PASSWORD = "hunter2-is-no-commit"


async def test_a_fault_is_told_without_what_it_stumbled_over(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    engine = Engine(EngineSettings(processes=1, memory=2048, seconds=30, reads=(tmp_path,)))
    order = Order(
        git_dir=str(tmp_path),
        base=PASSWORD,
        base_branch="main",
        head=PASSWORD,
        merge_result=PASSWORD,
        files=(),
        draft=False,
        origin="",
        schema_folder=None,
        key="00",
        seconds=30,
    )
    with caplog.at_level(logging.WARNING):
        answer = await engine.judge("run", order, lambda _: None)
        await engine.close()
    assert isinstance(answer, Unable)
    assert "ValueError" in caplog.text
    assert "checked_id" in caplog.text
    assert PASSWORD not in caplog.text


def test_causes_are_told_the_same_way() -> None:
    error = KeyError(PASSWORD)
    error.__cause__ = ValueError(PASSWORD)
    assert without_messages(error) == "KeyError\nValueError"


def test_what_others_print_is_not_passed_on() -> None:
    assert own_words(f"ValueError: {PASSWORD}\nfairlead| KeyError\nTraceback\n") == "KeyError"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (-signal.SIGKILL, "most likely for want of memory (it may have 512 MiB)"),
        (128 + signal.SIGKILL, "FAIRLEAD_ENGINE_MEMORY"),
        (-signal.SIGALRM, "took too long"),
        (128 + signal.SIGXCPU, "FAIRLEAD_ENGINE_SECONDS"),
        (1, "Judge it again with /check"),
        (-signal.SIGSEGV, "Fairlead's log says more"),
    ],
)
def test_how_an_engine_ended_is_told_in_words_that_help(status: int, said: str) -> None:
    assert said in how_it_ended(status, 512)
