"""Templates are recognised by their place and by their text; plain YAML never is."""

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.templates import is_template, without_templates
from validators.tree import Entry, EntryKind


class Paths:
    """A tree of which only the paths matter."""

    id = ""

    def __init__(self, *paths: str) -> None:
        self.paths = paths

    def entry(self, path: str) -> Entry | None:
        return Entry(path, EntryKind.FILE, "", 0) if path in self.paths else None

    def walk(self, under: str = "") -> Iterator[Entry]:
        raise NotImplementedError

    def read(self, entry: Entry) -> bytes:
        raise NotImplementedError

    def search(self, text: str, suffixes: tuple[str, ...]) -> Iterator[str]:
        raise NotImplementedError

    def read_all(self, paths: Iterable[str], largest: int) -> Iterator[tuple[str, bytes]]:
        raise NotImplementedError

    def differing(self, other: str) -> list[str] | None:
        raise NotImplementedError


CHART = Paths("charts/web/Chart.yaml", "charts/web/charts/db/Chart.yaml")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("charts/web/templates/deployment.yaml", "Helm template of chart charts/web"),
        ("charts/web/templates/tests/smoke.yaml", "Helm template of chart charts/web"),
        ("charts/web/charts/db/templates/db.yaml", "Helm template of chart charts/web/charts/db"),
        ("charts/web/values.yaml", None),
        ("charts/web/crds/queue.yaml", None),
        ("apps/templates/web.yaml", None),
        ("lib/_names.tpl", "Helm template"),
        ("helmfile.yaml.gotmpl", "Helm template"),
        ("roles/nginx/templates/site.yaml", "Ansible template of role roles/nginx"),
        ("playbooks/motd.j2", "Jinja template"),
    ],
)
def test_the_place_of_a_file_tells(path: str, kind: str | None) -> None:
    assert is_template(CHART, path, b"a: 1\n") == kind


def test_a_chart_at_the_root() -> None:
    assert is_template(Paths("Chart.yaml"), "templates/web.yaml", b"a: 1\n") == "Helm template of chart at the root"


@pytest.mark.parametrize(
    "text",
    [
        "name: {{ .Values.name }}\n",
        "metadata:\n  {{- include 'labels' . | nindent 2 }}\nkind: Pod\n",
        "{% for x in y %}\n- {{ x }}\n{% endfor %}\n",
        "{{- if .Values.on }}\na: 1\n{{- end }}\n",
        "{{ name }}: 1\n",
    ],
)
def test_a_bare_action_makes_a_template(text: str) -> None:
    assert is_template(Paths(), "apps/web.yaml", text.encode()) is not None


@pytest.mark.parametrize(
    "text",
    [
        "name: '{{ .path.basename }}'\n",
        'msg: "{{ item }}"\n',
        "script: |\n  {{ not ours }}\n",
        "a: 1 # {{ x }}\n",
        "image: web:{{ tag }}\n",
        "a: {b: {c: 1}}\n",
        "a: 1\n",
        "a: 1\n\tb: '{{ x }}'\n",  # broken by the tab, not by the action
        "a: [{{ x }}\nb: 1\n",  # broken with the action filled in, too
        "",
    ],
)
def test_plain_yaml_is_no_template(text: str) -> None:
    assert is_template(Paths(), "apps/web.yaml", text.encode()) is None


def test_a_document_that_is_yaml_is_no_template_for_one_beside_it() -> None:
    data = b"a: 1\n---\nb: {{ x }}\n# end\n--- # last\nc: '{{ x }}'\n"
    assert is_template(Paths(), "apps/web.yaml", data) is None
    assert without_templates(data) == b"a: 1\n---\n\n\n--- # last\nc: '{{ x }}'\n"


@pytest.mark.parametrize("text", ["# {{ x }}\na: {{ x }}\n---\n# nothing\n", "{% if x %}\n---\na: {{ x }}\n---\n{{ end }}\n"])
def test_all_documents_together_are_a_template(text: str) -> None:
    assert is_template(Paths(), "apps/web.yaml", text.encode()) is not None


@pytest.mark.parametrize(
    "data", [b"{{" * 200_000, b"[" * 200_000 + b"{{ x }}", b"\xff\xfe{{\x00 x }}", b"{%" * 100_000 + b"{{"]
)
def test_hostile_text_is_answered_quickly(data: bytes) -> None:
    is_template(Paths(), "apps/web.yaml", data)


@given(st.binary(max_size=200).map(lambda data: b"{{" + data))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    kind = is_template(Paths(), "apps/web.yaml", data)
    assert kind is None or "emplate" in kind
