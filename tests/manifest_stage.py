"""A small language for manifests with defects: a comment `# <- rule` marks the line on which a rule must find something."""

import re
import textwrap
from collections.abc import Mapping

from validators.change import View
from validators.model import Look, Problem
from validators.schema import Schema
from validators.settings import CheckSettings
from validators.trees.memory import MemoryTree

RELEASE = "1.31"
_MARK = re.compile(r"# <- (?P<rules>[a-z0-9/, -]+)$", re.MULTILINE)


def look_at(files: Mapping[str, str | bytes], *paths: str, release: str = RELEASE, folder: str | None = None) -> Look:
    """What the validator sees of these files, or of those at `paths`."""
    tree = MemoryTree({path: text.encode() if isinstance(text, str) else text for path, text in files.items()})
    settings = CheckSettings(kubernetes_version=release, schema_folder=folder)
    return Schema().check(View(tree, tree, tuple(sorted(paths or files)), settings=settings))


def found_in(text: str, *, beside: Mapping[str, str] | None = None, release: str = RELEASE) -> list[Problem]:
    """The problems of the manifest, which must be those that its marks announce, each on its line."""
    text = textwrap.dedent(text)
    problems = list(look_at({"web.yaml": text, **(beside or {})}, "web.yaml", release=release).problems)
    marked = [
        (number, rule.strip())
        for number, line in enumerate(text.split("\n"), 1)
        for mark in _MARK.finditer(line)
        for rule in mark["rules"].split(",")
    ]
    found = sorted((problem.location.line or 0, problem.rule) for problem in problems)
    assert found == sorted(marked), [problem.message for problem in problems]
    return problems


def only_one(text: str, *, beside: Mapping[str, str] | None = None, release: str = RELEASE) -> Problem:
    """The one problem that the manifest's mark announces."""
    (problem,) = found_in(text, beside=beside, release=release)
    return problem
