"""What GitHub's names look like. Nothing else is put into an address or handed to git."""

import re

REPOSITORY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}/(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,100}")
COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
DELIVERY = re.compile(r"[0-9A-Za-z-]{1,64}")
_NO_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|\.lock(?:/|\Z)|/\.|\A[-./]|[./]\Z")


def is_branch(name: str) -> bool:
    """Whether git would take `name` for a branch, and no program for an option: https://git-scm.com/docs/git-check-ref-format"""
    return 0 < len(name) <= 1024 and name != "@" and _NO_REF.search(name) is None  # noqa: PLR2004 - GitHub's own limit is lower
