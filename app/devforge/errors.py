"""What the API says no with, in GitHub's words: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

DOCUMENTATION = "https://docs.github.com/rest"

FieldError = Mapping[str, str]


class ApiError(Exception):
    """An answer that is not a success; `errors` are texts or objects naming resource, field and code."""

    def __init__(
        self,
        status: int,
        message: str,
        errors: Sequence[FieldError | str] = (),
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = tuple(errors)
        self.headers = headers

    def body(self) -> dict[str, object]:
        """The JSON that a client gets."""
        said: dict[str, object] = {"message": self.message}
        if self.errors:
            said["errors"] = list(self.errors)
        return {**said, "documentation_url": DOCUMENTATION, "status": str(self.status)}


def not_found() -> ApiError:
    """The thing is not there, or may not be known to be there."""
    return ApiError(404, "Not Found")


def forbidden(message: str) -> ApiError:
    """The thing may be seen, but not done."""
    return ApiError(403, message)


def bad_credentials() -> ApiError:
    """A token that nobody gave, or that has expired."""
    return ApiError(401, "Bad credentials")


def invalid(resource: str, field: str, message: str = "", code: str = "custom") -> ApiError:
    """A value that GitHub's rules refuse. `code` is custom, invalid, missing_field or already_exists."""
    error = {"resource": resource, "code": code, "field": field}
    return ApiError(422, "Validation Failed", [{**error, "message": message} if message else error])
