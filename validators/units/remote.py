"""Which references lead out of the repository, and which of them lead back into it."""

import re
from urllib.parse import urlsplit

_LONGEST = 2048
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*::?[^ ]|^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SCP = re.compile(r"^(?:[\w.-]+@)?[\w.-]+\.[\w.-]+:[^/].*$|^[\w.-]+@[\w.-]+:.+$")
_KNOWN_HOST = re.compile(r"^(?:www\.)?(?:github|gitlab|bitbucket)\.[a-z.]+/", re.IGNORECASE)
_QUERY = re.compile(r"\?(?:.*&)?(?:ref|version|timeout|submodules)=")


def is_remote(reference: str) -> bool:
    """Whether kustomize would fetch `reference` when no file has that name.

    https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/ and its list of URL forms.
    """
    if reference.startswith(("/", ".", "~")) or len(reference) > _LONGEST:
        return False
    forms = (_SCHEME, _SCP, _KNOWN_HOST, _QUERY)
    return any(form.search(reference) for form in forms) or "//" in reference or ".git/" in reference


def repository(url: str) -> str:
    """`url` in the one form in which two spellings of the same repository are equal: `host/owner/name`.

    Scheme, user, port, a final `.git` and the case of the host don't count: `git@Host:owner/name.git` and
    `https://host/owner/name` are one repository. "" for no URL.
    """
    text = url.strip()
    scp = re.match(r"^(?:[\w.-]+@)?([\w.-]+):(?!//)(.+)$", text)
    if scp:
        host, path = scp.group(1), scp.group(2)
    else:
        try:
            parts = urlsplit(text)
            host, path = parts.hostname or "", parts.path
        except ValueError:
            return text
    path = path.strip("/").removesuffix(".git").strip("/")
    return f"{host.lower()}/{path}" if host else path


def without_credentials(url: str) -> str:
    """`url` as it may be shown: a user and password in it are left out, and so is a query."""
    return re.sub(r"(?<=://)[^/?#]*@", "", url).split("?")[0] if "://" in url else url


def same_repository(url: str, origin: str | None) -> bool:
    """Whether `url` means the repository of `origin`; False where that is not known."""
    return bool(origin) and repository(url) == repository(origin or "")
