"""`fairlead.report/v1`, for other programs. `work_tree` tells whether the edits that are not committed were looked at, too."""

import json

from app.cli.formats import Judged
from validators.report_json import to_json


def render(judged: Judged) -> str:
    """One JSON object; everything beyond ASCII stands in it as an escape."""
    report = to_json(judged.report, judged.verdict)
    return json.dumps({**report, "work_tree": judged.work_tree}, indent=2) + "\n"
