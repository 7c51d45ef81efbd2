"""Where a field is documented."""

import re

from validators.schema.model import KindSchema

_DEFINITION = re.compile(
    r"io\.k8s\.(?:api|apimachinery\.pkg\.apis|apiextensions-apiserver\.pkg\.apis|kube-aggregator\.pkg\.apis)\.(.+)"
)


def is_documented(name: str) -> bool:
    """Whether the pages of a release have a part about the definition of this name."""
    return _DEFINITION.search(name) is not None


def documentation(schema: KindSchema, page: str) -> str | None:
    """The page about the definition `page` of Kubernetes, or about the kind; None where none is known."""
    found = _DEFINITION.fullmatch(page or schema.root)
    if not schema.built_in or schema.documentation is None or found is None:
        return schema.documentation
    group, version, name = found[1].split(".")
    return f"{schema.documentation}#{name}-{version}-{group}".lower()
