"""`fairlead.report/v1`, for other programs."""

import json

from app.cli.formats import Judged
from validators.report_json import to_json


def render(judged: Judged) -> str:
    """One JSON object; everything beyond ASCII stands in it as an escape."""
    return json.dumps(to_json(judged.report, judged.verdict), indent=2) + "\n"
