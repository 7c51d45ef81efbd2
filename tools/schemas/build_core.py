"""Build the catalogue of Kubernetes' own schemas from the Python package kubernetes-validate.

    .venv/bin/python tools/schemas/build_core.py

The package (Apache-2.0, on the Python package index) carries the schemas of every release since 1.25, made
from the OpenAPI description that Kubernetes publishes, 108 MB in all. Each definition is stored once for all the releases that
share it, without descriptions; what remains has some 40 kB.

The file: {"definitions": [schema], "versions": {"1.31": {definition name: index}}, "kinds": {"1.31": {"apps/v1/deployment":
definition name}}}.
"""

import importlib.metadata
import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

from packing import DATA, note_source, write_packed

Schema = dict[str, Any]

KEPT = {
    *("type", "properties", "required", "additionalProperties", "items", "enum", "oneOf", "anyOf", "allOf", "not"),
    *("pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "format"),
}
KEPT_FORMATS = {"int32", "int64", "byte"}


def slimmed(schema: Any) -> Any:
    """The schema without annotations; references point into `$defs`."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": "#/$defs/" + schema["$ref"].rsplit("/", 1)[-1]}
    slim: Schema = {key: value for key, value in sorted(schema.items()) if key in KEPT}
    if slim.get("format") not in KEPT_FORMATS:
        slim.pop("format", None)
    if "required" in slim:
        slim["required"] = sorted(slim["required"])
    if "properties" in slim:
        slim["properties"] = {name: slimmed(value) for name, value in sorted(slim["properties"].items())}
    for key in ("items", "additionalProperties", "not"):
        if key in slim:
            slim[key] = slimmed(slim[key])
    for key in ("oneOf", "anyOf", "allOf"):
        if key in slim:
            slim[key] = [slimmed(value) for value in slim[key]]
    return slim


def releases(folder: Path) -> dict[str, Path]:
    """The folder of strict schemas of each release, oldest first."""
    found = (re.fullmatch(r"v(\d+)\.(\d+)\.\d+-local-strict", path.name) for path in folder.iterdir())
    numbers = sorted((int(match[1]), int(match[2]), match[0]) for match in found if match)
    return {f"{major}.{minor}": folder / name for major, minor, name in numbers}


def kinds_of(name: str, schema: Schema) -> dict[str, str]:
    """The key under which the definition is found, when it is one kind's. DeleteOptions and the like belong to all groups."""
    named = schema.get("x-kubernetes-group-version-kind", ())
    if len(named) != 1:
        return {}
    group, version, kind = (named[0][part] for part in ("group", "version", "kind"))
    api_version = f"{group}/{version}" if group else version
    return {f"{api_version}/{kind.lower()}": name}


def build(folder: Path) -> dict[str, Any]:
    """The whole catalogue."""
    definitions: list[Schema] = []
    places: dict[str, int] = {}
    versions: dict[str, dict[str, int]] = {}
    kinds: dict[str, dict[str, str]] = {}
    for version, path in releases(folder).items():
        versions[version], kinds[version] = {}, {}
        for name, schema in json.loads((path / "_definitions.json").read_text())["$defs"].items():
            slim = slimmed(schema)
            text = json.dumps(slim, sort_keys=True)
            if text not in places:
                places[text] = len(definitions)
                definitions.append(slim)
            versions[version][name] = places[text]
            kinds[version].update(kinds_of(name, schema))
    return {"definitions": definitions, "versions": versions, "kinds": kinds}


def main() -> None:
    """Build the catalogue from the package that is installed."""
    package = Path(str(resources.files("kubernetes_validate"))) / "kubernetes-json-schema"
    catalogue = build(package)
    known = list(catalogue["versions"])
    size = write_packed(DATA / "core.json.xz", catalogue)
    note_source(
        {
            "name": "Kubernetes",
            "version": f"{known[0]} to {known[-1]}",
            "source": f"kubernetes-validate {importlib.metadata.version('kubernetes-validate')}",
            "licence": "Apache-2.0",
            "url": "https://kubernetes.io/docs/reference/kubernetes-api/",
            "groups": [],
        }
    )
    print(f"{len(catalogue['definitions'])} definitions of {len(known)} releases in {size:,} bytes")


if __name__ == "__main__":
    main()
