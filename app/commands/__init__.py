"""Comment commands: one module each, and the table of them all."""

from app.commands import check
from app.commands import help as help_
from app.commands.contract import Answer, Command, Judge, Request

COMMANDS: tuple[Command, ...] = (check, help_)
"""Every command. A new one is a module and a word here."""

USAGES = tuple(command.USAGE for command in COMMANDS)
"""How they are typed, for the last line of summaries."""

__all__ = ["COMMANDS", "USAGES", "Answer", "Command", "Judge", "Request"]
