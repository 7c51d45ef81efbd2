"""What users install holds everything that the program needs, and starts."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("app", "validators")

pytestmark = pytest.mark.slow


def pip(*words: str, folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", *words, "--quiet", "--no-deps", "--no-index"], cwd=folder, check=True)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the wheel is made of."""
    folder = tmp_path_factory.mktemp("sources")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def files(sources: Path) -> list[Path]:
    """All files of the packages, relative to their folder; listed before building, which leaves some of its own."""
    found = (path for name in PACKAGES for path in (sources / name).rglob("*"))
    return [path.relative_to(sources) for path in found if path.is_file()]


@pytest.fixture(scope="module")
def wheel(sources: Path, files: list[Path]) -> Path:
    """The wheel, built without a network."""
    assert files
    pip("wheel", "--no-build-isolation", "--wheel-dir", "dist", ".", folder=sources)
    (built,) = (sources / "dist").glob("fairlead-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel unpacked by pip; its dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--target", str(folder), str(wheel), folder=folder)
    return folder


def test_it_holds_every_file_of_the_packages_and_nothing_else(wheel: Path, files: list[Path]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = {path.as_posix() for path in files}
    assert (sorted(wanted - held), sorted(held - wanted)) == ([], [])


@pytest.mark.parametrize(
    "name",
    [
        "app/web/templates/base.html",
        "app/web/static/fairlead.css",
        "app/store/migrations/script.py.mako",
        "app/store/migrations/versions/m0001_first_tables.py",
        "app/demo/sample/main/.fairlead.yaml",
        "app/demo/sample/main/charts/checkout/templates/deployment.yaml",
        "app/devforge/pages/templates/pull.html",
        "validators/schema/data/core.json.xz",
    ],
)
def test_it_holds_what_is_no_code_byte_for_byte(installed: Path, sources: Path, name: str) -> None:
    assert (installed / name).read_bytes() == (sources / name).read_bytes()


def test_what_is_executable_stays_so(installed: Path, sources: Path, files: list[Path]) -> None:
    executable = [path for path in files if (sources / path).stat().st_mode & 0o111]
    assert [path for path in executable if not (installed / path).stat().st_mode & 0o111] == []


def test_it_starts_far_from_its_sources(installed: Path, tmp_path: Path) -> None:
    def python(*words: str) -> str:
        environment = {"PYTHONPATH": str(installed), "PATH": ""}
        return subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout

    fairlead = str(installed / "bin" / "fairlead")
    assert python("-c", "import app; print(app.__file__)").startswith(str(installed))
    assert "Judge a change" in python(fairlead, "--help")
    assert "The file is not YAML" in python(fairlead, "rules", "yaml/syntax")
