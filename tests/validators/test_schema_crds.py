"""What the API server refuses of a CRD, found on the line."""

import pytest
from manifest_stage import found_in, only_one

CRD = """\
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: queues.shop.example.com}
    spec:
      group: shop.example.com
      scope: Namespaced
      names: {kind: Queue, plural: queues}
      versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec:
                  type: object
                  properties:
                    %s
"""


def test_a_crd_is_named_by_its_plural_and_its_group() -> None:
    text = CRD % "depth: {type: integer}"
    problem = only_one(
        text.replace(
            "metadata: {name: queues.shop.example.com}", "metadata:\n      name: queue.shop.example.com  # <- schema/crd"
        )
    )
    assert (
        problem.message
        == "`metadata.name` should be `queues.shop.example.com`, the plural and the group, found `queue.shop.example.com`."
    )
    assert problem.suggestion is not None
    assert problem.suggestion.text.startswith("  name: queues.shop.example.com ")


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("depth: {minimum: 1}", "it needs a `type`"),
        ("depth: {type: int}", "`type` should be one of"),
        ("depth: {type: array}", "a list needs `items`"),
        ("depth: {type: array, items: {minimum: 1}}", "it needs a `type`"),
        ("depth: {type: object, additionalProperties: {}}", "it needs a `type`"),
        ("depth: {type: object, additionalProperties: false}", "can't be false"),
        ("depth: {type: object, properties: {a: {type: string}}, additionalProperties: {type: string}}", "exclude each other"),
        ("depth: {type: array, uniqueItems: true, items: {type: string}}", "`x-kubernetes-list-type: set` means that"),
        ('depth: {$ref: "#/definitions/depth", type: string}', "does not take `$ref`"),
        ("depth: {type: string, pattern: '^(?!a)b'}", "a look-around or a back-reference"),
        ("depth: {type: string, pattern: '(a)\\1'}", "a look-around or a back-reference"),
        ("depth: {type: string, pattern: '^(a$'}", "can't be compiled"),
        ("depth: {type: string, pattern: '^[z-a]$'}", "can't be compiled"),
    ],
)
def test_a_schema_is_structural(field: str, words: str) -> None:
    assert words in only_one(CRD % f"{field}  # <- schema/crd").message


@pytest.mark.parametrize(
    "field",
    [
        "depth: {x-kubernetes-int-or-string: true}",
        "depth: {x-kubernetes-preserve-unknown-fields: true}",
        "depth: {type: object, additionalProperties: true}",
        "depth: {type: integer, anyOf: [{minimum: 1}, {maximum: -1}]}",
        "depth: {type: string, pattern: '^\\\\1$'}",
        "depth: {type: string, pattern: '^(?P<a>b)(?i)c$'}",
        "depth: {type: string, pattern: '^[[:alpha:]]\\pL\\z'}",
    ],
)
def test_a_sound_schema_passes(field: str) -> None:
    assert found_in(CRD % field) == []


def test_a_schema_is_one_of_objects() -> None:
    text = (CRD % "depth: {type: integer}").replace(
        "type: object\n              prop", "type: array  # <- schema/crd\n              prop", 1
    )
    assert (
        "`type: object`"
        in only_one(
            text.replace("openAPIV3Schema:", "openAPIV3Schema:  # <- schema/crd").replace("array  # <- schema/crd", "array")
        ).message
    )


@pytest.mark.parametrize(("stored", "words"), [("false", "none has it"), ("true", "2 have it")])
def test_one_version_is_stored(stored: str, words: str) -> None:
    text = CRD % "depth: {type: integer}"
    version = (
        text[text.index("        - name: v1") :].replace("name: v1", "name: v2").replace("storage: true", f"storage: {stored}")
    )
    text = text.replace("storage: true", f"storage: {stored}").replace("versions:", "versions:  # <- schema/crd") + version
    assert words in only_one(text).message


def test_no_version_is_listed_twice() -> None:
    text = CRD % "depth: {type: integer}"
    version = text[text.index("        - name: v1") :].replace("storage: true", "storage: false")
    assert "listed 2 times" in only_one(text.replace("versions:", "versions:  # <- schema/crd") + version).message


def test_a_scope_is_one_of_two() -> None:
    only_one((CRD % "depth: {type: integer}").replace("scope: Namespaced", "scope: Namespace  # <- schema/not-allowed-value"))
