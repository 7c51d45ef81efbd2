"""The repository's own configuration of yamllint, read from a tree and never from this machine's disk.

yamllint itself opens what `extends` and `ignore-from-file` name relative to where it runs. Here both are looked up in the
tree, so that a configuration can neither read nor name a file outside of the repository.
Format: https://yamllint.readthedocs.io/en/stable/configuration.html
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, cast

import yaml

from validators.tree import EntryKind, Tree

if TYPE_CHECKING:
    from yamllint.config import YamlLintConfig

NAMES = (".yamllint", ".yamllint.yaml", ".yamllint.yml")
"""Where the configuration may stand, in yamllint's own order of preference."""

_MAX_EXTENDS = 5
_MAX_SIZE = 200_000

Rules = dict[str, object]
Settings = dict[str, object]


class BrokenConfiguration(Exception):
    """A configuration that yamllint refuses. `path` and `line` (1-based) are its place, `problem` says what is wrong."""

    def __init__(self, path: str, line: int, problem: str) -> None:
        super().__init__(f"`{path}` line {line}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Configuration:
    """Which rules hold for which file. `path` is where it was read.

    `text` is the whole configuration as one YAML text that needs no other file: what another process takes.
    """

    path: str
    text: str
    lint: "YamlLintConfig"

    def names(self, path: str) -> bool:
        """Whether yamllint would take the file for YAML; this is for the repository to say, by `yaml-files`."""
        return bool(self.lint.is_yaml_file(path))

    def ignores(self, path: str) -> bool:
        """Whether the repository does not want the file linted."""
        return bool(self.lint.is_file_ignored(path))

    def rules_for(self, path: str) -> tuple[str, ...]:
        """The ids of the rules that hold for the file."""
        return tuple(rule.ID for rule in self.lint.enabled_rules(path))


def read(tree: Tree) -> Configuration | None:
    """The configuration that `tree` states, None where it has none. Raises BrokenConfiguration."""
    for path in NAMES:
        entry = tree.entry(path)
        if entry is not None and entry.kind is EntryKind.FILE:
            return read_at(tree, path)
    return None


def read_at(tree: Tree, path: str) -> Configuration:
    """The configuration in the file `path` of `tree`. Raises BrokenConfiguration."""
    from yamllint.config import YamlLintConfigError

    source = _source(tree, path, path, 1)
    try:
        text = yaml.dump(_flat(tree, path, source, _MAX_EXTENDS), Dumper=yaml.CSafeDumper)
        return Configuration(path, text, _refined(text))
    except YamlLintConfigError as error:
        problem = str(error).removeprefix("invalid config: ")
        raise BrokenConfiguration(path, _line_of(problem, source), problem) from None


@lru_cache(maxsize=8)
def _refined(text: str) -> "YamlLintConfig":
    from yamllint.config import YamlLintConfig

    return YamlLintConfig(text)


def _flat(tree: Tree, path: str, source: str, depth: int) -> Settings:
    """The settings in `source`, with all that they extend and all patterns they take from files written out."""
    settings = _mapping(path, source)
    settings["rules"] = _rules(path, source, settings)
    extended = settings.pop("extends", None)
    if extended is not None:
        if not isinstance(extended, str) or depth == 0:
            raise BrokenConfiguration(
                path, _line_with("extends", source), "extends should name one configuration, at most 5 deep"
            )
        base = _extended(tree, extended, path, source, depth)
        settings["rules"] = _merged(cast("Rules", base["rules"]), settings["rules"])
        if "ignore" in base and not {"ignore", "ignore-from-file"} & settings.keys():
            settings["ignore"] = base["ignore"]
    for part in (settings, *cast("Rules", settings["rules"]).values()):
        if isinstance(part, dict) and "ignore-from-file" in part and "ignore" not in part:
            part["ignore"] = _patterns(tree, part.pop("ignore-from-file"), path, source)
    return settings


def _mapping(path: str, source: str) -> Settings:
    try:
        settings = _loaded(source)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BrokenConfiguration(path, line, f"{error.problem}") from None
    except (yaml.YAMLError, RecursionError, ValueError, AttributeError):
        raise BrokenConfiguration(path, 1, "this is no YAML") from None
    if not isinstance(settings, dict):
        raise BrokenConfiguration(path, 1, "a mapping is needed here")
    return settings


def _loaded(source: str) -> object:
    """What the text says, quickly; of what is no YAML PyYAML tells the better."""
    try:
        return yaml.load(source, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return yaml.safe_load(source)


def _rules(path: str, source: str, settings: Settings) -> Rules:
    """The rules with `enable` and `disable` as yamllint understands them."""
    rules = settings.get("rules", {})
    if not isinstance(rules, dict):
        raise BrokenConfiguration(path, _line_with("rules", source), "rules should be a mapping")
    return {name: {} if rule == "enable" else False if rule == "disable" else rule for name, rule in rules.items()}


def _extended(tree: Tree, name: str, path: str, source: str, depth: int) -> Settings:
    """The settings that `name` stands for: one that yamllint brings along, or a file of the tree."""
    if "/" not in name:
        shipped = resources.files("yamllint").joinpath("conf", f"{name}.yaml")
        if shipped.is_file():
            return _flat(tree, name, shipped.read_text(encoding="utf-8"), depth - 1)
    name = name.removeprefix("./")
    return _flat(tree, name, _source(tree, name, path, _line_with("extends", source)), depth - 1)


def _merged(base: Rules, rules: object) -> Rules:
    """`rules` on top of `base`: options are added to a rule that is enabled in both."""
    merged = dict(base)
    for name, rule in cast("Rules", rules).items():
        below = merged.get(name)
        merged[name] = {**below, **rule} if isinstance(below, dict) and isinstance(rule, dict) else rule
    return merged


def _patterns(tree: Tree, names: object, path: str, source: str) -> list[str]:
    """The lines of the files that `ignore-from-file` names."""
    line = _line_with("ignore-from-file", source)
    listed = [names] if isinstance(names, str) else names
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise BrokenConfiguration(path, line, "ignore-from-file should contain filename(s), either as a list or string")
    return [pattern for name in listed for pattern in _source(tree, name, path, line).splitlines()]


def _source(tree: Tree, name: str, path: str, line: int) -> str:
    """The text of the file `name`, which `path` speaks of in `line`."""
    entry = tree.entry(name)
    if entry is None or entry.kind is not EntryKind.FILE:
        raise BrokenConfiguration(path, line, f"the repository has no file `{name}`")
    if entry.size > _MAX_SIZE:
        raise BrokenConfiguration(path, line, f"`{name}` is larger than {_MAX_SIZE:,} bytes")
    return tree.read(entry).decode("utf-8-sig", "replace")


def _line_of(problem: str, source: str) -> int:
    """The line that a complaint of yamllint is about: where the last name that it quotes stands as a key, else line 1."""
    names = re.findall(r'"([^"]+)"', problem) or [problem.split(":", maxsplit=1)[0]]
    return next((line for name in names if (line := _line_with(name, source, 0))), 1)


def _line_with(key: str, source: str, absent: int = 1) -> int:
    """The first line on which `key` stands as a key; `absent` where it does not."""
    wanted = re.compile(rf"^[\s{{,'\"]*{re.escape(key)}['\"]?\s*:")
    return next((number for number, line in enumerate(source.splitlines(), 1) if wanted.match(line)), absent)
