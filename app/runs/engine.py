"""The engine: the process in which changes are judged, one at a time. `python -m app.runs.engine`.

It is started behind walls (no network, nothing in its environment, limits) and reads what strangers wrote, so that the
service never has to. Orders come in on its standard input, messages go out on its standard output; see messages.py.
"""

import io
import os
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.config import BrokenConfiguration, Ruling, ruling
from app.config.validator import ConfigurationFile
from app.review.redact import Redactor, redactor
from app.runs import traces
from app.runs.excerpts import Excerpts
from app.runs.frames import BadFrame, receive, send
from app.runs.messages import BadConfiguration, Findings, Message, Order, Unable, message_frame, read_order
from validators import all_validators
from validators.change import Change, ToolFailed, ToolMissing
from validators.judge import OnProgress, judge
from validators.model import Problem
from validators.secrets import shown_lines
from validators.trees.git_objects import GitObjects
from validators.verdict import verdict

SPARE_SECONDS = 10
"""Past the time limit that the service watches."""


def main() -> None:
    """Judge what is ordered, until nobody orders any more."""
    traces.set_up()
    orders, messages = _pipes()
    with suppress(BadFrame, BrokenPipeError):  # the service ended, or ended us
        while True:
            _work(read_order(receive(orders)), messages)


def answer(order: Order, on_progress: OnProgress) -> Message:
    """The last message about an order."""
    try:
        with GitObjects(Path(order.git_dir)) as objects:
            base, result = objects.tree(order.base), objects.tree(order.merge_result)
            change = Change(base, result, order.files, origin=order.origin)
            try:
                in_force = ruling(change)
            except BrokenConfiguration as broken:
                return _misconfigured(broken, redactor(change, (), key=bytes.fromhex(order.key)))
            return _judged(change, in_force, order, on_progress)
    except (ToolMissing, ToolFailed) as failure:
        return Unable(str(failure))
    except MemoryError:
        return Unable("it needs more memory than it may have")


def _work(order: Order, messages: io.FileIO) -> None:
    """One order. Should the service die meanwhile, the alarm ends what goes on for nobody."""
    signal.alarm(order.seconds + SPARE_SECONDS)
    last = answer(order, lambda progress: send(messages, message_frame(progress)))
    send(messages, message_frame(last))
    signal.alarm(0)


def _judged(change: Change, in_force: Ruling, order: Order, on_progress: OnProgress) -> Findings:
    configuration = in_force.configuration
    settings = replace(configuration.check_settings(), schema_folder=order.schema_folder)
    checks = (*all_validators(), ConfigurationFile(base=order.base_branch, mends=in_force.mends))
    report = judge(
        replace(change, settings=settings),
        checks,
        base=order.base,
        head=order.head,
        merge_result=order.merge_result,
        on_progress=on_progress,
        key=bytes.fromhex(order.key),
    )
    masks = redactor(change, report.findings, key=bytes.fromhex(order.key))
    excerpts = Excerpts(change, masks)
    return Findings(
        report=masks.report(report),
        verdict=masks.verdict(in_force.answer(verdict(report, fail_on=configuration.fail_on))),
        excerpts=tuple(excerpts.around(finding) for finding in report.findings),
        inline_limit=configuration.comments.inline_limit(draft=order.draft),
    )


def _misconfigured(broken: BrokenConfiguration, masks: Redactor) -> BadConfiguration:
    text = "\n".join(masks.text(line) for line in shown_lines(broken.text))
    return BadConfiguration(tuple(_masked(problem, masks) for problem in broken.problems), text, masks.text(broken.remedy))


def _masked(problem: Problem, masks: Redactor) -> Problem:
    return replace(problem, title=masks.text(problem.title), message=masks.text(problem.message), suggestion=None)


def _pipes() -> tuple[io.FileIO, io.FileIO]:
    """Orders and messages; whatever else is printed goes to standard error, and can't be taken for a message."""
    messages = io.FileIO(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return io.FileIO(os.dup(sys.stdin.fileno()), "rb"), messages


if __name__ == "__main__":
    main()
