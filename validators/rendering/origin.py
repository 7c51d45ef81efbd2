"""Where in the sources something that was rendered comes from."""

from validators.rendering.model import Confidence, Origin, RenderedResource, Rendering


def origin(rendering: Rendering, each: RenderedResource) -> Origin:
    """Where the object `each` of `rendering` comes from: its template where Helm names it, else the unit's own file."""
    if each.source:
        return Origin(each.source, None, Confidence.FILE)
    return Origin(rendering.plan.file, None, Confidence.UNIT)
