"""The log as operators and their programs read it."""

import json
import logging
import threading
from collections.abc import Iterator

import pytest

from app import telemetry
from app.cli import logs

PASSWORD = "correct horse battery staple"
log = logging.getLogger("app.somewhere")


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """The tests' own logging, put back afterwards."""
    root, noisy = logging.getLogger(), [logging.getLogger(name) for name in ("dbos", *logs._NOISY)]
    handlers, level = list(root.handlers), root.level
    known = [(one, list(one.handlers), one.level, one.propagate) for one in noisy]
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for one, its, of, goes_up in known:
        one.handlers[:] = its
        one.setLevel(of)
        one.propagate = goes_up


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_says_when_how_bad_where_and_what(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json", "info", ())
    log.info("took %s in", 7)
    [line] = lines(capsys)
    assert (line["level"], line["logger"], line["message"]) == ("info", "app.somewhere", "took 7 in")
    assert str(line["timestamp"]).endswith("Z")


def test_lines_within_say_what_they_are_about_and_lines_after_do_not(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json", "info", ())
    with telemetry.about(repository="shop/gitops", number=7), telemetry.about(run="9d02"):
        log.info("within")
    log.info("after")
    within, after = lines(capsys)
    assert (within["repository"], within["number"], within["run"]) == ("shop/gitops", 7, "9d02")
    assert not {"repository", "number", "run"} & set(after)


def test_what_is_handed_to_another_thread_stays_about_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json", "info", ())
    with telemetry.about(run="9d02"):
        work = telemetry.with_context(lambda: log.info("elsewhere"))
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    [line] = lines(capsys)
    assert line["run"] == "9d02"


def test_extras_of_other_programs_do_not_stand_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json", "info", ())
    logging.getLogger("another.program").warning("up", extra={"color_message": "\x1b[1mup\x1b[0m"})
    [line] = lines(capsys)
    assert "color_message" not in line


@pytest.mark.parametrize("form", ["json", "text"])
def test_secrets_are_masked_wherever_they_stand(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json" if form == "json" else "text", "info", [PASSWORD])
    token = "ghp_" + "0123456789abcdef" * 2
    with telemetry.about(branch=f"x-{PASSWORD}"):
        log.warning("can't reach postgresql://fairlead:%s@db/fairlead with %s", PASSWORD, token)
        try:
            int(f"{PASSWORD} {token}")  # its error repeats what it was given
        except ValueError:
            log.exception("failed")
    said = capsys.readouterr().err
    assert "[masked]" in said
    assert PASSWORD not in said
    assert token not in said


@pytest.mark.parametrize("form", ["json", "text"])
def test_nobody_forges_a_line_or_steers_a_terminal(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json" if form == "json" else "text", "info", ())
    log.info("title: %s", 'x\n{"level": "critical"}\x1b[2J\u202e')
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert "\x1b[2J" not in said
    assert "\u202e" not in said


def test_dbos_writes_as_everybody_else(capsys: pytest.CaptureFixture[str]) -> None:
    from dbos._logger import init_logger

    logs.set_up("json", "info", ())
    init_logger()
    logging.getLogger("dbos").warning("a workflow is slow")
    [line] = lines(capsys)
    assert line["logger"] == "dbos"
