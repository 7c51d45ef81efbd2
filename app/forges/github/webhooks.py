"""Reads GitHub's webhooks. A delivery is only a hint: ids, numbers, repository names and a comment's text are all that is read.

Signatures: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError
from pydantic_core import from_json

from app.forges.base import BadSignature, Delivery, Event, Ignored, Malformed
from app.forges.github.events import READERS, App
from app.forges.github.names import DELIVERY


@dataclass(frozen=True, slots=True)
class GitHubReader:
    """Reads the webhooks that one GitHub App gets; `forge` names the connection. While a secret is replaced, both are good."""

    forge: str
    app_id: int
    secrets: tuple[str, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.secrets or not all(self.secrets):
            raise ValueError(f"{self.forge}: webhooks can't be trusted without a secret; give at least one, and no empty one")

    def read(self, headers: Mapping[str, str], body: bytes) -> Delivery:
        """What a delivery asks for. Raises BadSignature before anything of `body` is parsed, Malformed after."""
        self._verify(headers.get("x-hub-signature-256", ""), body)
        delivery, name = headers.get("x-github-delivery", ""), headers.get("x-github-event", "")
        if DELIVERY.fullmatch(delivery) is None:
            raise Malformed("X-GitHub-Delivery is missing or no delivery's id")
        if not name:
            raise Malformed("X-GitHub-Event is missing")
        return Delivery(delivery, self.event(name, _parsed(body)))

    def event(self, name: str, payload: Mapping[str, object]) -> Event:
        """What a payload asks for that GitHub is known to have sent. Raises Malformed."""
        read = READERS.get(name)
        if read is None:
            return Ignored(f"nothing is done on {name[:80]!r}")
        try:
            return read(App(self.forge, self.app_id), payload)
        except ValidationError as problem:
            raise Malformed(f"{name}: {_first_fault(problem)}") from None

    def _verify(self, shown: str, body: bytes) -> None:
        """Compare with every secret, in the same time whatever is shown; as bytes, since text beyond ASCII would raise."""
        given = shown.encode("utf-8", "surrogatepass")
        matches = [
            hmac.compare_digest(given, b"sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode())
            for secret in self.secrets
        ]
        if not any(matches):
            raise BadSignature("X-Hub-Signature-256 is missing" if not shown else "X-Hub-Signature-256 is of another secret")


def _parsed(body: bytes) -> dict[str, object]:
    """The body as JSON: UTF-8, no lone surrogates, no NaN, at most 200 levels deep and numbers of at most 4,300 digits."""
    try:
        payload: object = from_json(body, allow_inf_nan=False)
    except ValueError as problem:
        hint = "; let the webhook's content type be application/json" if body.startswith(b"payload=") else ""
        raise Malformed(f"not JSON: {problem}{hint}") from None
    if not isinstance(payload, dict):
        raise Malformed("not a JSON object")
    return payload


def _first_fault(problem: ValidationError) -> str:
    """Where the payload is not what it should be; its values are not repeated."""
    fault = problem.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
