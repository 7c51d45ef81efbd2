"""What never may be posted, logged, stored or shown: secrets, and characters that show something else than they are.

Masking runs over whole texts, before anything is cut or put into Markdown: a secret cut in two would no longer be recognised.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, replace
from typing import cast
from urllib.parse import quote

from app.review.secrets import MASK, mask_known
from app.review.visible import visible, visible_name
from validators.change import Change
from validators.model import (
    CheckResult,
    FieldChange,
    Finding,
    NotChecked,
    Report,
    ResourceChange,
    ResourceId,
    Suggestion,
    Verdict,
)
from validators.secrets import secret_documents

SHORTEST = 6
"""Characters of the shortest known value that is masked wherever it stands; shorter ones are words such as `true`."""

LONGEST_TEXT, LONGEST_NAME = 2000, 300
"""Characters of a stranger's text or name that are kept: far more than anybody reads, and no megabyte for the database."""

_NOTHING = re.compile(r"(?!)")
_SECRET_FIELDS = re.compile(r"(?:data|stringData)\b")


def secret_values(document: object) -> Iterator[str]:
    """The values of a Kubernetes Secret, as they stand and decoded; nothing for another document.

    `document` is a parsed manifest. A List is looked through.
    """
    if not isinstance(document, Mapping):
        return
    content = cast("Mapping[object, object]", document)
    items = content.get("items")
    if isinstance(items, list):
        for item in items:
            yield from secret_values(item)
    if content.get("kind") == "Secret":
        yield from _values_of(content.get("stringData"))
        for value in _values_of(content.get("data")):
            yield value
            yield from _decoded(value)


def redactor(change: Change, findings: Iterable[Finding], *, key: bytes) -> "Redactor":
    """Knows the values of the Secrets that the change or a finding touches."""
    return Redactor({value for document in secret_documents(change, findings) for value in secret_values(document)}, key=key)


class Redactor:
    """Takes out of texts what may not leave: known kinds of secrets and the `values` handed in, in their usual disguises.

    `key` is the server's own: fingerprints made with another key say nothing about the value.
    """

    def __init__(self, values: Iterable[str], *, key: bytes) -> None:
        known = {value for value in values if value.strip()}
        disguises = {form for value in known if len(value) >= SHORTEST for form in _disguises(value)}
        self._values = _any_of(disguises)
        self._short = _any_of({value for value in known if len(value) < SHORTEST}, whole_words=True)
        self._key = key

    def text(self, text: str) -> str:
        """`text` without secrets, with hidden characters made visible."""
        return mask_known(visible(self._values.sub(MASK, text)))

    def fingerprint(self, value: str) -> str:
        """Four hexadecimal digits that stand for `value`: equal values have equal ones, and nobody can go back."""
        return hmac.new(self._key, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:4]

    def report(self, report: Report) -> Report:
        """The report as it may cross to the service, the database and people."""
        results = tuple(self._result(result) for result in report.results)
        return replace(report, results=results, changes=tuple(self._change(change) for change in report.changes))

    def verdict(self, verdict: Verdict) -> Verdict:
        """The verdict as it may be shown."""
        reasons = tuple(self.text(reason) for reason in verdict.reasons)
        return replace(verdict, headline=self.text(verdict.headline), reasons=reasons)

    def _result(self, result: CheckResult) -> CheckResult:
        notes = tuple(
            NotChecked(_cut(self.text(visible_name(note.what)), LONGEST_TEXT), _cut(self.text(note.why), LONGEST_TEXT))
            for note in result.coverage.not_checked
        )
        return replace(
            result,
            findings=tuple(self._finding(finding) for finding in result.findings),
            coverage=replace(result.coverage, not_checked=notes),
            explanation=self.text(result.explanation),
        )

    def _finding(self, finding: Finding) -> Finding:
        secret = finding.resource is not None and finding.resource.kind == "Secret"
        hide = self._about_secret if secret else self.text
        return replace(
            finding,
            title=_cut(hide(finding.title), LONGEST_NAME),
            message=_cut(hide(finding.message), LONGEST_TEXT),
            resource=None if finding.resource is None else _named(finding.resource),
            suggestion=None if secret else self._suggestion(finding.suggestion),
        )

    def _about_secret(self, text: str) -> str:
        """A text about a Secret, in which short values are hidden too, though they may be ordinary words."""
        return self.text(self._short.sub(MASK, text))

    def _suggestion(self, suggestion: Suggestion | None) -> Suggestion | None:
        """A suggestion is taken over as it is, so one that would have to be altered is none."""
        return suggestion if suggestion and self.text(suggestion.text) == suggestion.text else None

    def _change(self, change: ResourceChange) -> ResourceChange:
        fields = tuple(self._field(field, secret=change.resource.kind == "Secret") for field in change.fields)
        risks = tuple(_cut(self.text(risk), LONGEST_TEXT) for risk in change.risks)
        return replace(change, resource=_named(change.resource), fields=fields, risks=risks)

    def _field(self, field: FieldChange, *, secret: bool) -> FieldChange:
        shown = self.fingerprint if secret and _SECRET_FIELDS.match(field.path) else self.text
        before = None if field.before is None else _cut(shown(field.before), LONGEST_TEXT)
        after = None if field.after is None else _cut(shown(field.after), LONGEST_TEXT)
        return FieldChange(_cut(self.text(field.path), LONGEST_TEXT), before, after)


def _named(resource: ResourceId) -> ResourceId:
    """What names a resource, as it may be shown. Its words are a stranger's, whatever they should look like."""
    return ResourceId(*(_cut(visible_name(part), LONGEST_NAME) for part in astuple(resource)))


def _cut(text: str, limit: int) -> str:
    """`text` with at most `limit` characters; after masking only."""
    return text if len(text) <= limit else f"{text[: limit - 1]}\u2026"


def _values_of(fields: object) -> Iterator[str]:
    """Every scalar in there as text, also of a type or at a depth where none should be: that is what messages are about."""
    if isinstance(fields, Mapping):
        for field in fields.values():
            yield from _values_of(field)
    elif isinstance(fields, list):
        for item in fields:
            yield from _values_of(item)
    elif fields is not None:
        yield str(fields)


def _decoded(value: str) -> Iterator[str]:
    try:
        yield base64.b64decode(value, validate=False).decode()
    except ValueError:
        return  # not base64, or not text: the value as it stands is all there is to mask


def _any_of(texts: set[str], *, whole_words: bool = False) -> re.Pattern[str]:
    """Matches any of the texts, the longest that fits; nothing when there are none."""
    if not texts:
        return _NOTHING
    choices = "|".join(re.escape(text) for text in sorted(texts, key=lambda text: (-len(text), text)))
    return re.compile(rf"(?<!\w)(?:{choices})(?!\w)" if whole_words else choices)


def _disguises(value: str) -> Iterator[str]:
    """`value` itself, its lines, and how programs print it: percent-encoded, hexadecimal, base64 at every alignment."""
    raw = value.encode("utf-8", "surrogatepass")
    yield value
    yield from (line for line in value.split("\n") if len(line.strip()) >= SHORTEST)
    yield quote(raw, safe="")
    yield from (raw.hex(), raw.hex().upper())
    for shift in range(3):
        yield from _base64_core(raw, shift)


def _base64_core(raw: bytes, shift: int) -> Iterator[str]:
    """The characters of base64 that depend on `raw` alone when `shift` other bytes stand before it in a group of three."""
    encoded = base64.b64encode(b"\0" * shift + raw)
    first = (shift * 8 + 5) // 6
    last = (shift + len(raw)) * 8 // 6
    core = encoded[first:last].decode()
    if len(core) >= SHORTEST:
        yield from {core, core.translate(str.maketrans("+/", "-_"))}
