"""One kustomization file: what it refers to and where, and what in it can't be built from the repository.

The fields are those of https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/. Nothing is resolved here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from validators.documents import Document, Span, read
from validators.units.fields import dotted, values_at
from validators.units.model import Reference, Wants

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
"""What kustomize looks for in a folder, in this order; more than one of them is an error of its."""

_FIELDS: tuple[tuple[str, Wants], ...] = (
    ("resources.[]", Wants.EITHER),
    ("bases.[]", Wants.FOLDER),
    ("components.[]", Wants.FOLDER),
    ("patches.[].path", Wants.FILE),
    ("patches.[]", Wants.FILE),  # as before `path` came; kustomize still takes it
    ("patchesStrategicMerge.[]", Wants.FILE),
    ("patchesJson6902.[].path", Wants.FILE),
    ("replacements.[].path", Wants.FILE),
    ("configMapGenerator.[].files.[]", Wants.FILE),
    ("configMapGenerator.[].envs.[]", Wants.FILE),
    ("configMapGenerator.[].env", Wants.FILE),
    ("secretGenerator.[].files.[]", Wants.FILE),
    ("secretGenerator.[].envs.[]", Wants.FILE),
    ("secretGenerator.[].env", Wants.FILE),
    ("generators.[]", Wants.EITHER),
    ("transformers.[]", Wants.EITHER),
    ("validators.[]", Wants.EITHER),
    ("openapi.path", Wants.FILE),
    ("crds.[]", Wants.FILE),
    ("configurations.[]", Wants.FILE),
    ("helmCharts.[].valuesFile", Wants.FILE),
    ("helmCharts.[].additionalValuesFiles.[]", Wants.FILE),
    ("helmChartInflationGenerator.[].values", Wants.FILE),
)
_CHARTS = ("helmCharts", "helmChartInflationGenerator")

KNOWN_FIELDS = (
    *("apiVersion", "kind", "metadata", "namespace", "namePrefix", "nameSuffix", "resources", "bases", "components", "crds"),
    *("labels", "commonLabels", "commonAnnotations", "images", "imageTags", "replicas", "patches", "patchesStrategicMerge"),
    *("patchesJson6902", "replacements", "vars", "configMapGenerator", "secretGenerator", "generatorOptions", "helmCharts"),
    *("helmGlobals", "helmChartInflationGenerator", "generators", "transformers", "validators", "configurations", "openapi"),
    *("buildMetadata", "sortOptions", "inventory"),
)
"""Fields of https://github.com/kubernetes-sigs/kustomize/blob/master/api/types/kustomization.go, and older ones."""


@dataclass(frozen=True, slots=True)
class Kustomization:
    """What one kustomization file says. `charts` are names (and repositories) of Helm charts that it inflates.

    `unknown` are fields at its top that kustomize does not have, each with its place. `unreadable` says why its text is no
    kustomization, "" when it is one.
    """

    references: tuple[Reference, ...] = ()
    namespace: str = ""
    charts: tuple[str, ...] = ()
    unknown: tuple[tuple[str, Span], ...] = ()
    unreadable: str = ""


@lru_cache(maxsize=4096)
def parse(data: bytes) -> Kustomization:
    """The kustomization in a file's content. What is of a wrong type is left out: the schema check has a word about it."""
    text = read(NAMES[0], data)
    if len(text.documents) != 1:
        return Kustomization(unreadable=text.problems[0].message if text.problems else "it is not one YAML document")
    document = text.documents[0]
    if not isinstance(document.value, Mapping):
        return Kustomization(unreadable="it is not a mapping")
    namespace = document.value.get("namespace")
    return Kustomization(
        references=tuple(_references(document)),
        namespace=namespace if isinstance(namespace, str) else "",
        charts=tuple(_charts(document.value)),
        unknown=tuple(_unknown(document, document.value)),
    )


def _references(document: Document) -> Iterator[Reference]:
    for pattern, wants in _FIELDS:
        for segments, value in values_at(document.value, pattern):
            if not isinstance(value, str) or not value or _is_inline(value):
                continue
            text = value.partition("=")[2] or value if pattern.endswith("files.[]") else value
            line, end_line, column = document.locate(segments)
            yield Reference(dotted(segments), text, wants, line, end_line, column)


def _is_inline(text: str) -> bool:
    """Whether YAML stands where a path may: patches and transformers allow both."""
    return "\n" in text or ": " in text or text.startswith("{")


def _unknown(document: Document, fields: Iterable[str]) -> Iterator[tuple[str, Span]]:
    """The fields that kustomize, which does not look at the case of letters, would refuse."""
    known = {name.lower() for name in KNOWN_FIELDS}
    yield from ((name, document.locate((name,), key=True)) for name in fields if name.lower() not in known)


def _charts(value: object) -> Iterator[str]:
    for field in _CHARTS:
        for _, chart in values_at(value, f"{field}.[]"):
            if isinstance(chart, Mapping):
                name = chart.get("name") or chart.get("chartName") or "without a name"
                where = chart.get("repo") or chart.get("chartRepoUrl")
                yield f"{name} of {where}" if where else str(name)
