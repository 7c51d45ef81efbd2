"""What the service asks of its engine, and what the engine says: plain data, so that nothing else can cross."""

from dataclasses import asdict, dataclass
from typing import cast

from pydantic import ValidationError

from app.runs.frames import BadFrame, Frame
from app.store.plain import from_plain
from app.store.read import Excerpt
from validators.change import ChangedFile
from validators.judge import Progress
from validators.model import Problem, Report, Verdict
from validators.plain import to_plain
from validators.report_json import BadReport, from_json, to_json


@dataclass(frozen=True, slots=True)
class Order:
    """A change to judge. `git_dir` holds the commits `base` and `head` and the tree `merge_result`; `key` (hexadecimal) is for
    the fingerprints of secrets. `base_branch` is the name of the branch whose tip is `base`.

    `seconds` is how long it may take. `schema_folder` is the operator's own, None for none; `origin` is the repository's
    own URL.
    """

    git_dir: str
    base: str
    base_branch: str
    head: str
    merge_result: str
    files: tuple[ChangedFile, ...]
    draft: bool
    origin: str
    schema_folder: str | None
    key: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Findings:
    """Judged to the end, masked. `excerpts` stand in the order of the report's findings."""

    report: Report
    verdict: Verdict
    excerpts: tuple[Excerpt | None, ...]
    inline_limit: int


@dataclass(frozen=True, slots=True)
class BadConfiguration:
    """The configuration at the base can't be used: what is wrong with it, its text, and what to do about it; masked."""

    problems: tuple[Problem, ...]
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Unable:
    """The engine could not do its work, in words for people."""

    explanation: str


Message = Progress | Findings | BadConfiguration | Unable


def order_frame(order: Order) -> Frame:
    """An order as it is sent. Paths that are not UTF-8 stay what they are: JSON escapes their surrogates."""
    files = [{**asdict(file), "lines": sorted(file.lines), "context": sorted(file.context)} for file in order.files]
    return {**asdict(order), "files": files}


def read_order(frame: Frame) -> Order:
    """An order that came. Raises BadFrame."""
    try:
        return from_plain(Order, frame)
    except ValidationError as error:
        raise BadFrame("a frame that is no order") from error


def message_frame(message: Message) -> Frame:
    """A message as it is sent."""
    match message:
        case Findings(report, verdict, excerpts, inline_limit):
            found = {"report": to_json(report, verdict), "excerpts": to_plain(excerpts), "inline_limit": inline_limit}
            return {"kind": "Findings", "data": found}
        case _:
            return {"kind": type(message).__name__, "data": to_plain(message)}


def read_message(frame: Frame) -> Message:
    """A message that came. Raises BadFrame."""
    kind, data = frame.get("kind"), frame.get("data")
    try:
        match kind:
            case "Findings" if isinstance(data, dict):
                return _findings(cast("Frame", data))
            case "Progress":
                return from_plain(Progress, data)
            case "BadConfiguration":
                return from_plain(BadConfiguration, data)
            case "Unable":
                return from_plain(Unable, data)
            case _:
                raise BadFrame("a frame of no kind that is known")
    except (ValidationError, BadReport) as error:
        raise BadFrame(f"a frame that is no {kind}") from error


def _findings(data: Frame) -> Findings:
    report, verdict = from_json(data.get("report"))
    excerpts = from_plain(tuple[Excerpt | None, ...], data.get("excerpts"))
    if len(excerpts) != len(report.findings):
        raise BadFrame("as many excerpts as findings are expected")
    return Findings(report, verdict, excerpts, from_plain(int, data.get("inline_limit")))
