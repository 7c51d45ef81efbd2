"""Text for people: each finding with its line and a caret, what the change would do, what was not looked at, the answer."""

from app.cli.formats import Judged, answer, place
from app.review.deeds import Deed, amounts, deeds, unknown, unknown_at_all
from app.review.visible import visible, visible_name
from validators.gaps import Gap, gaps
from validators.model import Finding, FindingStatus, Location, Report, Severity, VerdictState
from validators.verdict import tally
from validators.words import counted, listed, shortened

MOST_NOTES = 20
MOST_DANGERS = 10
MOST_DEEDS = 10
MOST_UNKNOWN = 3
_WIDTH = 120

_RED, _YELLOW, _BLUE, _GREEN, _BOLD, _FAINT = "31", "33", "34", "32", "1", "2"
_SEVERITY = {Severity.ERROR: _RED, Severity.WARNING: _YELLOW, Severity.INFO: _BLUE}
_STATE = {VerdictState.SUCCESS: _GREEN, VerdictState.FAILURE: _RED, VerdictState.ERROR: _RED}


def render(judged: Judged) -> str:
    """The findings by path and line, then the closing lines; the answer comes last, where the eye is."""
    wanted = {FindingStatus.NEW, FindingStatus.EXISTING} if judged.existing else {FindingStatus.NEW}
    shown = sorted((f for f in judged.report.findings if f.status in wanted), key=_order)
    lines = [line for finding in shown for line in _finding(finding, judged)]
    return "\n".join([*lines, *_effects(judged), *_coverage(judged), *_answer(judged)]) + "\n"


def _order(finding: Finding) -> tuple[str, int, int]:
    return finding.location.path, finding.location.line or 0, finding.severity.rank


def _finding(finding: Finding, judged: Judged) -> list[str]:
    paint = _Paint(on=judged.colour)
    status = " (there before)" if finding.status is FindingStatus.EXISTING else ""
    severity = paint(f"{finding.severity}{status}", _SEVERITY[finding.severity])
    head = f"{paint(place(finding), _BOLD)}: {severity} {visible(finding.rule)}: {_one_line(finding.message)}"
    resource = [f"  {paint('in', _FAINT)} {visible_name(str(finding.resource))}{_unit(finding)}"] if finding.resource else []
    link = [f"  {paint('see', _FAINT)} {visible(finding.help_url)}"] if finding.help_url else []
    return [head, *_excerpt(finding.location, judged), *resource, *link, ""]


def _unit(finding: Finding) -> str:
    return f" ({visible_name(finding.unit)})" if finding.unit else ""


def _one_line(text: str) -> str:
    return visible(" ".join(text.split()))


def _excerpt(location: Location, judged: Judged) -> list[str]:
    """The line of the finding with a caret below its column; nothing where the file has no such line."""
    lines = judged.source(location.path) if location.line else []
    if not location.line or location.line > len(lines):
        return []
    line = lines[location.line - 1]
    column = min(location.column or len(line) - len(line.lstrip()) + 1, len(line) + 1)
    before, text = _window(line, column)
    paint = _Paint(on=judged.colour)
    number = str(location.line)
    margin = " " * len(number)
    bar = paint("|", _BLUE)
    caret = paint("^", _RED)
    return [f"  {margin} {bar}", f"  {paint(number, _BLUE)} {bar} {text}", f"  {margin} {bar} {' ' * before}{caret}"]


def _window(line: str, column: int) -> tuple[int, str]:
    """The part of `line` around `column` that fits on a screen, and how many characters stand before the caret in it."""
    start = max(0, column - _WIDTH // 2) if len(line) > _WIDTH else 0
    before = _shown(line[start : column - 1])
    text = before + _shown(line[column - 1 : start + _WIDTH])
    return len(before) + (start > 0), ("…" if start else "") + text + ("…" if start + _WIDTH < len(line) else "")


def _shown(text: str) -> str:
    return visible(text.replace("\t", "    ")).replace("\n", " ")


def _coverage(judged: Judged) -> list[str]:
    left_out = gaps(judged.report)
    lines = [f"  {visible_name(gap.named)}{_by(gap)}: {_one_line(gap.why)}" for gap in left_out[:MOST_NOTES]]
    if len(left_out) > MOST_NOTES:
        lines.append(f"  and {counted(len(left_out) - MOST_NOTES, 'more reason')}; --format json lists them all")
    return [_Paint(on=judged.colour)("Not checked:", _YELLOW), *lines, ""] if left_out else []


def _by(gap: Gap) -> str:
    return f" ({', '.join(gap.checks)})" if gap.checks else ""


def _effects(judged: Judged) -> list[str]:
    """What the change would do: how much of what, to which resources, where that is not known, and the dangers."""
    report = judged.report
    lines = [*_deeds(report), *_unknown(report)]
    dangers = list(dict.fromkeys(_one_line(risk) for change in report.changes for risk in change.risks))
    lines += [f"  {_Paint(on=judged.colour)('danger', _RED)} {danger}" for danger in dangers[:MOST_DANGERS]]
    if len(dangers) > MOST_DANGERS:
        lines.append(f"  and {counted(len(dangers) - MOST_DANGERS, 'more danger')}")
    return [f"What it would do: {lines[0]}", *lines[1:], ""] if lines else []


def _deeds(report: Report) -> list[str]:
    if not report.changes:
        return []
    units = {change.unit for change in report.changes}
    found = deeds(report.changes)
    left = len(found) - MOST_DEEDS
    more = [f"  and {counted(left, 'more resource')}"] if left > 0 else []
    return [f"{amounts(report.changes)} in {counted(len(units), 'unit')}", *map(_deed, found[:MOST_DEEDS]), *more]


def _deed(deed: Deed) -> str:
    how = f" ({deed.how})" if deed.how else ""
    return f"  {visible_name(f'{deed.action} {deed.resource} {deed.where}{how}')}"


def _unknown(report: Report) -> list[str]:
    if unknown_at_all(report):
        return ["not known"]
    things = unknown(report)
    named = listed([*things[:MOST_UNKNOWN], *([f"{len(things) - MOST_UNKNOWN:,} more"] if len(things) > MOST_UNKNOWN else [])])
    said = f"not known for {visible_name(named)}"
    return [f"  {said}" if report.changes else said] if things else []


def _answer(judged: Judged) -> list[str]:
    paint = _Paint(on=judged.colour)
    findings = judged.report.findings
    files = max((result.coverage.files for result in judged.report.results), default=0)
    headline, reasons = answer(judged.verdict)
    painted = paint(shortened(visible(headline), 500), _STATE[judged.verdict.state])
    counted_up = [tally(findings, judged.verdict.state)] if findings else []
    looked = f" ({counted(files, 'file')} looked at in {judged.seconds:.2f} s)" if judged.report.results else ""
    return [*map(_one_line, reasons), *counted_up, f"{painted}{looked}"]


class _Paint:
    """Puts colour around text, or leaves it alone."""

    def __init__(self, *, on: bool) -> None:
        self._on = on

    def __call__(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._on else text
