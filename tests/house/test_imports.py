"""Imports point down only, and each library has its door: the contracts of pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def test_the_contracts_of_the_packages_hold() -> None:
    done = subprocess.run([LINT_IMPORTS, "--no-logo"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
