"""The keys of a GitHub App as secret managers take them; each name is a setting of the service."""

import json
from collections.abc import Mapping

from app.forges.github.registration import RegisteredApp

SECRET_NAME = "fairlead-github"  # noqa: S105 the name of a Kubernetes object


def printed(form: str, app: RegisteredApp) -> str:
    """The settings that make the service this App, as `env`, `json` or `kubernetes-secret`."""
    values = _settings(app)
    if form == "json":
        return json.dumps(values, indent=2) + "\n"
    if form == "env":
        return "".join(f'{name}="{value.strip()}"\n' for name, value in values.items())
    return _kubernetes(values)


def _settings(app: RegisteredApp) -> Mapping[str, str]:
    return {
        "FAIRLEAD_GITHUB_APP_ID": str(app.id),
        "FAIRLEAD_GITHUB_PRIVATE_KEY": app.private_key,
        "FAIRLEAD_GITHUB_WEBHOOK_SECRET": app.webhook_secret,
        "FAIRLEAD_GITHUB_API_URL": app.api_url,
        "FAIRLEAD_GITHUB_WEB_URL": app.web_url,
    }


def _kubernetes(values: Mapping[str, str]) -> str:
    """For `envFrom` of the container; JSON's strings are YAML's."""
    lines = "".join(f"  {name}: {json.dumps(value)}\n" for name, value in values.items())
    return f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {SECRET_NAME}\ntype: Opaque\nstringData:\n{lines}"
