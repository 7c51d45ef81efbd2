"""`.fairlead.yaml`: what a repository may choose, read at the base of a change, strictly."""

from app.config.model import Configuration, json_schema
from app.config.reading import BROKEN, MISNAMED, PATH, BrokenConfiguration, read, validate_text
from app.config.ruling import Ruling, ruling

__all__ = [
    "BROKEN",
    "MISNAMED",
    "PATH",
    "BrokenConfiguration",
    "Configuration",
    "Ruling",
    "json_schema",
    "read",
    "ruling",
    "validate_text",
]
