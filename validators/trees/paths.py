"""Paths inside a tree, as text and as git's bytes."""


def encoded(path: str) -> bytes:
    """The bytes git stores for a path; the sort key of every walk."""
    return path.encode("utf-8", "surrogateescape")


def decoded(raw: bytes) -> str:
    """A path as text; bytes that are not UTF-8 become lone surrogates and come back unharmed through `encoded`."""
    return raw.decode("utf-8", "surrogateescape")


def ordered(paths: list[str]) -> list[str]:
    """Paths in git's order, which is that of their bytes."""
    return sorted(paths, key=encoded)


def below(path: str, folder: str) -> bool:
    """Whether `path` lies under `folder`; "" is the root."""
    return not folder or path.startswith(folder + "/")
