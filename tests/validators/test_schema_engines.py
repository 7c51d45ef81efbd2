"""The in-process engine and the real kubeconform say the same of the same text, but where Fairlead is stricter on purpose."""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import mutants
import pytest

from validators import programs
from validators.change import View
from validators.schema import Schema, core
from validators.schema.custom import shipped
from validators.schema.kubeconform import location, put_schema
from validators.schema.packed import sources, unpacked
from validators.settings import CheckSettings, SchemaEngine
from validators.trees.memory import MemoryTree

RELEASE = "1.33"

STRICTER = frozenset(
    {
        # what kubeconform skips without a word, and what is no defect to it
        *("yaml/ignored-text", "yaml/invisible-character", "yaml/odd-scalar", "yaml/encoding"),
        *(
            "schema/incomplete-object",
            "schema/unknown-kind",
            "schema/removed-api",
            "schema/deprecated-api",
            "schema/malformed-kind",
        ),
        # what the published schemas let pass
        *("schema/port", "schema/quantity", "schema/number-range", "schema/base64", "schema/not-allowed-value"),
        *("schema/needed-field", "schema/schedule", "schema/crd", "schema/exclusive-fields", "schema/duplicate-name"),
        *("schema/unknown-name", "schema/selector", "schema/bounds", "schema/malformed-value"),
        *("schema/missing-name", "schema/name", "schema/label", "schema/annotation", "schema/data-key"),
    }
)
NO_OBJECT = ("missing 'kind' key", "missing 'apiVersion' key", "cannot unmarshal", "could not find schema")
"""What kubeconform says of what is no object, or of no kind that it knows. Fairlead says nothing of YAML that is for others."""

ENDS_IN_SEPARATOR = re.compile(r"\n---[^\n]+\Z")
"""Of a file that ends like this kubeconform loses the last document without a word."""

SAME_KEY = ('{1: a, "1": a}', '{true: a, "true": a}', "{1.0: a, 1: a}", "kind: List\nkind: List")
"""Keys that are the same field in JSON, which kubeconform does not see; and keys of a List, which it never looks at."""


@pytest.fixture(scope="session")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All schemas of one release and of the catalogue, as files for kubeconform."""
    folder = tmp_path_factory.mktemp("schemas")
    release = core.core(RELEASE)
    for api_version, kind in release.all_kinds():
        put_schema(folder, release.kind(api_version, kind) or pytest.fail(kind))
    for group in (group for source in sources() for group in source.groups):
        for name in unpacked("crds", f"{group}.json.xz") or {}:
            kind, _, version = name.rpartition("_")
            put_schema(folder, shipped(f"{group}/{version}", kind, release) or pytest.fail(name))
    return folder


@dataclass(frozen=True, slots=True)
class Refused:
    """Names of files: `certainly` those in which both programs should find something, `at_all` all in which one finds it."""

    certainly: set[str]
    at_all: set[str]


def by_kubeconform(schemas: Path, files: list[Path]) -> Refused:
    """What kubeconform refuses."""
    program = programs.find("kubeconform")
    command = [str(program), "-strict", "-verbose", "-output", "json", "-schema-location", location(schemas)]
    refused = Refused(set(), set())
    for start in range(0, len(files), 500):
        done = subprocess.run([*command, *map(str, files[start : start + 500])], capture_output=True, check=False, timeout=100)
        for result in json.loads(done.stdout)["resources"]:
            name = Path(result["filename"]).name
            if result["status"] in {"statusInvalid", "statusError"}:
                refused.at_all.add(name)
                if not any(words in result["msg"] for words in NO_OBJECT):
                    refused.certainly.add(name)
    return refused


def by_fairlead(texts: dict[str, str]) -> Refused:
    """What Fairlead refuses, or says that it can't check."""
    tree = MemoryTree({name: text.encode() for name, text in texts.items()})
    settings = CheckSettings(kubernetes_version=RELEASE, disabled=("yaml_lint",))
    look = Schema().check(View(tree, tree, tuple(sorted(texts)), settings=settings))
    found = [(problem.location.path, problem.rule) for problem in look.problems]
    unknown = {name for name in texts for note in look.coverage.not_checked if name in note.what}
    return Refused({path for path, rule in found if rule not in STRICTER}, {path for path, _ in found} | unknown)


def differences(texts: Iterable[str], schemas: Path, folder: Path) -> dict[str, str]:
    """The texts of which the two do not say the same, with the one that refuses it."""
    ended = (f"{text}\n" if ENDS_IN_SEPARATOR.search(text) else text for text in texts if "{{" not in text)
    named = {f"{number:05}.yaml": text for number, text in enumerate(ended)}
    for name, text in named.items():
        (folder / name).write_bytes(text.encode())
    theirs = by_kubeconform(schemas, [folder / name for name in named])
    ours = by_fairlead(named)
    known = {name for name, text in named.items() if any(same in text for same in SAME_KEY)}
    only = dict.fromkeys(ours.certainly - theirs.at_all - known, "Fairlead")
    only |= dict.fromkeys(theirs.certainly - ours.at_all, "kubeconform")
    return {named[name]: who for name, who in only.items()}


def real_manifests() -> Iterator[str]:
    yield from mutants.unpacked("manifests.json.xz").values()


def test_equal_verdicts_on_every_eighth_file_of_real_repositories(schemas: Path, tmp_path: Path) -> None:
    assert differences(islice(real_manifests(), 0, None, 8), schemas, tmp_path) == {}


def test_equal_verdicts_on_the_traps_of_yaml(schemas: Path, tmp_path: Path) -> None:
    assert differences(mutants.by_hand(), schemas, tmp_path) == {}


def test_equal_verdicts_on_odd_values(schemas: Path, tmp_path: Path) -> None:
    assert differences(mutants.odd_scalars(), schemas, tmp_path) == {}


def test_equal_verdicts_on_manifests_changed_by_chance(schemas: Path, tmp_path: Path) -> None:
    changed = (*mutants.by_chance_in_data(400, seed=7), *mutants.by_chance_in_text(800, seed=7))
    assert differences(changed, schemas, tmp_path) == {}


@pytest.mark.slow
def test_equal_verdicts_on_all_files_of_real_repositories(schemas: Path, tmp_path: Path) -> None:
    assert differences(real_manifests(), schemas, tmp_path) == {}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_equal_verdicts_on_many_manifests_changed_by_chance(seed: int, schemas: Path, tmp_path: Path) -> None:
    changed = (*mutants.by_chance_in_data(1000, seed), *mutants.by_chance_in_text(3000, seed))
    assert differences(changed, schemas, tmp_path) == {}


@pytest.mark.parametrize("engine", [SchemaEngine.IN_PROCESS, SchemaEngine.KUBECONFORM, SchemaEngine.BOTH])
def test_each_engine_finds_the_same_and_says_it_in_the_same_words(engine: SchemaEngine) -> None:
    base = mutants.unpacked("yaml_cases.json.xz")["bases"]["dep"]
    text = base.replace("replicas: 2", "replicas: two\n  minReadySecond: 5").replace(
        "containerPort: 80", "containerPort: 80800"
    )
    tree = MemoryTree({"web.yaml": text.encode()})
    look = Schema().check(
        View(tree, tree, ("web.yaml",), settings=CheckSettings(kubernetes_version=RELEASE, schema_engine=engine))
    )
    found = sorted((problem.location.line, problem.rule, problem.message) for problem in look.problems)
    assert [(line, rule) for line, rule, _ in found] == [
        (7, "schema/wrong-type"),
        (8, "schema/unknown-field"),
        (21, "schema/port"),
    ]
    assert "did you mean `minReadySeconds`?" in found[1][2]


def test_kubeconform_and_the_in_process_engine_agree_on_a_mixed_lot() -> None:
    texts = dict(enumerate(mutants.by_chance_in_data(60, seed=3)))
    tree = MemoryTree({f"{number}.yaml": text.encode() for number, text in texts.items()})
    paths = tuple(sorted(f"{number}.yaml" for number in texts))
    settings = CheckSettings(kubernetes_version=RELEASE, schema_engine=SchemaEngine.BOTH)
    look = Schema().check(View(tree, tree, paths, settings=settings))
    assert [problem for problem in look.problems if problem.rule == "schema/engines-differ"] == []
    assert look.coverage.resources > 30
