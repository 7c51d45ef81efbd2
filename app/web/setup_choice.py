"""What whoever sets the service up may choose, and what of it can't work."""

import ipaddress
import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from app.forges.github.app_manifest import LONGEST_NAME, Contents, api_url_of

_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the App shall be made, for whom, and what it may do. Addresses have no slash at their end."""

    web_url: str
    api_url: str
    organization: str
    name: str
    contents: Contents
    public_url: str

    @property
    def host(self) -> str:
        """The GitHub as people call it."""
        return urlsplit(self.web_url).netloc

    def elsewhere(self, web_url: str) -> "Choice":
        """The same at another GitHub, whose API is where GitHub has it."""
        wanted = web_url.strip().rstrip("/")
        if wanted and "://" not in wanted:
            wanted = f"https://{wanted}"
        return self if wanted in ("", self.web_url) else replace(self, web_url=wanted, api_url=api_url_of(wanted))

    def problems(self) -> tuple[str, ...]:
        """What has to be mended first, each in a sentence."""
        found = (_address_problem(self.web_url), self._owner_problem(), self._name_problem(), self._public_problem())
        return tuple(problem for problem in found if problem)

    def _owner_problem(self) -> str:
        if self.organization and _ACCOUNT.fullmatch(self.organization) is None:
            return (
                f"`{self.organization}` is not the name of an organization: take what stands in its address, `github.com/NAME`."
            )
        return ""

    def _name_problem(self) -> str:
        if 0 < len(self.name.strip()) <= LONGEST_NAME:
            return ""
        return f"The App's name has 1 to {LONGEST_NAME} characters."

    def _public_problem(self) -> str:
        host, there = urlsplit(self.public_url).hostname or "", urlsplit(self.web_url).hostname or ""
        cloud = there == "github.com" or there.endswith(".ghe.com")
        if not (_is_loopback(host) and not _is_loopback(there)) and not (cloud and _is_private(host)):
            return ""
        return (
            f"{self.host} can't reach `{self.public_url}`, and refuses it as the address of webhooks. Set "
            "`FAIRLEAD_PUBLIC_URL` to the address under which Fairlead can be reached, and start it again."
        )


def default_name(organization: str, public_url: str) -> str:
    """A name that is likely to be free: on github.com, no two Apps have the same."""
    name = f"Fairlead {organization or urlsplit(public_url).hostname or ''}".strip()
    return name[:LONGEST_NAME].rstrip(" .-_")


def _address_problem(url: str) -> str:
    if not _is_plain_address(url):
        return f"`{url}` is not the address of a GitHub: it looks like `https://github.example.com`, without a path."
    parts = urlsplit(url)
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        return f"`{url}` is not encrypted, and the App's keys come from there: use its https address."
    return ""


def _is_plain_address(url: str) -> bool:
    """Whether it is a scheme and a host, perhaps a port, and nothing that would mean something in a header."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    more = parts.username or parts.path or parts.query or parts.fragment
    return sound and not more and re.search(r"[\s;,'\"*]", url) is None


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host
