"""A small forge that speaks GitHub: its REST API, its webhooks, the GraphQL that threads take, and git over HTTP.

It stands on bare repositories and one SQLite file, so that the demo, the tutorial and the tests run the very code that
production runs. It imports nothing of Fairlead, so that it cannot share Fairlead's mistakes.
"""

from app.devforge.forge import Forge
from app.devforge.server import create_app

__all__ = ["Forge", "create_app"]
