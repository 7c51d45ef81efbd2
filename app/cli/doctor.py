"""fairlead doctor: what this machine has, what is missing for which check, and how well it shuts foreign programs in."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from validators.programs import Found, Missing, Program

NAME = "doctor"

EPILOG = """\b
Exit status:
  0  all checks can run            3  a program that every check needs is missing
"""

_MARKS = {True: "ok", False: "--"}


def command() -> None:
    """Say what this machine has, and what is missing for which check.

    It tries to break out of what shuts foreign programs in, too, and says how far it came.
    """
    from validators.programs import Found, look_for_all

    found = look_for_all()
    for line in (*_isolation(), "", *_programs(found)):
        typer.echo(line)
    if not all(isinstance(one, Found) for program, one in found if program.needed_always):
        raise typer.Exit(3)


def _isolation() -> Iterator[str]:
    from validators.breakout import probe
    from validators.change import ToolFailed

    yield "Isolation of foreign programs, found by trying to break out:"
    try:
        probed = probe()
    except ToolFailed as failure:
        yield f"  {_MARKS[False]}  {failure}"
        return
    yield f"  tier {probed.tier}, {probed.method}: {probed.promise}"
    for attempt in probed.attempts:
        yield f"  {_MARKS[attempt.held]}  {attempt.words}"
    if probed.tier != "A":
        yield "  Install bubblewrap and allow user namespaces for tier A."


def _programs(found: "list[tuple[Program, Found | Missing]]") -> Iterator[str]:
    from validators.programs import Found

    yield "Programs:"
    for program, one in found:
        if isinstance(one, Found):
            note = "" if one.version == program.version or not program.version else f", made for {program.version}"
            yield f"  {_MARKS[True]}  {program.name} {one.version}{note}: {one.path}"
        else:
            yield f"  {_MARKS[False]}  {program.name}: {one.why}. Without it: {program.needed_for}"
