"""The keys of an app that was made from a manifest."""

from app.devforge import manifests
from app.devforge.rest.calls import Answer, Call, Endpoint
from app.devforge.shapes import accounts


def convert(call: Call) -> Answer:
    """POST /app-manifests/{code}/conversions: whoever has the code gets the keys, once."""
    app, private_key = manifests.convert(call.forge, call.path["code"])
    keys = {"client_secret": f"{app.id:040x}", "webhook_secret": app.webhook_secret, "pem": private_key}
    return Answer({**accounts.app(call.forge, app), **keys}, 201)


ENDPOINTS: tuple[Endpoint, ...] = (Endpoint("POST", "/app-manifests/{code}/conversions", convert),)
