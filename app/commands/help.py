"""Say which commands there are."""

from app.commands.contract import Answer, Request
from app.forges.base import Permission

NAME = "help"
NEEDS = Permission.READ
USAGE = "/help"


async def run(request: Request) -> Answer:
    """List the commands. Whatever stands after it is no matter."""
    lines = "\n".join(f"- {usage}" for usage in request.usages)
    return Answer(done=True, text=f"Commands stand at the start of a line in a new comment:\n\n{lines}")
