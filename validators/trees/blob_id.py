"""Git's ids of contents: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects."""

import hashlib

OBJECT_FORMATS = ("sha1", "sha256")


def blob_id(content: bytes, object_format: str = "sha1") -> str:
    """The id that git gives a file (or the target text of a symbolic link) with this content."""
    return hashlib.new(object_format, b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
