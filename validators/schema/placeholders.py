"""Values of a kustomize base that stand there only to be patched: `storage: FROM_OVERLAY`, `replicas: CHANGE_ME`."""

import re

from validators.resources import Resource
from validators.schema.model import Violation
from validators.schema.wording import value_at
from validators.tree import Tree
from validators.units.kustomizations import Kustomizations

_PLACEHOLDER = re.compile(
    r"[<({\[]*(?:[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)+|(?i:change-?me|replace-?me|patch-?me|overlay|placeholder|fix-?me|tbd|todo))[>)}\]]*"
)


class Placeholders:
    """Whether an overlay gives the value that counts. Kustomizations are read when such a value is met."""

    why = "its values in capital letters wait for an overlay, so they are known only where it is rendered"

    def __init__(self, tree: Tree) -> None:
        self._kustomizations = Kustomizations(tree)

    def decide(self, violation: Violation, resource: Resource) -> bool:
        """Whether the violation is about a placeholder in a file of a kustomization that another one includes."""
        value = value_at(resource.value, violation.path)
        if violation.missing or violation.of_name or not isinstance(value, str) or not _PLACEHOLDER.fullmatch(value):
            return False
        listing = self._kustomizations.referring([resource.document.path]).values()
        including = self._kustomizations.referring({folder for folders in listing for folder in folders}).values()
        return any(including)
