"""What known secrets look like in text. Every pattern is linear: no part of a match can be divided in two ways.

Sources: the token formats that GitHub, GitLab, AWS, Slack, Google, Stripe, npm, PyPI, HashiCorp and age document, RFC 7519
(JSON Web Tokens), RFC 7468 (PEM blocks), RFC 3986 section 3.2.1 (passwords in URLs), RFC 6750 and 7617 (authorization headers).
"""

import re

MASK = "[masked]"

_TOKENS = (
    r"gh[pousr]_[A-Za-z0-9_.-]{16,}",  # also the long installation tokens ghs_<id>_<jwt>
    r"github_pat_[A-Za-z0-9_]{20,}",
    r"gl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|oas|imt)-[A-Za-z0-9_.-]{16,}",
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}",
    r"eyJ[A-Za-z0-9_-]{8,2048}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,3}",
    r"xox[a-z]-[A-Za-z0-9-]{10,}",
    r"xapp-[A-Za-z0-9-]{10,}",
    r"AIza[A-Za-z0-9_-]{30,}",
    r"ya29\.[A-Za-z0-9_-]{16,}",
    r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",
    r"sk-(?:proj-|ant-)?[A-Za-z0-9_]{20,}",
    r"npm_[A-Za-z0-9]{30,}",
    r"pypi-AgE[A-Za-z0-9_-]{16,}",
    r"hv[sbr]\.[A-Za-z0-9_-]{16,}",
    r"dop_v1_[a-f0-9]{32,}",
    r"whsec_[A-Za-z0-9+/=]{16,}",
    r"AGE-SECRET-KEY-1[A-Z0-9]{20,}",
)

_NAMES = r"passw(?:or)?d|pwd|client[_-]?secret|secret[_-]?(?:access[_-]?)?key|api[_-]?key|access[_-]?key|account[_-]?key"

KNOWN: tuple[re.Pattern[str], ...] = (
    re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]{0,40}-----|\Z)", re.DOTALL),
    re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_TOKENS)})++"),
    re.compile(r"(?<=://)(?!git@)[^\s/@'\"`<>]{1,512}(?=@)"),
    re.compile(r"(?i)(?<![a-z0-9])(?P<keep>(?:bearer|basic)[ \t]+)[A-Za-z0-9._~+/=-]{16,}"),
    re.compile(r"(?i)(?P<keep>authorization[\"']?[ \t]*[:=][ \t]*[\"']?(?:[a-z]+[ \t]+)?)[A-Za-z0-9._~+/=-]{16,}"),
    re.compile(rf"(?i)(?P<keep>(?:{_NAMES})[\"']?=[\"']?)[^\s\"'`;&]{{4,}}"),
    re.compile(r"hooks\.slack\.com/services/[A-Za-z0-9/_-]{8,}"),
)
"""What is replaced by the mask; a group named `keep` stays in front of it."""


def mask_known(text: str) -> str:
    """`text` with everything that looks like a known kind of secret replaced by the mask."""
    for pattern in KNOWN:
        text = pattern.sub(_masked, text)
    return text


def _masked(match: re.Match[str]) -> str:
    return (match.groupdict().get("keep") or "") + MASK
