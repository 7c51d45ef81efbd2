"""What Fairlead is compared with: the commands that a person or a CI job would run for the same change.

Each gets what favours it: the forge is on loopback, programs and schemas are at hand, and what it need not do is not timed.
"""

import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.generated import CONFIGURATION
from validators.programs import find
from validators.schema.core import core
from validators.schema.kubeconform import location, put_schema

YAMLLINT = Path(sys.executable).with_name("yamllint")
_KINDS = (("apps/v1", "Deployment"), ("v1", "ConfigMap"))


@dataclass(frozen=True, slots=True)
class Clone:
    """A bare clone that is kept, into which changes are fetched; `texts` is where the files of a change are put."""

    git_dir: Path
    texts: Path

    @classmethod
    def of(cls, remote: str, folder: Path) -> "Clone":
        """A fresh one in `folder`."""
        _run("git", "clone", "--quiet", "--bare", remote, folder / "clone")
        return cls(folder / "clone", folder / "texts")

    def fetch_and_lint(self, number: int, changed: Mapping[str, str]) -> float:
        """Seconds of `git fetch` of a pull request and of yamllint over its files, which lie there as if by magic."""
        _put(self.texts, {**changed, **CONFIGURATION})
        began = time.monotonic()
        _run("git", "--git-dir", self.git_dir, "fetch", "--quiet", "origin", f"+refs/pull/{number}/head:refs/pull/{number}")
        fetched = time.monotonic() - began
        began = time.monotonic()
        _lint(self.texts, changed)
        return fetched + time.monotonic() - began


def ci_job(remote: str, number: int, changed: Mapping[str, str], folder: Path, schemas: Path) -> float:
    """Seconds of what a CI job does: a clone of depth 1, a checkout, yamllint and kubeconform on the changed files."""
    place = folder / "job"
    began = time.monotonic()
    _run("git", "init", "--quiet", place)
    _run("git", "-C", place, "fetch", "--quiet", "--depth=1", "--no-tags", remote, f"refs/pull/{number}/head")
    _run("git", "-C", place, "checkout", "--quiet", "FETCH_HEAD")
    _lint(place, changed)
    _run(find("kubeconform"), "-strict", "-schema-location", location(schemas), *sorted(changed), folder=place)
    seconds = time.monotonic() - began
    shutil.rmtree(place)
    return seconds


def schemas(folder: Path) -> Path:
    """A folder with the schemas that kubeconform needs for made-up changes, so that it fetches nothing."""
    folder.mkdir()
    for api_version, kind in _KINDS:
        schema = core("1.31").kind(api_version, kind)
        if schema is None:
            raise LookupError(f"the catalogue has no {kind}")
        put_schema(folder, schema)
    return folder


def _lint(folder: Path, changed: Mapping[str, str]) -> None:
    _run(YAMLLINT, "--strict", *sorted(changed), folder=folder)


def _put(folder: Path, files: Mapping[str, str]) -> None:
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, "utf-8")


def _run(*words: str | Path, folder: Path | None = None) -> None:
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
