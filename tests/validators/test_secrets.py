"""What is shown of a Secret's source, and what the redactor is told of it."""

import pytest

from validators.secrets import documents_with_secrets, shown_lines
from validators.trees.memory import MemoryTree

SECRET = """\
apiVersion: v1
kind: Secret
metadata:
  name: db   # of the shop
type: Opaque
stringData:
  password: hunter2
  name: hunter2
  - token: abc
  key: |
    -----BEGIN
    secret
data: {a: aHVudGVyMg==}
"""

SHOWN = """\
apiVersion: v1
kind: Secret
metadata:
  name: db   # of the shop
type: Opaque
stringData:
  password: (hidden)
  name: (hidden)
  - token: (hidden)
  key: (hidden)
    (hidden)
    (hidden)
data: (hidden)
"""


def test_only_keys_of_a_secret_are_shown() -> None:
    assert "\n".join(shown_lines(SECRET)) == SHOWN


def test_other_documents_of_the_file_are_shown_as_they_are() -> None:
    other = "---\nkind: ConfigMap\ndata:\n  a: b\n---\n"
    assert "\n".join(shown_lines(other + SECRET)) == other + SHOWN


def test_a_secret_that_can_not_be_read_shows_no_value_either() -> None:
    assert shown_lines("kind: Secret\nstringData:\n\tpassword: hunter2\n") == [
        "kind: Secret",
        "stringData:",
        "\tpassword: (hidden)",
        "",
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{\n  "kind": "Secret",\n  "data": {\n    "password": "hunter2",\n    "user": "hunter2"\n',
        'kind: Secret\n"stringData":\n  password: hunter2\n bad: [hunter2\n',
        "kind: Secret\n'data' :\n  password: hunter2\n bad: [hunter2\n",
    ],
)
def test_quotes_around_the_names_of_fields_change_nothing(text: str) -> None:
    assert "hunter2" not in "\n".join(shown_lines(text))


def test_json_on_one_line_is_not_shown() -> None:
    assert shown_lines('{"kind": "Secret", "stringData": {"a": "hunter2"}}') == ["(hidden)"]


def test_what_only_names_a_secret_is_shown() -> None:
    text = "kind: Deployment\n# kind: Secret\nsecretName: db\npassword: x\n"
    assert shown_lines(text) == text.split("\n")


def test_documents_that_speak_of_secrets_are_found() -> None:
    tree = MemoryTree(
        {
            "a.yaml": SECRET.replace("  - token: abc\n", "").replace("-----", "").encode(),
            "b.yaml": b"kind: ConfigMap\n",
            "c.yaml": b"Secret: [",
        }
    )
    found = list(documents_with_secrets(tree, ["a.yaml", "b.yaml", "c.yaml", "absent.yaml"]))
    assert len(found) == 1
