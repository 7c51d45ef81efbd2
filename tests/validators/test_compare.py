"""New, existing or fixed: what a person is told about the same defect as files move and grow."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from validators.change import ChangedFile, FileAction
from validators.compare import Ground, compare, ground
from validators.model import Finding, FindingStatus, Location, Problem, ResourceId, Severity


def defect(
    about: str = "replicaz", line: int = 3, path: str = "web.yaml", unit: str | None = None, name: str = "web"
) -> Problem:
    resource = ResourceId("apps/v1", "Deployment", "", name)
    return Problem(
        "schema/unknown-field", Severity.ERROR, "no such field", Location(path, line), about, resource=resource, unit=unit
    )


def told(findings: Iterable[Finding]) -> list[tuple[str, str, int | None]]:
    return [(finding.status.value, finding.location.path, finding.location.line) for finding in findings]


def test_a_defect_that_the_change_brings_is_new() -> None:
    assert told(compare([defect()], [], Ground())) == [("new", "web.yaml", 3)]


def test_a_defect_that_moved_to_another_line_is_existing_and_keeps_its_fingerprint() -> None:
    moved = compare([defect(line=9)], [defect(line=3)], Ground())
    assert told(moved) == [("existing", "web.yaml", 9)]
    assert moved[0].fingerprint == compare([defect(line=3)], [], Ground())[0].fingerprint


def test_a_mended_defect_is_fixed_and_has_no_line() -> None:
    assert told(compare([], [defect()], Ground())) == [("fixed", "web.yaml", None)]


def test_a_second_equal_defect_is_new_where_the_change_wrote_it() -> None:
    on = Ground(written={"web.yaml": frozenset({3})})
    assert told(compare([defect(line=3), defect(line=9)], [defect(line=5)], on)) == [
        ("new", "web.yaml", 3),
        ("existing", "web.yaml", 9),
    ]


def test_another_unit_of_the_same_base_is_the_new_one() -> None:
    found = compare([defect(unit="a"), defect(unit="b"), defect(unit="c")], [defect(unit="a"), defect(unit="c")], Ground())
    assert {finding.unit for finding in found if finding.status is FindingStatus.NEW} == {"b"}


def test_one_of_two_equal_defects_mended() -> None:
    assert told(compare([defect(line=3)], [defect(line=3), defect(line=5)], Ground())) == [
        ("fixed", "web.yaml", None),
        ("existing", "web.yaml", 3),
    ]


def test_a_renamed_file_brings_its_defects_along() -> None:
    files = (ChangedFile("new.yaml", "old.yaml", FileAction.RENAMED),)
    assert told(compare([defect(path="new.yaml")], [defect(path="old.yaml")], ground(files))) == [("existing", "new.yaml", 3)]


def test_a_defect_mended_in_a_renamed_file_is_fixed_there() -> None:
    files = (ChangedFile("new.yaml", "old.yaml", FileAction.RENAMED),)
    assert told(compare([], [defect(path="old.yaml")], ground(files))) == [("fixed", "new.yaml", None)]


def test_a_resource_that_moved_to_another_file_brings_its_defects_along() -> None:
    assert told(compare([defect(path="new.yaml")], [defect(path="old.yaml")], Ground())) == [("existing", "new.yaml", 3)]


def test_a_resource_of_the_same_name_that_stayed_has_its_own_defects() -> None:
    assert told(compare([defect(path="a.yaml"), defect(path="b.yaml")], [defect(path="a.yaml")], Ground())) == [
        ("existing", "a.yaml", 3),
        ("new", "b.yaml", 3),
    ]


def test_a_defect_of_a_file_does_not_move_to_another() -> None:
    def of_file(path: str) -> Problem:
        return Problem("yaml/syntax", Severity.ERROR, "no YAML", Location(path, 3), "tab")

    assert told(compare([of_file("new.yaml")], [of_file("old.yaml")], Ground())) == [
        ("new", "new.yaml", 3),
        ("fixed", "old.yaml", None),
    ]


def test_the_same_field_of_another_resource_is_another_defect() -> None:
    assert told(compare([defect(name="api")], [defect(name="web")], Ground())) == [
        ("fixed", "web.yaml", None),
        ("new", "web.yaml", 3),
    ]


problems = st.lists(
    st.builds(defect, about=st.sampled_from("ab"), line=st.integers(1, 5), path=st.sampled_from(["x.yaml", "y.yaml"])),
    max_size=6,
)


@given(problems, problems)
def test_nothing_is_lost_and_nothing_is_told_twice(found: list[Problem], before: list[Problem]) -> None:
    findings = compare(found, before, Ground())
    present = [finding for finding in findings if finding.status is not FindingStatus.FIXED]
    assert sorted(finding.location.line or 0 for finding in present) == sorted(problem.location.line or 0 for problem in found)
    assert sum(finding.status is not FindingStatus.NEW for finding in findings) == len(before)
    assert len({finding.fingerprint for finding in findings}) == len(findings)


@given(problems)
def test_a_change_that_changes_nothing_brings_nothing_about(found: list[Problem]) -> None:
    assert {finding.status for finding in compare(found, found, Ground())} <= {FindingStatus.EXISTING}
