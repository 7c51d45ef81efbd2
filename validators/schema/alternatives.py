"""An anyOf or oneOf that no alternative of fits says little: which alternative was meant, and what is wrong with that one?"""

from collections.abc import Iterator
from dataclasses import replace

from validators.documents import Value
from validators.schema.model import Mismatch
from validators.schema.strict import constraint_of
from validators.schema.wording import value_at

_JUNCTORS = ("anyOf", "oneOf")


def folded(mismatch: Mismatch, value: Value) -> Iterator[Mismatch]:
    """The mismatches that matter: those of the one alternative that can be meant, or one that names all types allowed.

    `value` is the whole object. A constraint of ours is one thing, whatever its alternatives.
    """
    if mismatch.keyword not in _JUNCTORS or not mismatch.branches or constraint_of(mismatch) is not None:
        yield mismatch
        return
    types = [_only_type(branch, mismatch) for branch in mismatch.branches]
    if all(types):
        yield replace(mismatch, keyword="type", expected=[name for group in types for name in group or ()], branches=())
        return
    meant = [branch for branch, only in zip(mismatch.branches, types, strict=True) if not only]
    fitting = [branch for branch in meant if not _wrong_at_once(branch, mismatch)]
    candidates = fitting or meant
    if len(candidates) == 1:
        for part in candidates[0]:
            yield from folded(part, value)
    elif all(part.keyword == "required" for branch in candidates for part in branch):
        yield replace(mismatch, branches=tuple(candidates))
    else:
        yield from _deepest(mismatch, candidates, value)


def _only_type(branch: tuple[Mismatch, ...], whole: Mismatch) -> list[str] | None:
    """The types that the alternative asks for, if that is all that is wrong with it."""
    if len(branch) != 1 or branch[0].keyword != "type" or branch[0].path != whole.path:
        return None
    expected = branch[0].expected
    return [str(name) for name in (expected if isinstance(expected, list) else [expected])]


def _wrong_at_once(branch: tuple[Mismatch, ...], whole: Mismatch) -> bool:
    return any(part.keyword == "type" and part.path == whole.path for part in branch)


def _deepest(mismatch: Mismatch, candidates: list[tuple[Mismatch, ...]], value: Value) -> Iterator[Mismatch]:
    """The one alternative that got furthest into the value, else the mismatch as a whole."""
    present = value_at(value, mismatch.path)
    ranked = sorted(candidates, key=len)
    unlike = len(ranked) > 1 and len(ranked[0]) < len(ranked[1])
    if unlike and isinstance(present, dict) and all(len(part.path) > len(mismatch.path) for part in ranked[0]):
        for part in ranked[0]:
            yield from folded(part, value)
    else:
        yield mismatch
