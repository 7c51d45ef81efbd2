"""A new comment to its answer: who may, what happens, and what they are told."""

from app.commands import COMMANDS, Answer, Judge, Request
from app.commands.contract import Command
from app.commands.parsing import Invocation, parse
from app.commands.spelling import nearest
from app.forges.base import CommentWritten, Forge, ForgeError, Permission, Reaction

_ORDER = tuple(Permission)


async def answer(comment: CommentWritten, forge: Forge, judge: Judge) -> None:
    """Carry out the commands in a new comment. What is done is answered by a reaction, what is refused with the reason.

    Words that are no command of ours are left to whoever they are for, unless somebody who may write here has slipped by a
    letter or two; bots are not listened to. The permission is asked of the forge now, by account id; without an answer it is
    refused. Raises ForgeError when the answer can't be given.
    """
    if comment.author.bot:
        return
    answers = []
    for invocation in parse(comment.text):
        command = next((command for command in COMMANDS if invocation.name == command.NAME), None)
        if command is not None:
            answers.append(await _outcome(command, invocation, comment, forge, judge))
        elif said := await _misspelt(invocation, comment, forge):
            answers.append(said)
    await _say(answers, comment, forge)


async def _misspelt(invocation: Invocation, comment: CommentWritten, forge: Forge) -> Answer | None:
    """The command that was meant, told to those who may write; None for words that may be another bot's."""
    meant = nearest(invocation.name, (command.NAME for command in COMMANDS))
    if meant is None:
        return None
    try:
        permission = await forge.permission(comment.ref.repository, comment.author)
    except ForgeError:
        return None
    if _ORDER.index(permission) < _ORDER.index(Permission.WRITE):
        return None
    return Answer(done=False, text=f"There is no command `/{invocation.name}`. Did you mean `/{meant}`?")


async def _outcome(command: Command, invocation: Invocation, comment: CommentWritten, forge: Forge, judge: Judge) -> Answer:
    if invocation.complaint:
        return Answer(done=False, text=f"Refused: {invocation.complaint}. It is typed `{command.USAGE}`.")
    if refusal := await _refusal(command, comment, forge):
        return Answer(done=False, text=refusal)
    request = Request(comment.ref, comment.author, invocation.arguments, judge, tuple(map(_described, COMMANDS)))
    return await command.run(request)


async def _refusal(command: Command, comment: CommentWritten, forge: Forge) -> str:
    """Why the author may not, "" when they may."""
    try:
        permission = await forge.permission(comment.ref.repository, comment.author)
    except ForgeError:
        return f"Refused: what you may do here could not be found out just now. Try `{command.USAGE}` again."
    if _ORDER.index(permission) >= _ORDER.index(command.NEEDS):
        return ""
    return f"Refused: `{command.USAGE}` needs the permission {command.NEEDS} in this repository; yours is {permission}."


async def _say(answers: list[Answer], comment: CommentWritten, forge: Forge) -> None:
    """One reply with all there is to say: forges find it again by the comment that it answers."""
    if any(said.done for said in answers):
        await forge.react(comment.ref, comment.comment, Reaction.DONE)
    if any(not said.done for said in answers):
        await forge.react(comment.ref, comment.comment, Reaction.REFUSED)
    if texts := [said.text for said in answers if said.text]:
        await forge.reply(comment.ref, comment.comment, "\n\n".join(texts))


def _described(command: Command) -> str:
    summary = (command.__doc__ or "").split("\n", 1)[0]
    return f"`{command.USAGE}`: {summary[:1].lower()}{summary[1:]}"
