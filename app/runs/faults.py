"""What may go wrong in a step: told apart into what passes, what is the world's, and what is our own fault."""

import errno
import logging
import secrets

from app.forges.base import Forbidden, ForgeError, Unreachable
from app.git.errors import GitError
from app.store.database import DatabaseDown

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
"""Seconds until a forge that does not answer is asked again: at first, and at most."""


class Fault(Exception):
    """A run ended by our own fault; the log has more under the reference."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"our own fault, reference {reference}")
        self.reference = reference


def patience(error: Exception, attempt: int) -> float | None:
    """Seconds to wait before trying again; None when that won't help. `attempt` counts from 0."""
    if isinstance(error, Unreachable) or (isinstance(error, ForgeError) and error.retry_after is not None):
        return max(error.retry_after or 0.0, _wait(attempt))
    if isinstance(error, DatabaseDown) or _no_room(error) or (isinstance(error, GitError) and error.passing):
        return _wait(attempt)
    return None


def _no_room(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def kind(error: Exception) -> str:
    """What failed, as one of few words."""
    match error:
        case Unreachable():
            return "forge unreachable"
        case Forbidden():
            return "forge refused"
        case ForgeError():
            return "forge"
        case GitError():
            return "git"
        case DatabaseDown():
            return "database"
        case _:
            return "own fault"


def _wait(attempt: int) -> float:
    """Longer each time."""
    return float(min(FIRST_WAIT * 2 ** min(attempt, 20), LONGEST_WAIT))


def referenced(error: Exception, what: str) -> str:
    """A reference for people, under which the log tells the whole story."""
    token = secrets.token_hex(4).upper()
    reference = f"FL-{token[:4]}-{token[4:]}"
    log.error("%s failed, reference %s", what, reference, exc_info=error)
    return reference
