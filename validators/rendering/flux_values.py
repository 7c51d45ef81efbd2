"""The ConfigMaps and Secrets of the repository that Flux's objects take values and variables from."""

import base64
import binascii

from validators.documents import read
from validators.resources import resources
from validators.tree import Tree
from validators.units.fields import mapping, text
from validators.units.others import is_encrypted
from validators.units.source import content

_SUFFIXES = (".yaml", ".yml")


class Absent(Exception):
    """Values that are not in the repository, or can't be read there. The text says which."""


def values_from(tree: Tree, reference: object) -> tuple[dict[str, str], str]:
    """The data of the ConfigMap or Secret that the reference names, and the file that it is written in.

    Empty for one that is optional and not there. Raises Absent for any other that is not.
    """
    kind, name = text(reference, "kind"), text(reference, "name")
    for path in tree.search(f"name: {name}", _SUFFIXES) if name else ():
        data = content(tree, path) or b""
        for each in resources(read(path, data).documents):
            if (each.id.kind, each.id.name) != (kind, name):
                continue
            if is_encrypted(data):
                raise Absent(f"its values come from {kind} {name}, which is encrypted")
            plain = {key: str(value) for key, value in mapping(each.value, "stringData").items()}
            return _data(each.value, kind) | plain, path
    if mapping(reference).get("optional") is True:
        return {}, ""
    raise Absent(
        f"its values come from {kind} {name}, which is not in this repository; put a stand-in there to have it checked"
    )


def _data(value: object, kind: str) -> dict[str, str]:
    data = mapping(value, "data")
    if kind != "Secret":
        return {key: str(each) for key, each in data.items()}
    return {key: _decoded(str(each)) for key, each in data.items()}


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return value
