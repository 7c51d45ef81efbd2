"""`.fairlead.yaml`: what a repository may choose, read at the base of a change, strictly."""

from app.config.model import Configuration, json_schema
from app.config.reading import BROKEN, MISNAMED, PATH, BrokenConfiguration, read, validate_text

__all__ = ["BROKEN", "MISNAMED", "PATH", "BrokenConfiguration", "Configuration", "json_schema", "read", "validate_text"]
