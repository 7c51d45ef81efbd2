"""What went wrong, in the port's words: the one place where errors of PyGithub and requests become ForgeErrors.

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import mktime_tz, parsedate_tz
from http import HTTPStatus
from http.client import responses

import requests
from github.GithubException import GithubException

from app.forges.base import ChangeGone, Forbidden, ForgeError, Unreachable
from app.forges.github.api import OddAnswer

READ_AGAIN_SECONDS = 1.0
"""Until a read that failed is tried again, at first."""
WRITE_AGAIN_SECONDS = 10.0
"""Until a write that failed is: it may have been done, and reads have to show that before it is looked for."""
SECONDARY_LIMIT_SECONDS = 60.0
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS)
_LIMITS = ("rate limit", "abuse detection", "retry your request again later", "submitted too quickly", "wait a few minutes")


@contextmanager
def told(about: str, again: float = READ_AGAIN_SECONDS) -> Iterator[None]:
    """Raise what GitHub or the way to it did wrong as a ForgeError that says what it is `about`.

    `again` is how many seconds to wait after what passes, where GitHub does not say.
    """
    try:
        yield
    except GithubException as problem:
        raise forge_error(problem, about, again) from None
    except requests.Timeout:
        raise Unreachable(f"{about}: GitHub did not answer in time", retry_after=again) from None
    except requests.RequestException as problem:
        # The text of these errors can hold the whole request, so only their kind is told.
        raise Unreachable(f"{about}: GitHub can't be reached ({type(problem).__name__})", retry_after=again) from None
    except OddAnswer as problem:
        raise ForgeError(f"{about}: GitHub's answer is not what was asked for ({problem}): is api_url right?") from problem


def forge_error(problem: GithubException, about: str, again: float) -> ForgeError:
    """An answer that is not a success, as the kind of error that it is.

    Credentials that are not taken may be new and not known everywhere yet, or will be taken once somebody has set the key
    right; an installation that is suspended comes back.
    """
    status, said = problem.status, f"{message(problem)} ({about})"
    headers = _headers(problem)
    if is_limit(problem):
        return Unreachable(f"GitHub's rate limit is reached: {said}", retry_after=wait(problem))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        seconds = _seconds(headers.get("retry-after")) or again
        return Unreachable(f"GitHub failed with {status}: {said}", retry_after=seconds)
    if status in _GONE:
        return ChangeGone(f"GitHub says {status}: {said}")
    if status == HTTPStatus.UNAUTHORIZED:
        words = f"GitHub does not take our credentials: {said}. Are app id and private key right, and the clock?"
        return Forbidden(words, retry_after=again)
    if status == HTTPStatus.FORBIDDEN or "FORBIDDEN" in _graphql_types(problem):
        needed = headers.get("x-accepted-github-permissions", "")
        suspended = again if "suspended" in said else None
        return Forbidden(f"GitHub refuses: {said}" + (f" (needs {needed})" if needed else ""), retry_after=suspended)
    return ForgeError(f"GitHub says {status}: {said}")


def is_limit(problem: GithubException) -> bool:
    """Whether GitHub only asks to wait. It says so with 403, 429, 422 ("abuse", "too quickly") and in GraphQL errors."""
    said = message(problem).lower()
    headers = _headers(problem)
    if problem.status == HTTPStatus.TOO_MANY_REQUESTS or "RATE_LIMITED" in _graphql_types(problem):
        return True
    if problem.status == HTTPStatus.FORBIDDEN and ("retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"):
        return True
    limited = (HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.BAD_REQUEST)
    abused = problem.status == HTTPStatus.UNPROCESSABLE_ENTITY and "abuse" in said
    return abused or (problem.status in limited and any(words in said for words in _LIMITS))


def message(problem: GithubException) -> str:
    """What GitHub says went wrong, in one line."""
    data = problem.data if isinstance(problem.data, Mapping) else {}
    parts = [str(data["message"])] if data.get("message") else []
    errors = data.get("errors")
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, Mapping):
            parts.append(
                str(error.get("message") or " ".join(str(error.get(key, "")) for key in ("resource", "field", "code")))
            )
        else:
            parts.append(str(error))
    return "; ".join(" ".join(part.split()) for part in parts)[:500] or responses.get(problem.status, "no reason given")


def _graphql_types(problem: GithubException) -> set[str]:
    errors = problem.data.get("errors") if isinstance(problem.data, Mapping) else None
    return {str(error.get("type")) for error in errors if isinstance(error, Mapping)} if isinstance(errors, list) else set()


def _headers(problem: GithubException) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in (problem.headers or {}).items()}


def wait(problem: GithubException) -> float:
    """Seconds until a limit lets go. The reset is told by GitHub's clock, so it is GitHub's clock that it is held against."""
    headers = _headers(problem)
    stated = _seconds(headers.get("retry-after"))
    if stated is not None:
        return max(1.0, stated)
    reset = _seconds(headers.get("x-ratelimit-reset"))
    if reset is not None and headers.get("x-ratelimit-remaining") == "0":
        return max(1.0, reset - server_time(headers) + 1)
    return SECONDARY_LIMIT_SECONDS


def server_time(headers: Mapping[str, str]) -> float:
    """GitHub's clock, in seconds since 1970; ours where an answer does not say."""
    date = parsedate_tz(headers.get("date", ""))
    return float(mktime_tz(date)) if date else time.time()


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdecimal() else None
