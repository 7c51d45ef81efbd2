"""What a schedule of a CronJob may look like, as one regular expression.

Five fields with ranges, steps and names, or a macro: https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format,
which is what Kubernetes parses it with. A zone before it is refused by newer releases; it is left to them.
"""

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_DAYS = "sun|mon|tue|wed|thu|fri|sat"
_VALUES = (
    "0*[0-5]?[0-9]",
    "0*(?:1?[0-9]|2[0-3])",
    "0*(?:[1-9]|[12][0-9]|3[01])",
    f"0*(?:[1-9]|1[0-2])|{_MONTHS}",
    f"0*[0-6]|{_DAYS}",
)
_MACROS = "@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)|@every [0-9.a-zµ]+"


def _field(value: str) -> str:
    part = rf"(?:\*|\?|(?:{value})(?:-(?:{value}))?)(?:/[0-9]+)?"
    return f"{part}(?:,{part})*"


_FIELDS = r"\s+".join(map(_field, _VALUES))
PATTERN = rf"^(?i:\s*(?:(?:CRON_)?TZ=\S+\s+)?(?:{_MACROS}|{_FIELDS})\s*)$"
