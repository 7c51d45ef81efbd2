"""The hidden first lines by which our own comments are found again. Who wrote one is asked besides: text proves nothing."""

import re

_SUMMARY = re.compile(r"\s*<!-- fairlead:summary [^>]*-->")
_FINDING = re.compile(r"\s*<!-- fairlead:finding (?P<key>[^\s>]+) -->")
_REPLY = re.compile(r"\s*<!-- fairlead:reply (?P<comment>[^\s>]+) -->")


def is_summary(body: str) -> bool:
    """Whether a comment begins as a summary does, of this version or another."""
    return _SUMMARY.match(body) is not None


def as_summary(body: str) -> str:
    """`body`, beginning with the marker of a summary."""
    return body if is_summary(body) else f"<!-- fairlead:summary v1 -->\n{body}"


def finding_key(body: str) -> str:
    """The key of the finding that a review comment begins with; "" without one."""
    found = _FINDING.match(body)
    return found["key"] if found else ""


def keyed(key: str, body: str) -> str:
    """`body`, beginning with the marker of `key`."""
    return body if finding_key(body) == key else f"<!-- fairlead:finding {key} -->\n{body}"


def reply_to(body: str) -> str:
    """The id of the comment that a comment of ours answers; "" when it answers none."""
    found = _REPLY.match(body)
    return found["comment"] if found else ""


def as_reply(comment: str, body: str) -> str:
    """`body`, beginning with the marker that says which comment it answers."""
    return f"<!-- fairlead:reply {comment} -->\n{body}"
