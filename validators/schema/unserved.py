"""Kinds that a cluster won't have: API versions taken away or not there yet, names that nobody serves.

Only what is certain is a defect. Groups of Kubernetes itself are known in full, and so are kinds that a CRD in the repository
defines; of a kind that some other controller brings, nothing is known without its CRD.
"""

import re
from collections.abc import Iterator

from validators.model import ResourceId, Severity
from validators.schema import core
from validators.schema.custom import Served
from validators.schema.guesses import did_you_mean, guess
from validators.schema.model import Correction, Remedy, Violation
from validators.schema.removed import Removal, removal
from validators.schema.wording import alternatives

MALFORMED = "schema/malformed-kind"
REMOVED = "schema/removed-api"
DEPRECATED = "schema/deprecated-api"
UNKNOWN = "schema/unknown-kind"

_KIND = re.compile(r"[A-Za-z][A-Za-z0-9]{0,62}")
_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_API_VERSION = re.compile(rf"(?:(?=[^/]{{1,253}}/)(?:{_LABEL})(?:\.{_LABEL})*/)?{_LABEL}")


def malformed(named: ResourceId) -> Violation | None:
    """What is wrong with the spelling of kind or API version, which nothing may be looked up by before."""
    if not _KIND.fullmatch(named.kind):
        message = f"`kind` should be a word of letters and digits, found `{named.kind[:60]}`"
        return Violation(MALFORMED, ("kind",), "malformed kind", message)
    if not _API_VERSION.fullmatch(named.api_version):
        message = f"`apiVersion` should be `version` or `group/version`, such as `apps/v1`, found `{named.api_version[:60]}`"
        return Violation(MALFORMED, ("apiVersion",), "malformed apiVersion", message)
    return None


def unserved(named: ResourceId, release: str) -> Violation | None:
    """Why a release of Kubernetes lacks a kind of its own groups; None for a kind of other groups."""
    gone = removal(named.api_version, named.kind)
    served = core.serving(named.api_version, named.kind)
    what = f"{named.kind} in {named.api_version}"
    if gone is not None:
        return _removed(named, release, f"{what} was removed in Kubernetes {gone.since}", gone)
    if served:
        older = core.versions().index(served[-1]) < core.versions().index(release)
        if older:
            return _removed(named, release, f"{what} is gone since Kubernetes {served[-1]}, the last to have it", None)
        message = f"Kubernetes {release} does not have {what} yet; it comes with {served[0]}"
        return Violation(UNKNOWN, ("apiVersion",), f"no {named.kind} in {named.api_version}", message)
    if core.group(named.api_version) in core.groups() and not _is_kubeconfig(named):
        return _unknown(named, release)
    return None


def deprecated(named: ResourceId, release: str) -> Iterator[Violation]:
    """A warning where a later release takes away the API version of a kind that this release still has."""
    known = core.versions()
    served = core.serving(named.api_version, named.kind)
    last = served[-1] if served else release
    if last == known[-1] or core.group(named.api_version) not in core.groups():
        return
    instead = _elsewhere(named, known[known.index(last) + 1])
    if not instead:
        return
    gone = removal(named.api_version, named.kind)
    since = gone.since if gone else known[known.index(last) + 1]
    message = f"{named.kind} in {named.api_version} is gone from Kubernetes {since} on; use {alternatives(instead)}"
    title = f"{named.api_version} is about to be removed"
    correction = _moved(gone) if gone and gone.instead in instead else None
    yield Violation(DEPRECATED, ("apiVersion",), title, message, severity=Severity.WARNING, correction=correction)


def not_served(named: ResourceId, served: Served) -> Violation:
    """A kind that a CRD of the repository defines, in a version that it does not serve."""
    instead = f"but in {alternatives(served.api_versions)}" if served.api_versions else "nor in any other"
    message = f"{served.origin} does not serve {named.kind} in {named.api_version}, {instead}"
    only = served.api_versions[0] if len(served.api_versions) == 1 else None
    correction = Correction(Remedy.REPLACE, only) if only else None
    return Violation(UNKNOWN, ("apiVersion",), f"{named.api_version} is not served", message, correction=correction)


def withdrawn(named: ResourceId, path: str) -> Violation:
    """A kind whose CRD the change takes out of the file at `path`, so that the objects of it that stay are of no kind."""
    message = (
        f"the change takes the CRD of {named.kind} out of {path}, and no other in the repository defines it: "
        "with the CRD all its objects are deleted, and this one can't be applied any more. Remove it too, or keep the CRD"
    )
    return Violation(UNKNOWN, ("kind",), f"the CRD of {named.kind} is taken away", message)


def _removed(named: ResourceId, release: str, what: str, gone: Removal | None) -> Violation:
    now = (gone.instead,) if gone and gone.instead else () if gone else _elsewhere(named, release)
    hint = f"; use {alternatives(now)}" if now else "; nothing took its place"
    message = f"{what}, and this is for {release}{hint}"
    title = f"{named.api_version} {named.kind} was removed"
    return Violation(REMOVED, ("apiVersion",), title, message, correction=_moved(gone))


def _moved(gone: Removal | None) -> Correction | None:
    """The API version to write instead, where nothing else has to be rewritten with it."""
    return Correction(Remedy.REPLACE, gone.instead) if gone and gone.alike else None


def _unknown(named: ResourceId, release: str) -> Violation:
    elsewhere = _elsewhere(named, release)
    title = f"no {named.kind} in {named.api_version}"
    message = f"Kubernetes {release} has no {named.kind} in {named.api_version}"
    if elsewhere:
        correction = Correction(Remedy.REPLACE, elsewhere[0]) if len(elsewhere) == 1 else None
        hint = f"; it is in {alternatives(elsewhere)}"
        return Violation(UNKNOWN, ("apiVersion",), title, message + hint, correction=correction)
    guessed = guess(named.kind, core.kinds_in(release, named.api_version))
    correction = Correction(Remedy.REPLACE, guessed.names[0]) if guessed.certain else None
    return Violation(UNKNOWN, ("kind",), title, message + did_you_mean(guessed.names), correction=correction)


def _elsewhere(named: ResourceId, release: str) -> tuple[str, ...]:
    """Where else a release has the kind: in its own group, or else in others; stable versions where there are any."""
    others = [each for each in core.api_versions_of(release, named.kind) if each != named.api_version]
    same = [each for each in others if core.group(each) == core.group(named.api_version)]
    found = same or others
    stable = [each for each in found if "alpha" not in each and "beta" not in each]
    return tuple(stable or found)


def _is_kubeconfig(named: ResourceId) -> bool:
    """Whether it is the configuration of kubectl, which looks like an object and is none."""
    return named.api_version == "v1" and named.kind == "Config"
