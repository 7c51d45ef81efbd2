"""What a program says about its input, as it may be shown: short, on one line, without the texts that it quotes at length."""

import re

from validators.rendering.model import Confidence, Origin
from validators.words import shortened

LONGEST = 300
_QUOTED_BLOCK = re.compile(r"`[^`]*\n[^`]*`|(?<=patch from )\[.*|\[[^\[\]]*[\n\"][^\[\]]*\]", re.DOTALL)
_ON_THE_WAY = re.compile(
    r"(?:accumulating (?:resources|components): |accumulat(?:ion err='|eDirectory: \\*\")"
    r"|recursed accumulation of path '[^']*': "
    r"|accumulating resources from '[^']*': '[^']*' must resolve to a file': )+(?=\S)"
)
"""What kustomize says of each folder on the way to the one where the trouble is."""

_LINE = re.compile(r"yaml: line (\d+)")
_ADVICE = re.compile(r"\s*Use --debug flag to render out invalid YAML\s*")


def quoted(text: str) -> str:
    """The complaint as it is shown: what it quotes of files, which may be confidential, is left out."""
    plain = _QUOTED_BLOCK.sub("…", _ON_THE_WAY.sub("", _ADVICE.sub("", text)))
    return shortened(plain, LONGEST).rstrip('."') + "."


def named_place(text: str, path: str) -> Origin | None:
    """The line that a YAML parser's complaint about the file at `path` names; None when it names none."""
    found = _LINE.search(text)
    return Origin(path, max(int(found[1]), 1), Confidence.FILE) if found else None
