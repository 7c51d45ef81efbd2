"""How much the forge lets a client do; tests and people may change it while it runs."""

from dataclasses import dataclass


@dataclass(slots=True)
class Limits:
    """`calls_per_hour` is what every client has (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).

    `writes_per_minute` is the secondary limit on what makes content, 80 on GitHub; None, as here, lets a demo be quick.
    `token_seconds` is how long an installation token is good for.
    """

    calls_per_hour: int = 15_000
    writes_per_minute: int | None = None
    token_seconds: float = 3600
