"""Build the catalogue of widely used controllers' kinds from the CRDs of their releases.

    .venv/bin/python tools/schemas/build_crds.py

Each project's CRDs are taken from its Go module at the version named here: the zip of the module proxy (GOPROXY), which never
changes for a version. Two of Flux publish only their Go types: their CRDs are generated with controller-gen, which needs Go.
"""

import json
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packing import DATA, note_source, write_packed

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from validators.documents import read
from validators.schema.crd import CustomKind, definition

Schema = dict[str, Any]

CONTROLLER_GEN = "sigs.k8s.io/controller-tools/cmd/controller-gen@v0.23.0"
WORTH_SHARING = 300
"""Characters of a schema from which on it is stored once, however often it is used."""


@dataclass(frozen=True)
class Project:
    """A project and the folder of its module that holds the CRDs; `folder` "" means that they are generated from its types."""

    name: str
    module: str
    version: str
    folder: str
    url: str


PROJECTS = (
    Project(
        "Argo CD", "github.com/argoproj/argo-cd/v3", "v3.6.1", "manifests/crds", "https://argo-cd.readthedocs.io/en/stable/"
    ),
    Project(
        "Argo Rollouts",
        "github.com/argoproj/argo-rollouts",
        "v1.10.2",
        "manifests/crds",
        "https://argo-rollouts.readthedocs.io/en/stable/features/specification/",
    ),
    Project(
        "Flux kustomize-controller",
        "github.com/fluxcd/kustomize-controller",
        "v1.10.1",
        "config/crd/bases",
        "https://fluxcd.io/flux/components/kustomize/kustomizations/",
    ),
    Project(
        "Flux source-controller",
        "github.com/fluxcd/source-controller",
        "v1.10.1",
        "config/crd/bases",
        "https://fluxcd.io/flux/components/source/",
    ),
    Project(
        "Flux helm-controller",
        "github.com/fluxcd/helm-controller",
        "v1.6.4",
        "config/crd/bases",
        "https://fluxcd.io/flux/components/helm/helmreleases/",
    ),
    Project(
        "Flux notification-controller",
        "github.com/fluxcd/notification-controller",
        "v1.9.3",
        "config/crd/bases",
        "https://fluxcd.io/flux/components/notification/",
    ),
    Project(
        "Flux image-reflector-controller",
        "github.com/fluxcd/image-reflector-controller/api",
        "v0.35.2",
        "",
        "https://fluxcd.io/flux/components/image/",
    ),
    Project(
        "Flux image-automation-controller",
        "github.com/fluxcd/image-automation-controller/api",
        "v0.41.2",
        "",
        "https://fluxcd.io/flux/components/image/imageupdateautomations/",
    ),
    Project(
        "cert-manager",
        "github.com/cert-manager/cert-manager",
        "v1.21.2",
        "deploy/crds",
        "https://cert-manager.io/docs/reference/api-docs/",
    ),
    Project(
        "Gateway API",
        "sigs.k8s.io/gateway-api",
        "v1.7.0",
        "config/crd/experimental",
        "https://gateway-api.sigs.k8s.io/reference/spec/",
    ),
    Project(
        "External Secrets",
        "github.com/external-secrets/external-secrets",
        "v1.3.2",
        "config/crds/bases",
        "https://external-secrets.io/latest/api/spec/",
    ),
    Project(
        "Prometheus operator",
        "github.com/prometheus-operator/prometheus-operator",
        "v0.85.0",
        "example/prometheus-operator-crd",
        "https://prometheus-operator.dev/docs/api-reference/api/",
    ),
    Project("Istio", "istio.io/api", "v1.31.1", "kubernetes", "https://istio.io/latest/docs/reference/config/"),
    Project(
        "Crossplane", "github.com/crossplane/crossplane/v2", "v2.1.0", "cluster/crds", "https://docs.crossplane.io/latest/api/"
    ),
    Project("Kyverno", "github.com/kyverno/kyverno", "v1.19.1", "config/crds", "https://kyverno.io/docs/"),
    Project("KEDA", "github.com/kedacore/keda/v2", "v2.21.0", "config/crd/bases", "https://keda.sh/docs/latest/reference/"),
    Project(
        "Sealed Secrets",
        "github.com/bitnami-labs/sealed-secrets",
        "v0.40.0",
        "helm",
        "https://github.com/bitnami-labs/sealed-secrets",
    ),
)


def crd_files(project: Project) -> Iterator[bytes]:
    """The project's files with CRDs."""
    if not project.folder:
        yield from generated(project)
        return
    archive = downloaded(project)
    begin = f"{project.module}@{project.version}/{project.folder}/"
    with zipfile.ZipFile(archive) as files:
        for name in sorted(files.namelist()):
            if name.startswith(begin) and name.endswith((".yaml", ".yml")):
                yield files.read(name)


def downloaded(project: Project) -> Path:
    """The zip of the project's module, as the go command fetches it; it does so too where building it asks for a newer Go."""
    wanted = ["go", "mod", "download", "-json", f"{project.module}@{project.version}"]
    answer = json.loads(subprocess.run(wanted, stdout=subprocess.PIPE, cwd=tempfile.gettempdir(), check=False).stdout)
    if "Zip" not in answer:
        sys.exit(f"{project.module} {project.version}: {answer.get('Error', 'no archive')}")
    return Path(answer["Zip"])


def generated(project: Project) -> Iterator[bytes]:
    """CRDs made from the project's Go types."""
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name), Path(name) / "out"
        (folder / "go.mod").write_text("module crds\n")
        (folder / "crds.go").write_text("package crds\n")
        subprocess.run(["go", "get", f"{project.module}@{project.version}"], cwd=folder, check=True)
        path = subprocess.run(
            ["go", "list", "-m", "-f", "{{.Dir}}", project.module], capture_output=True, text=True, cwd=folder, check=True
        )
        source = path.stdout.strip()
        subprocess.run(
            ["go", "run", CONTROLLER_GEN, "crd", f"paths={source}/...", f"output:crd:dir={out}"], cwd=source, check=True
        )
        yield from (file.read_bytes() for file in sorted(out.iterdir()))


def kinds(project: Project) -> Iterator[CustomKind]:
    """All kinds that the project's CRDs serve."""
    for data in crd_files(project):
        for document in read("crd.yaml", data).documents:
            value = document.value
            for crd in value.get("items", [value]) if isinstance(value, dict) else ():
                if isinstance(crd, dict) and crd.get("kind") == "CustomResourceDefinition":
                    found = definition(crd)
                    yield from found.kinds if found else ()


def parts(schema: Schema) -> Iterator[Schema]:
    """The schemas directly within a schema."""
    yield from schema.get("properties", {}).values()
    for key in ("items", "additionalProperties", "not"):
        if isinstance(schema.get(key), dict):
            yield schema[key]
    for key in ("allOf", "anyOf", "oneOf"):
        yield from schema.get(key, [])


def mapped(schema: Schema, change: Any) -> Schema:
    """A copy of the schema with `change` applied to each schema directly within it."""
    copy = dict(schema)
    if "properties" in schema:
        copy["properties"] = {name: change(part) for name, part in schema["properties"].items()}
    for key in ("items", "additionalProperties", "not"):
        if isinstance(schema.get(key), dict):
            copy[key] = change(schema[key])
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema:
            copy[key] = [change(part) for part in schema[key]]
    return copy


def shared(schema: Schema) -> Schema:
    """The schema with repeated parts stored once, as `$defs`: Argo CD's ApplicationSet shrinks from 497 kB to 27."""
    uses: Counter[str] = Counter()
    texts: dict[int, str] = {}

    def count(part: Schema) -> None:
        texts[id(part)] = json.dumps(part, sort_keys=True)
        uses[texts[id(part)]] += 1
        for inner in parts(part):
            count(inner)

    definitions: dict[str, Schema] = {}
    names: dict[str, str] = {}

    def replaced(part: Schema) -> Schema:
        text = texts[id(part)]
        if uses[text] == 1 or len(text) < WORTH_SHARING:
            return mapped(part, replaced)
        if text not in names:
            names[text] = f"d{len(names)}"
            definitions[names[text]] = mapped(part, replaced)
        return {"$ref": f"#/$defs/{names[text]}"}

    count(schema)
    small = mapped(schema, replaced)
    return {**small, "$defs": definitions} if definitions else small


def main() -> None:
    """Build the files of all groups."""
    groups: dict[str, dict[str, Schema]] = {}
    for project in PROJECTS:
        own = list(kinds(project))
        for kind in own:
            groups.setdefault(kind.group, {})[f"{kind.kind.lower()}_{kind.version}"] = shared(kind.schema)
        note_source(
            {
                "name": project.name,
                "version": project.version,
                "source": f"{project.module}@{project.version}",
                "licence": "Apache-2.0",
                "url": project.url,
                "groups": sorted({kind.group for kind in own}),
            }
        )
        print(f"{project.name}: {len(own)} kinds", flush=True)
    size = sum(write_packed(DATA / "crds" / f"{group}.json.xz", schemas) for group, schemas in groups.items())
    print(f"{sum(map(len, groups.values()))} kinds of {len(groups)} groups in {size:,} bytes")


if __name__ == "__main__":
    main()
