"""Is every changed file readable YAML, and does it keep to the repository's own style?

Syntax, duplicate keys and limits are judged everywhere, the way Kubernetes tools read files. Style is yamllint's business
(https://yamllint.readthedocs.io) and the repository's choice: without a `.yamllint` at the base there is no opinion on it.

What the base decides a change can't undo: its `.yamllint` holds, and a `# yamllint disable-file` counts only where the base's
file has it. Templates are no YAML and are left alone; coverage says so.
"""

from collections.abc import Iterator

from validators.change import ToolFailed, View
from validators.documents import limits
from validators.model import Coverage, Look, Problem
from validators.tree import EntryKind
from validators.yaml_lint import configuration
from validators.yaml_lint.configuration import BrokenConfiguration
from validators.yaml_lint.judging import Ruled, note_of, problems_of
from validators.yaml_lint.memory import SAID, LintKey
from validators.yaml_lint.model import Complaints, Job
from validators.yaml_lint.selection import select
from validators.yaml_lint.wording import broken_configuration, too_large


class YamlLint:
    """The validator `yaml_lint`. What was linted once is not linted again, at the other side or in a later change."""

    name = "yaml_lint"

    def check(self, view: View) -> Look:
        """The problems of the YAML files at one side. Raises ToolFailed where the base's .yamllint can't be used."""
        try:
            rules = configuration.read(view.rules)
        except BrokenConfiguration as error:
            raise ToolFailed(f"yamllint can't use the base's {error}") from None
        texts, large, notes = select(view, rules, limits.FILE_BYTES)
        ruled = [Ruled.of(text, view.rules, rules) for text in texts]
        complaints = self._complaints(ruled)
        problems = [too_large(entry.path, entry.size, limits.FILE_BYTES) for entry in large]
        problems += _edited_configurations(view)
        problems += [problem for file in ruled for problem in problems_of(file, complaints.get(file.text.path, []))]
        left = [note for file in ruled if (note := note_of(file)) is not None]
        return Look(tuple(problems), Coverage(files=len(texts), not_checked=(*notes, *left)))

    def _complaints(self, files: list[Ruled]) -> dict[str, Complaints]:
        """What yamllint says of each path; equal contents under equal rules are linted once."""
        jobs = {file.text.path: file for file in files if file.is_linted}
        if not jobs:
            return {}
        from validators.yaml_lint.linting import lint

        configuration_text = next(iter(jobs.values())).configuration_text
        keys = {path: _key(file) for path, file in jobs.items()}
        said = {key: found for key in keys.values() if (found := SAID.find(key)) is not None}
        fresh = {key: jobs[path] for path, key in keys.items() if key not in said}
        answers = dict(zip(fresh, lint([_job(file) for file in fresh.values()], configuration_text), strict=True))
        SAID.keep(answers)
        known = said | answers
        return {path: known[key] for path, key in keys.items()}


def _key(file: Ruled) -> LintKey:
    return file.text.entry.blob, file.rule_ids, file.may_disable, file.configuration_text


def _job(file: Ruled) -> Job:
    return Job(file.text.path, file.text.data, file.may_disable)


def _edited_configurations(view: View) -> Iterator[Problem]:
    """What is wrong with a .yamllint that the change touches: after the merge it is the base's."""
    for path in configuration.NAMES:
        entry = view.tree.entry(path) if path in view.paths else None
        if entry is not None and entry.kind is EntryKind.FILE:
            try:
                configuration.read_at(view.tree, path)
            except BrokenConfiguration as error:
                yield broken_configuration(error)
