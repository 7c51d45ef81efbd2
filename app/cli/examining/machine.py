"""What this machine has: how well it shuts foreign programs in, and which of them are there."""

from collections.abc import Iterator, Mapping

from app.examined import Line, Section, missing, note, well
from validators.breakout import probe
from validators.change import ToolFailed, ToolMissing
from validators.programs import TOOLS_FOLDER, Found, Program, find, look_for_all

_TIER_A = "Install bubblewrap and allow user namespaces for tier A"
_GO = "its release page has it ready to run, for PATH"
_HOW: Mapping[str, str] = {
    "git": "apt-get install git, dnf install git, or https://git-scm.com/downloads",
    "bwrap": "apt-get install bubblewrap, or dnf install bubblewrap",
    "kubeconform": f"https://github.com/yannh/kubeconform/releases/tag/v{{version}}: {_GO}",
    "kustomize": f"https://github.com/kubernetes-sigs/kustomize/releases/tag/kustomize%2Fv{{version}}: {_GO}",
    "helm": f"https://github.com/helm/helm/releases/tag/v{{version}}: {_GO}",
    "conftest": f"https://github.com/open-policy-agent/conftest/releases/tag/v{{version}}: {_GO}",
}
"""How whoever installed Fairlead with pip comes by each program."""
_FROM_SOURCES = frozenset({"kubeconform", "kustomize", "helm"})
"""What `make tools` provides in a clone of the project."""


def isolation() -> Section:
    """Found by trying to break out."""
    return Section("Isolation of foreign programs, found by trying to break out", tuple(_isolation()))


def programs() -> Section:
    """Each program that a check needs."""
    return Section("Programs", tuple(_program(program, one) for program, one in look_for_all()))


def _isolation() -> Iterator[Line]:
    try:
        probed = probe()
    except ToolFailed as failure:
        yield note("isolation", str(failure))
        return
    said = f"tier {probed.tier}, {probed.method}: {probed.promise}"
    yield well("isolation", said) if probed.tier == "A" else note("isolation", said, _TIER_A)
    for attempt in probed.attempts:
        yield (well if attempt.held else note)(f"attempt to {attempt.name}", attempt.words)


def _program(program: Program, one: object) -> Line:
    if isinstance(one, Found):
        other = "" if one.version == program.version or not program.version else f", made for {program.version}"
        return well(program.name, f"{one.version}{other}: {one.path}")
    why = _why(program)
    if program.needed_always:
        return missing(program.name, f"{why}: {program.needed_for}", _how(program))
    return note(program.name, f"{why}. Without it: {program.needed_for}", _how(program))


def _why(program: Program) -> str:
    """Not there, or there and of no use."""
    try:
        return f"{find(program.name)} does not start"
    except ToolMissing:
        return "not installed"


def _how(program: Program) -> str:
    if program.name in _FROM_SOURCES and (TOOLS_FOLDER.parents[1] / "Makefile").exists():
        return "make tools"
    return _HOW.get(program.name, "put it on PATH").format(version=program.version)
