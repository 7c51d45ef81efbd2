"""Which command was meant by a word that is none."""

from collections.abc import Iterable

FARTHEST = 2
"""Slips of the hand at most, and half as many in a short word: `/hold` is another bot's, and no `/help`."""
_SHORT = 4


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that `word` is a misspelling of; None where it resembles none, or two alike."""
    apart = sorted((distance(word, name), name) for name in names)
    close = [(slips, name) for slips, name in apart if slips <= (FARTHEST if min(len(word), len(name)) > _SHORT else 1)]
    if not close or (len(close) > 1 and close[0][0] == close[1][0]):
        return None
    return close[0][1]


def distance(one: str, other: str) -> int:
    """How many letters have to be put in, left out, changed, or swapped with their neighbour, to make `other` of `one`.

    https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance#Optimal_string_alignment_distance
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
