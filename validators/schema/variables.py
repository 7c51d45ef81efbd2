"""Variables that Flux fills in before it applies an object, so that `replicas: ${replicas}` is a number by then.

https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
"""

import re

from validators.resources import Resource
from validators.schema.model import Violation
from validators.schema.wording import value_at
from validators.tree import Tree

_VARIABLE = re.compile(r"\$\{[A-Za-z_][^}]*\}")
_SUBSTITUTING = "postBuild"


class Variables:
    """Whether a value can't be judged yet. The tree is searched when a value with a variable is met."""

    why = "its fields with `${...}` are filled in by Flux, so their values are known only where it is rendered"

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._substituted: bool | None = None

    def decide(self, violation: Violation, resource: Resource) -> bool:
        """Whether a variable decides about the violation: the value has one, and something in the tree fills variables in."""
        value = value_at(resource.value, violation.path)
        if violation.missing or violation.of_name or not isinstance(value, str) or not _VARIABLE.search(value):
            return False
        if self._substituted is None:
            self._substituted = any(True for _ in self._tree.search(_SUBSTITUTING, (".yaml", ".yml")))
        return self._substituted
