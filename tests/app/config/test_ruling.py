"""Which configuration a change is judged by, above all where the one at the base can't be read."""

from collections.abc import Mapping

import pytest
from memory_changes import changed

from app.config import PATH, BrokenConfiguration, Ruling, ruling
from app.config.ruling import BY_ITS_OWN
from validators.model import Verdict, VerdictState
from validators.settings import FailOn
from validators.trees.memory import Content, Symlink

BROKEN = {PATH: "version: 1\nfail_onn: error\n", "web.yaml": "a: 1\n"}
MENDED = "version: 1\nfail_on: never\n"
FIRST = "Mend `.fairlead.yaml` on a pull request of its own first: one that touches nothing else is judged by its own version."


def refused(before: Mapping[str, str | Content], after: Mapping[str, str | Content]) -> BrokenConfiguration:
    with pytest.raises(BrokenConfiguration) as broken:
        ruling(changed(before, after))
    return broken.value


def test_a_sound_base_judges_whatever_the_change_says() -> None:
    found = ruling(changed({PATH: "version: 1\n"}, {PATH: MENDED}))
    assert (found.mends, found.configuration.fail_on) == (False, FailOn.ERROR)


@pytest.mark.parametrize(
    "base",
    ["version: 1\nfail_onn: error\n", "version: [\n", "", "version: 1\nkubernetes_version: '1.99'\n", Symlink("web.yaml")],
    ids=["unknown key", "no YAML", "empty", "version without schemas", "link"],
)
def test_a_change_that_does_nothing_but_mend_the_base_is_judged_by_its_own(base: str | Content) -> None:
    found = ruling(changed({**BROKEN, PATH: base}, {**BROKEN, PATH: MENDED}))
    assert (found.mends, found.configuration.fail_on) == (True, FailOn.NEVER)


def test_a_change_of_something_else_waits_until_the_base_is_mended() -> None:
    broken = refused(BROKEN, {**BROKEN, "web.yaml": "a: 2\n"})
    assert broken.remedy == FIRST
    assert [problem.location.line for problem in broken.problems] == [2]


@pytest.mark.parametrize(
    ("others", "names"),
    [
        ({"web.yaml": "a: 2\n"}, "`web.yaml`"),
        ({".yamllint": "rules: {}\n"}, "`.yamllint`"),
        ({f"{name}.yaml": "a: 2\n" for name in "abcde"}, "`a.yaml`, `b.yaml`, `c.yaml` and 2 more files"),
    ],
)
def test_nothing_is_smuggled_in_beside_the_mended_file(others: dict[str, str], names: str) -> None:
    assert refused(BROKEN, {**BROKEN, PATH: MENDED, **others}).remedy == f"This change touches {names} as well. {FIRST}"


def test_a_file_that_becomes_the_configuration_is_touched_too() -> None:
    broken = refused({"mild.yaml": MENDED, **BROKEN}, {**BROKEN, PATH: MENDED})
    assert broken.remedy.startswith("This change touches `mild.yaml` as well.")


def test_removing_a_file_beside_it_is_touching_it() -> None:
    assert refused(BROKEN, {PATH: MENDED}).remedy.startswith("This change touches `web.yaml` as well.")


def test_removing_the_configuration_does_not_mend_it() -> None:
    broken = refused(BROKEN, {"web.yaml": "a: 1\n"})
    assert broken.remedy == "Removing it does not mend it: `version: 1` in `.fairlead.yaml` asks for the defaults."


def test_a_change_that_breaks_it_otherwise_is_told_how() -> None:
    broken = refused(BROKEN, {**BROKEN, PATH: "version: 1\nfail_on: mild\nx: 1\n"})
    assert broken.remedy.startswith("The version of this change can't be read either: line 2: `fail_on` can't be `mild`")
    assert broken.remedy.endswith("There is 1 more.")
    assert "fail_onn" in broken.problems[0].message


def test_a_success_by_its_own_configuration_says_so_in_the_headline() -> None:
    sound = ruling(changed({}, {})).configuration
    passed, failed = Verdict(VerdictState.SUCCESS, "Ready to merge"), Verdict(VerdictState.FAILURE, "1 error blocks the merge")
    assert Ruling(sound, mends=True).answer(passed).headline == BY_ITS_OWN
    assert Ruling(sound, mends=True).answer(failed) == failed
    assert Ruling(sound, mends=False).answer(passed) == passed
