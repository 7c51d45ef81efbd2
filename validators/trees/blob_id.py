"""Git's ids of contents: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects."""

import hashlib
from collections.abc import Iterable


def blob_id(content: bytes, object_format: str = "sha1") -> str:
    """The id that git gives a file (or the target text of a symbolic link) with this content."""
    return blob_id_of_chunks([content], len(content), object_format)


def blob_id_of_chunks(chunks: Iterable[bytes], size: int, object_format: str = "sha1") -> str:
    """As `blob_id`, of content that comes in pieces, `size` bytes in all. `object_format` is sha1 or sha256."""
    digest = hashlib.new(object_format, b"blob %d\0" % size, usedforsecurity=False)
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
