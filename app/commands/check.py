"""Judge this change again, as it stands now."""

from app.commands.contract import Answer, Request
from app.forges.base import Permission

NAME = "check"
NEEDS = Permission.READ
USAGE = "/check"


async def run(request: Request) -> Answer:
    """Have the change judged again. It takes no arguments."""
    if request.arguments:
        return Answer(done=False, text=f"`{USAGE}` takes nothing after it.")
    await request.judge.rejudge(request.ref)
    return Answer(done=True)
