"""The Applications that an ApplicationSet makes of the repository's own files: list, git, matrix and merge generators.

https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/. Templates are filled in as far as they
name parameters (`{{path.basename}}`, with `goTemplate: true` `{{ .path.basename }}`); a function of Go's is no guess.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import prod

from validators.documents import read
from validators.tree import Tree
from validators.units import argocd
from validators.units.argocd import Application
from validators.units.fields import at, mapping, text
from validators.units.paths import folders_above, name, parent
from validators.units.remote import without_credentials
from validators.units.source import content

Parameters = Mapping[str, object]

MOST = 500
"""Applications that are made of one ApplicationSet."""

_ACTION = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}", re.DOTALL)
_PLAIN = re.compile(r"\.?[A-Za-z_][\w.\[\]-]*")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9.-]+")


class NotMade(Exception):
    """Why the Applications of an ApplicationSet are not known. The text says so."""


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository that generators read: its `files`, and whether a URL means it (None where that is not known)."""

    tree: Tree
    files: tuple[str, ...]
    ours: Callable[[str], bool | None]


def applications(here: Repository, made_by: Application) -> tuple[Application, ...]:
    """The Applications that `made_by`, an ApplicationSet, makes of the files of the repository. Raises NotMade."""
    spec = mapping(made_by.document.value, "spec")
    go = spec.get("goTemplate") is True
    if spec.get("templatePatch"):
        raise NotMade("its `templatePatch` is not worked out")
    found: dict[str, Application] = {}
    for parameters in (each for one in _items(spec, "generators") for each in _of(here, one, go=go)):
        template = _filled(mapping(spec, "template"), parameters, go=go)
        made = argocd.from_template(made_by.document, template)
        found.setdefault(made.name, made)
        if len(found) > MOST:
            raise NotMade(f"it makes more than {MOST} Applications")
    return tuple(found.values())


def reads(made_by: Application, path: str) -> bool:
    """Whether a git generator of the ApplicationSet reads the file at `path`."""
    return any(_matches(pattern, path) for pattern in made_by.generated_from)


def _of(here: Repository, generator: object, *, go: bool) -> list[Parameters]:
    kind = next((kind for kind in mapping(generator) if kind not in {"selector", "template"}), "")
    if "selector" in mapping(generator):
        raise NotMade("its generator has a `selector`, which is not worked out")
    body = mapping(generator, kind)
    if body.get("template") or body.get("values"):
        raise NotMade(f"its generator {kind} has a `template` or `values` of its own, which are not worked out")
    match kind:
        case "list":
            return [_element(each, go=go) for each in _items(body, "elements")]
        case "git":
            if here.ours(text(body, "repoURL")) is False or text(body, "revision") not in argocd.THIS_REVISION:
                raise NotMade(
                    f"its git generator reads {without_credentials(text(body, 'repoURL'))} {text(body, 'revision')}".rstrip()
                )
            return [*_directories(here, body, go=go), *_files(here, body, go=go)]
        case "matrix":
            sides = [_of(here, each, go=go) for each in _items(body, "generators")]
            if prod(map(len, sides)) > MOST:
                raise NotMade(f"it makes more than {MOST} Applications")
            return [_joined(each) for each in product(*sides)]
        case "merge":
            return _merged([_of(here, each, go=go) for each in _items(body, "generators")], _items(body, "mergeKeys"))
    raise NotMade(f"its generator {kind} asks what the repository does not hold")


def _items(value: object, key: str) -> list[object]:
    found = at(value, key)
    return found if isinstance(found, list) else []


def _element(element: object, *, go: bool) -> Parameters:
    return mapping(element) if go else dict(_flat("", element))


def _joined(parts: tuple[Parameters, ...]) -> Parameters:
    return {key: value for part in parts for key, value in part.items()}


def _merged(sides: list[list[Parameters]], keys: list[object]) -> list[Parameters]:
    """The first generator's parameters, with those of the others that have the same values for all `keys`."""
    base = sides[0] if sides else []
    for other in sides[1:]:
        known = {tuple(str(each.get(str(key))) for key in keys): each for each in other}
        base = [{**each, **known.get(tuple(str(each.get(str(key))) for key in keys), {})} for each in base]
    return base


# ------------------------------------------------------------------ the git generator


def _directories(here: Repository, body: Mapping[str, object], *, go: bool) -> Iterator[Parameters]:
    wanted = [(text(each, "path"), at(each, "exclude") is True) for each in _items(body, "directories")]
    if not wanted:
        return
    folders = {folder for path in here.files for folder in folders_above(path) if folder}
    for folder in sorted(folders):
        matching = [excluded for pattern, excluded in wanted if _matches(pattern, folder)]
        if matching and not any(matching) and not any(part.startswith(".") for part in folder.split("/")):
            yield _path_parameters(folder, go=go)


def _files(here: Repository, body: Mapping[str, object], *, go: bool) -> Iterator[Parameters]:
    wanted = [text(each, "path") for each in _items(body, "files")]
    if not wanted:
        return
    for path in here.files:
        if not any(_matches(pattern, path) for pattern in wanted):
            continue
        where = _path_parameters(parent(path), go=go)
        for document in read(path, content(here.tree, path) or b"").documents:
            for each in document.value if isinstance(document.value, list) else [document.value]:
                yield {**_element(each, go=go), **where}


def _matches(pattern: str, path: str) -> bool:
    """Whether a path fits: `*` stays within a folder, `**` does not."""
    return _pattern(pattern).fullmatch(path) is not None


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    wild = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(wild.get(part, re.escape(part)) for part in re.split(r"(\*\*|\*|\?)", pattern)))


def _path_parameters(folder: str, *, go: bool) -> Parameters:
    base = name(folder)
    plain = _NOT_IN_NAMES.sub("-", base.lower().replace("_", "-"))
    segments = folder.split("/")
    if go:
        return {"path": {"path": folder, "basename": base, "basenameNormalized": plain, "segments": segments}}
    numbered = {f"path[{index}]": part for index, part in enumerate(segments)}
    return {"path": folder, "path.path": folder, "path.basename": base, "path.basenameNormalized": plain, **numbered}


def _flat(above: str, value: object) -> Iterator[tuple[str, object]]:
    """The values of a mapping by their ways, joined with dots."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from _flat(f"{above}.{key}" if above else str(key), part)
    else:
        yield above, value


# ------------------------------------------------------------------ the template


def _filled(value: object, parameters: Parameters, *, go: bool) -> object:
    """The template with its actions filled in, in keys and values. Raises NotMade for what is more than a name."""
    if isinstance(value, Mapping):
        return {_text(str(key), parameters, go=go): _filled(part, parameters, go=go) for key, part in value.items()}
    if isinstance(value, list):
        return [_filled(part, parameters, go=go) for part in value]
    return _text(value, parameters, go=go) if isinstance(value, str) else value


def _text(value: str, parameters: Parameters, *, go: bool) -> str:
    return _ACTION.sub(lambda found: _named(found[1], parameters, go=go), value)


def _named(action: str, parameters: Parameters, *, go: bool) -> str:
    if not _PLAIN.fullmatch(action) or (go and not action.startswith(".")):
        raise NotMade(f"its template uses `{{{{ {action} }}}}`, which is more than the name of a parameter")
    found: object = at(parameters, *action.removeprefix(".").split(".")) if go else parameters.get(action)
    if found is None:
        if go:
            raise NotMade(f"its template names `{action}`, which its generators do not give")
        return f"{{{{{action}}}}}"
    return str(found).lower() if isinstance(found, bool) else str(found)
