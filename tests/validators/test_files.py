"""What a person is told about changed paths that are no ordinary files, and about names that hurt."""

import pytest
from memory_changes import Files as Tree_
from memory_changes import findings, left_out, view

from validators.change import View
from validators.files import READ_BY_TOOLS, Files, printable
from validators.model import Problem, Severity
from validators.tree import Entry
from validators.trees.memory import MemoryTree, Submodule, Symlink
from validators.trees.reading import MAX_READ

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"


def found(files: Tree_, *touched: str) -> list[tuple[str, str, str]]:
    problems = Files().check(view(files, *touched)).problems
    return [(problem.location.path, problem.rule, problem.severity.value) for problem in problems]


def only(files: Tree_, *touched: str) -> Problem:
    (problem,) = Files().check(view(files, *touched)).problems
    return problem


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../etc/passwd", "../../..", "../link.yaml/../../x"])
def test_a_link_out_of_the_repository_is_an_error_and_never_followed(target: str) -> None:
    problem = only({"apps/a.yaml": Symlink(target)})
    assert (problem.rule, problem.severity) == ("file/link-outside", Severity.ERROR)
    assert target in problem.message


def test_a_link_through_another_one_that_leaves_is_an_error_on_both() -> None:
    files: Tree_ = {"apps/a.yaml": Symlink("../shared/b.yaml"), "shared": Symlink("/srv/shared")}
    assert [(path, rule) for path, rule, _ in found(files)] == [
        ("apps/a.yaml", "file/link-outside"),
        ("shared", "file/link-outside"),
    ]


def test_a_link_to_nothing_and_a_loop_of_links_are_warnings() -> None:
    files: Tree_ = {"a.yaml": Symlink("nothing.yaml"), "b": Symlink("c"), "c": Symlink("b")}
    assert found(files) == [(path, "file/link-dangling", "warning") for path in files]


def test_a_link_inside_the_repository_is_fine_and_told_as_not_checked() -> None:
    files: Tree_ = {"apps/a.yaml": Symlink("../base/a.yaml"), "base/a.yaml": "a: 1\n", "folder": Symlink("base")}
    assert found(files) == []
    assert [note.what for note in left_out(Files(), files)] == ["apps/a.yaml", "folder"]


def test_what_a_link_points_to_can_not_forge_lines_of_a_report() -> None:
    problem = only({"a.yaml": Symlink("/etc/\n::error::\x1b[31m")})
    assert "\n" not in problem.message
    assert "\x1b" not in problem.message


def test_a_submodule_is_told_and_not_fetched() -> None:
    files: Tree_ = {"vendor/charts": Submodule("0123456789abcdef0123456789abcdef01234567"), ".gitmodules": "[submodule]\n"}
    assert found(files) == [(path, "file/submodule", "info") for path in (".gitmodules", "vendor/charts")]
    assert [note.what for note in left_out(Files(), files)] == ["vendor/charts"]


def test_a_pointer_in_place_of_a_manifest_is_an_error() -> None:
    problem = only({"charts/web/values.yaml": POINTER})
    assert (problem.rule, problem.severity) == ("file/lfs-pointer", Severity.ERROR)
    assert "content is not available" in problem.message


def test_a_pointer_in_place_of_a_picture_is_only_left_out() -> None:
    files: Tree_ = {"docs/picture.png": POINTER}
    assert found(files) == []
    assert "content not available" in left_out(Files(), files)[0].why


@pytest.mark.parametrize("name", ["a\nb.yaml", "a\x1b[31m.yaml", "x.yaml\u202elmth.yaml", "a\u200b.yaml"])
def test_a_name_with_invisible_characters_is_a_warning_that_shows_them(name: str) -> None:
    problem = only({name: "a: 1\n"})
    assert (problem.rule, problem.severity) == ("file/name-control", Severity.WARNING)
    assert problem.message.isprintable()
    assert problem.location.path == name


def test_a_name_that_is_no_utf_8_is_a_warning_that_spells_its_bytes() -> None:
    name = b"caf\xe9.yaml".decode("utf-8", "surrogateescape")
    problem = only({name: "a: 1\n"})
    assert problem.rule == "file/name-encoding"
    assert "caf\\xe9.yaml" in problem.message
    problem.message.encode()


def test_names_that_differ_in_case_only_are_a_warning_on_the_changed_one() -> None:
    files: Tree_ = {"apps/Web.yaml": "a: 1\n", "apps/web.yaml": "a: 2\n", "README.md": "", "readme.md": ""}
    assert found(files, "apps/Web.yaml") == [("apps/Web.yaml", "file/name-case", "warning")]
    assert found(files, "README.md") == [("README.md", "file/name-case", "warning")]


def test_a_collision_that_was_there_is_existing() -> None:
    before = {"apps/Web.yaml": "a: 1\n", "apps/web.yaml": "a: 2\n"}
    (finding,) = findings(Files(), before, {**before, "apps/web.yaml": "a: 3\n"})
    assert finding.status == "existing"


@pytest.mark.parametrize("suffix", READ_BY_TOOLS)
def test_a_file_that_nobody_loads_is_an_error_told_from_its_size_alone(suffix: str) -> None:
    path = f"big{suffix}"
    huge = _Huge(path)
    look = Files().check(View(huge, huge, (path,)))
    assert [(problem.rule, problem.severity) for problem in look.problems] == [("file/too-large", Severity.ERROR)]
    assert [note.what for note in look.coverage.not_checked] == [path]


class _Huge(MemoryTree):
    """A tree with one file that is too large to be read; reading it fails the test."""

    def __init__(self, path: str) -> None:
        super().__init__({path: b""})

    def entry(self, path: str) -> Entry | None:
        entry = super().entry(path)
        return None if entry is None else Entry(entry.path, entry.kind, entry.blob, MAX_READ + 1)

    def read(self, entry: Entry) -> bytes:
        raise AssertionError(f"{entry.path} was read")


def test_ordinary_files_are_counted_and_nothing_is_said() -> None:
    look = Files().check(view({"apps/a.yaml": "a: 1\n", "b.md": "version https://git-lfs"}))
    assert (look.problems, look.coverage.files, look.coverage.not_checked) == ((), 2, ())


def test_printable_keeps_what_people_can_read() -> None:
    assert printable("apps/größe 値.yaml") == "apps/größe 値.yaml"
    assert printable("a\tb\u2028c") == "a\\tb\\u2028c"
