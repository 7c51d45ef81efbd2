"""When a CronJob runs, held against the rules of robfig/cron v3, which Kubernetes reads schedules with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manifest_stage import found_in, look_at, only_one

from validators.schema.cron import FIELDS, Unreadable, read

CRON_JOB = """\
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: export}
    spec:
      schedule: %s
      jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b:1}]}}}}
"""
ZONED = CRON_JOB.replace("  schedule:", "  timeZone: %s\n      schedule:")
NUMBERS = [str(number) for number in (-1, *range(62), 99, 10**20)]


def readable(schedule: str) -> bool:
    try:
        read(schedule)
    except Unreadable:
        return False
    return True


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("0 3 * *", "it has 4 of the five fields"),
        ("0 3 * * * *", "it has 6 fields"),
        ("60 3 * * *", "the minute goes from 0 to 59, and not to 60"),
        ("0 24 * * *", "the hour goes from 0 to 23, and not to 24"),
        ("0 0 0 * *", "the day of the month goes from 1 to 31"),
        ("0 0 * 13 *", "the month goes from 1 to 12, and not to 13"),
        ("0 0 * * 7", "the weekday goes from 0 to 6, and not to 7"),
        ("0 0 * * fri-mon", "`fri-mon` ends before it begins"),
        ("0 3 * * mo", "`mo` is not a weekday"),
        ("0 3 ** * *", "`**` is not a day of the month"),
        ("*/x * * * *", "`x` is not a step"),
        ("*/0 * * * *", "the step of `*/0` is zero"),
        ("1-2-3 * * * *", "`1-2-3` has too many hyphens"),
        ("1/2/3 * * * *", "`1/2/3` has too many slashes"),
        ("@dayly", "`@dayly` is none of the words that cron knows"),
        ("@every day", "`day` is no period such as `1h30m`"),
        ("", "it has 0 of the five fields"),
    ],
)
def test_a_schedule_that_cron_can_not_read_says_what_it_stumbles_at(schedule: str, words: str) -> None:
    problem = only_one(CRON_JOB % f'"{schedule}"  # <- schema/schedule')
    assert problem.message.startswith(f"`spec.schedule` can't be read: {words}; it should be five fields (minute, ")


@pytest.mark.parametrize(
    "schedule",
    [
        "*/5 * * * *",
        "0 8-18 * * MON-FRI",
        "@daily",
        "@every 1h30m",
        "0 0 1 jan *",
        "05 03 1,15 */2 ?",
        "1-59/2 * * * 0",
        "0  3\\t* * *",
        "0,,1 * * * *",
        "+5 * * * *",
    ],
)
def test_a_schedule_that_cron_reads_passes(schedule: str) -> None:
    assert found_in(CRON_JOB % f'"{schedule}"') == []


@pytest.mark.parametrize(
    "schedule", ["@Daily", "@daily ", " @daily", "@every  5m", "@every 5", "@every 1d", "TZ=UTC", "5- * * * *"]
)
def test_what_looks_like_a_schedule_and_is_none_is_refused(schedule: str) -> None:
    assert not readable(schedule)


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(str)


def parts(position: int) -> st.SearchStrategy[str]:
    """A value, a range or a star of one of the five fields, each with or without a step."""
    kind = FIELDS[position]
    pairs = st.tuples(st.integers(kind.lowest, kind.highest), st.integers(kind.lowest, kind.highest)).map(sorted)
    names = st.sampled_from([*kind.names, *(name.upper() for name in kind.names)] or ["*"])
    values = st.one_of(
        st.sampled_from("*?"), names, numbers(kind.lowest, kind.highest), pairs.map(lambda pair: f"{pair[0]}-{pair[1]}")
    )
    return st.tuples(values, st.one_of(st.just(""), numbers(1, 100).map("/{}".format))).map("".join)


def fields(position: int) -> st.SearchStrategy[str]:
    return st.lists(parts(position), min_size=1, max_size=3).map(",".join)


SOUND = st.tuples(*map(fields, range(5)))


@given(SOUND, st.sampled_from([" ", "  ", "\t", "\u00a0"]))
def test_every_schedule_made_by_the_rules_is_read(schedule: tuple[str, ...], space: str) -> None:
    read(space.join(schedule))


@given(SOUND, st.integers(0, 4), st.data())
def test_one_wrong_field_makes_the_whole_schedule_unreadable(
    schedule: tuple[str, ...], position: int, data: st.DataObject
) -> None:
    kind = FIELDS[position]
    outside = [number for number in NUMBERS if not kind.lowest <= int(number) <= kind.highest]
    falling = st.tuples(st.integers(kind.lowest, kind.highest), st.integers(kind.lowest, kind.highest)).filter(
        lambda pair: pair[0] > pair[1]
    )
    wrong = data.draw(
        st.one_of(
            st.sampled_from(outside),
            st.sampled_from(outside).map(f"{kind.lowest}-{{}}".format),
            falling.map(lambda pair: f"{pair[0]}-{pair[1]}"),
            st.sampled_from(["*/0", "*/-1", "x", "1.5", "**", "1-2-3", "*/2/2", "L", "1#2", "W", "-"]),
        )
    )
    beside = data.draw(fields(position))
    broken = [*schedule[:position], f"{beside},{wrong}", *schedule[position + 1 :]]
    assert not readable(" ".join(broken))


@given(SOUND, st.integers(0, 5))
def test_nothing_but_five_fields_is_a_schedule(schedule: tuple[str, ...], more: int) -> None:
    assert not readable(" ".join(schedule[:more] if more < 5 else (*schedule, "*")))


@given(st.lists(st.tuples(numbers(0, 999), st.sampled_from(["h", "m", "s", "ms", "us", "ns"])), min_size=1, max_size=4))
def test_a_period_is_any_row_of_numbers_with_units(pairs: list[tuple[str, str]]) -> None:
    period = "".join(number + unit for number, unit in pairs)
    read(f"@every {period}")
    assert not readable(f"@every {period}7")


@given(st.text())
def test_no_text_is_a_crash(schedule: str) -> None:
    readable(schedule)
    readable(f"@every {schedule}")
    readable(f"{schedule} * * * *")


@pytest.mark.parametrize("schedule", ["TZ=Europe/Berlin 0 3 * * *", "CRON_TZ=UTC @weekly"])
def test_a_zone_in_the_schedule_is_refused_since_1_29(schedule: str) -> None:
    problem = only_one(CRON_JOB % f'"{schedule}"  # <- schema/schedule')
    assert problem.message == "`spec.schedule` may not name a time zone; it belongs in `spec.timeZone`."


def test_a_zone_in_the_schedule_is_read_by_older_releases() -> None:
    text = CRON_JOB % '"TZ=Europe/Berlin 0 3 * * *"'
    assert look_at({"cron.yaml": text}, release="1.28").problems == ()
    beside = ZONED % ("UTC", '"TZ=Europe/Berlin 0 3 * * *"')
    assert len(look_at({"cron.yaml": beside}, release="1.28").problems) == 1


@pytest.mark.parametrize("zone", ['""', "Local", "local"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    text = ZONED % (f"{zone}  # <- schema/schedule", '"0 3 * * *"')
    assert "the name of a time zone such as `Europe/Berlin`" in only_one(text).message


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Etc/UTC", "null"])
def test_a_sound_zone_passes(zone: str) -> None:
    assert found_in(ZONED % (zone, '"0 3 * * *"')) == []


def test_schedules_of_other_kinds_are_their_own_business() -> None:
    text = "apiVersion: velero.io/v1\nkind: Schedule\nmetadata: {name: a}\nspec: {schedule: nightly}\n"
    assert found_in(text) == []


def test_a_schedule_that_flux_fills_in_is_not_judged() -> None:
    flux = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: shop, namespace: flux-system}
spec:
  interval: 5m
  path: ./apps
  prune: true
  sourceRef: {kind: GitRepository, name: shop}
  postBuild: {substitute: {schedule: "@daily"}}
"""
    look = look_at({"apps/cron.yaml": CRON_JOB % '"${schedule}"', "flux.yaml": flux})
    assert look.problems == ()
    assert any("${...}" in note.why for note in look.coverage.not_checked)
