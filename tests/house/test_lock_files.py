"""What is installed is pinned: every package by version and hash, from whichever registry a machine uses."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^(?P<name>[a-z0-9._-]+(\[[a-z0-9,._-]+\])?)==(?P<version>[^\s;]+)( ; [^\\]+)? \\$", re.IGNORECASE)


def requirements(lock: str) -> list[str]:
    """Each requirement with its continuation lines, without the comments."""
    text = "\n".join(line for line in (ROOT / lock).read_text("utf-8").splitlines() if not line.lstrip().startswith("#"))
    return [each for each in re.split(r"\n(?=\S)", text) if each.strip()]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_a_version_and_hashes(lock: str) -> None:
    packages = requirements(lock)
    assert len(packages) > 20
    for package in packages:
        first, *rest = package.splitlines()
        assert PINNED.match(first), first
        assert rest
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in rest), first


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_names_a_registry(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|--trusted-host)\b", text, re.MULTILINE)


def test_users_get_what_the_tests_ran_with() -> None:
    def pins(lock: str) -> dict[str, str]:
        found = (PINNED.match(package.splitlines()[0]) for package in requirements(lock))
        return {match["name"]: match["version"] for match in found if match}

    ours = pins("requirements.lock")
    tested = pins("requirements-dev.lock")
    assert {name: version for name, version in ours.items() if tested.get(name) != version} == {}
