"""The rows of a difference: which fields, in whose words, and what is no difference at all."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.documents import read
from validators.dry_run.difference import differences
from validators.dry_run.quantities import amount


def rows(before: str, after: str) -> list[tuple[str, str | None, str | None]]:
    """The differences between two texts of YAML."""
    values = [(read("a.yaml", text.encode()).documents or [None])[0] for text in (before, after)]
    left, right = (None if value is None else value.value for value in values)
    return [(row.path, row.before, row.after) for row in differences(left, right)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a: 1", "a: 2", [("a", "1", "2")]),
        ("a: {b: {c: x}}", "a: {b: {c: z}}", [("a.b.c", "x", "z")]),
        ("a: 80", "a: '80'", [("a", "80", '"80"')]),
        ("a: true", "a: 1", [("a", "true", "1")]),
        ("a: x", "a: ''", [("a", "x", '""')]),
        ("a: 1", "b: 1", [("a", "1", None), ("b", None, "1")]),
        ("a: null", "b: 1", [("b", None, "1")]),
        ("a: [x, z]", "a: [z, x]", [("a", "[x, z]", "[z, x]")]),
        ("annotations: {a.b/c: x}", "annotations: {a.b/c: z}", [('annotations["a.b/c"]', "x", "z")]),
        ("emptyDir: {}", "x: {}", [("emptyDir", "{}", None), ("x", None, "{}")]),
        ("a: {b: 1, c: 2, d: 3, e: 4}", "x: 1", [("a", "4 fields", None), ("x", None, "1")]),
    ],
)
def test_a_row_has_the_path_and_both_values(
    before: str, after: str, expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert rows(before, after) == expected


@pytest.mark.parametrize(
    ("field", "before", "after", "path"),
    [
        (
            "containers",
            "[{name: web, image: a}, {name: log, image: b}]",
            "[{name: log, image: b}, {name: web, image: c}]",
            "containers[web].image",
        ),
        ("env", "[{name: A, value: x}]", "[{name: A, value: y}]", "env[A].value"),
        ("env", "[]", "[{name: A, value: y}]", "env[A].value"),
        ("volumes", "[{name: d, emptyDir: {}}]", "[{name: d, emptyDir: {medium: Memory}}]", "volumes[d].emptyDir.medium"),
        ("volumeMounts", "[{mountPath: /a, name: x}]", "[{mountPath: /a, name: y}]", "volumeMounts[/a].name"),
        ("ports", "[{containerPort: 80, name: x}]", "[{containerPort: 80, name: y}]", "ports[80].name"),
        (
            "ports",
            "[{port: 53, protocol: UDP}, {port: 53}]",
            "[{port: 53}, {port: 53, protocol: UDP, name: d}]",
            "ports[53/UDP].name",
        ),
        (
            "volumeClaimTemplates",
            "[{metadata: {name: d}, spec: {a: 1}}]",
            "[{metadata: {name: d}, spec: {a: 2}}]",
            "volumeClaimTemplates[d].spec.a",
        ),
        ("ports", "[{port: 80, name: h}, {port: 81}]", "[{port: 81}, {port: 90, name: h}]", "ports[h].port"),
        ("versions", "[{name: v1, served: true}]", "[{name: v1, served: false}]", "versions[v1].served"),
        ("rules", "[{host: a}, {host: b}]", "[{host: x}, {host: a}, {host: b}]", "rules[0].host"),
        ("rules", "[{host: a}, {host: b}]", "[{host: a}, {host: c}]", "rules[1].host"),
        ("initContainers", "[{name: a}, {name: b}]", "[{name: b}, {name: a}]", "initContainers (order)"),
    ],
)
def test_items_of_lists_are_matched_as_kubernetes_does(field: str, before: str, after: str, path: str) -> None:
    assert [row[0] for row in rows(f"{field}: {before}", f"{field}: {after}")] == [path]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("limits: {cpu: 1}", "limits: {cpu: 1000m}"),
        ("limits: {memory: 1Gi}", "limits: {memory: 1024Mi}"),
        ("requests: {memory: 1e3}", "requests: {memory: '1k'}"),
        ("hard: {requests.cpu: '2'}", "hard: {requests.cpu: 2}"),
        ("emptyDir: {sizeLimit: 1Gi}", "emptyDir: {sizeLimit: 1073741824}"),
        ("containers: [{name: a}, {name: b}]", "containers: [{name: b}, {name: a}]"),
        ("a: null", "{}"),
        ("a: {b: 1, c: 2}", "a: {c: 2, b: 1}"),
    ],
)
def test_the_same_thing_written_in_another_way_is_no_difference(before: str, after: str) -> None:
    assert rows(before, after) == []


def test_only_quantities_are_compared_by_value() -> None:
    assert rows("data: {cpu: '1'}", "data: {cpu: 1000m}") == [("data.cpu", '"1"', "1000m")]


def test_of_a_long_text_only_the_lines_that_differ_are_shown() -> None:
    before = "data:\n  nginx.conf: |\n    a\n    b\n    c\n"
    assert rows(before, before.replace("b\n", "x\n    y\n")) == [('data["nginx.conf"]', "b", "x\ny")]


def test_a_long_value_is_cut() -> None:
    ((_, before, after),) = rows(f"a: {'x' * 999}", f"a: {'y' * 999}")
    assert before is not None
    assert after is not None
    assert len(before) == len(after) == 200


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("100m", "0.1"), ("1.5Gi", "1610612736"), ("2k", "2000"), (3, "3"), (0.5, "0.5"), ("1E", "1e18"), ("1e3", "1000"), ("-5", "-5"), (".5", "0.5"),
        ("", None), ("1 Gi", None), ("1KB", None), ("x", None), (True, None), (None, None), ("1" * 50, None),
    ],
)  # fmt: skip
def test_a_quantity_has_an_amount(text: object, value: str | None) -> None:
    assert amount(text) == (None if value is None else Decimal(value))


leaves = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4)
keys = st.text(max_size=3) | st.sampled_from(["containers", "ports", "name", "limits", "env"])
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=20
)


@given(values)
def test_nothing_differs_from_itself(value: object) -> None:
    assert list(differences(value, value)) == []


@given(st.dictionaries(keys, values, max_size=4), st.dictionaries(keys, values, max_size=4))
def test_what_differs_one_way_differs_the_other_way(before: dict[str, object], after: dict[str, object]) -> None:
    forth, back = list(differences(before, after)), list(differences(after, before))
    assert bool(forth) == bool(back)
    assert all(row.before is not None or row.after is not None for row in forth)
