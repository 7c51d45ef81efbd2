"""Which objects a file holds, what names them, and where their fields stand."""

from validators.documents import read
from validators.resources import Resource, resources


def objects(text: str) -> list[Resource]:
    return list(resources(read("a.yaml", text.encode()).documents))


def test_an_object_is_named_by_version_kind_namespace_and_name() -> None:
    (found,) = objects("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n")
    assert (found.id.api_version, found.id.kind, found.id.namespace, found.id.name) == ("apps/v1", "Deployment", "shop", "web")


def test_yaml_for_other_programs_is_no_object() -> None:
    assert objects("name: test\non: push\n---\n- a\n---\ntext\n---\nkind: pipeline\n") == []


def test_a_list_holds_objects_that_stand_in_the_file() -> None:
    one, two = objects(
        "kind: List\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: one}}\n"
        "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: two\n"
    )
    assert (one.id.name, two.id.name) == ("one", "two")
    assert two.locate(("metadata", "name")).line == 8
    assert two.locate(("kind",), key=True).column == 3


def test_an_object_to_be_named_by_the_server_has_the_begin_of_its_name() -> None:
    assert objects("apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: nightly-}\n")[0].id.name == "nightly-"


def test_go_does_not_mind_capitals_of_fields_at_the_top() -> None:
    assert objects("apiversion: v1\nKind: ConfigMap\nMetadata: {name: a}\n")[0].id.name == "a"
