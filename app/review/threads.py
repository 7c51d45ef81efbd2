"""Which inline comments to post or reword, and which threads to resolve since their finding is gone."""

from collections.abc import Iterable, Iterator

from app.forges.base import LineComment, PostedThread
from app.review import inline
from app.review.defects import Defect
from app.review.standing import Judged, Surroundings
from app.review.writes import ResolveThread
from validators.model import FindingStatus, Outcome, Report

FIXED = "Fixed."
NOT_FROM_HERE = "Existing."
"""Said when the base has the finding by now: it stands, but this change no longer brings it about."""


def to_resolve(standing: Judged, threads: Iterable[PostedThread]) -> list[ResolveThread]:
    """Our open threads whose finding is gone. What was not looked at this time is not taken for gone."""
    report = standing.report
    status = {finding.fingerprint: finding.status for finding in report.findings}
    unseen = _not_looked_at(report)
    resolved = []
    for thread in threads:
        now = status.get(thread.key, FindingStatus.FIXED)
        if not thread.key or thread.resolved or now is FindingStatus.NEW or thread.path in unseen:
            continue
        if thread.key in status or _looked(standing, thread.key):
            resolved.append(ResolveThread(thread, FIXED if now is FindingStatus.FIXED else NOT_FROM_HERE))
    return resolved


def to_post(standing: Judged, threads: Iterable[PostedThread], around: Surroundings) -> tuple[LineComment, ...]:
    """Comments for the worst defects that have no thread yet, so that no more than the limit stand open in all; and the words
    of now, under the keys of open threads that say something else.

    A thread that a person resolved has settled its defect: it is not posted again.
    """
    posted = list(threads)
    gone = {write.thread.id for write in to_resolve(standing, posted)}
    standing_open = [thread for thread in posted if thread.key and not thread.resolved and thread.id not in gone]
    open_keys = {thread.key for thread in standing_open}
    settled = open_keys | {thread.key for thread in posted if thread.resolved and not thread.resolved_by_us}
    defects = inline.worth_a_thread(standing.report.findings)
    new = [defect for defect in defects if not defect.keys & settled]
    reworded = _reworded(defects, standing_open, around)
    return (*reworded, *_first(new, standing.inline_limit - len(open_keys), standing, around))


def _first(defects: Iterable[Defect], number: int, standing: Judged, around: Surroundings) -> tuple[LineComment, ...]:
    comments: list[LineComment] = []
    for defect in defects:
        if len(comments) >= number:
            break
        if comment := inline.comment(defect, standing.commentable, around):
            comments.append(comment)
    return tuple(comments)


def _reworded(defects: Iterable[Defect], threads: Iterable[PostedThread], around: Surroundings) -> Iterator[LineComment]:
    """What open threads say no longer in the words of now: the defect is the same one, another value is wrong with it."""
    by_key = {key: defect for defect in defects for key in defect.keys}
    for key, thread in {thread.key: thread for thread in threads}.items():
        if key in by_key and (comment := inline.reworded(by_key[key], thread, around)):
            yield comment


def _looked(standing: Judged, key: str) -> bool:
    """Whether the validator that once had this finding did its work this time: any of them, where it is not known which."""
    done = {result.validator: result.outcome is Outcome.COMPLETED for result in standing.report.results}
    validator = standing.brought_by.get(key)
    return all(done.values()) if validator is None else done.get(validator, False)


def _not_looked_at(report: Report) -> frozenset[str]:
    return frozenset(note.what for result in report.results for note in result.coverage.not_checked)
