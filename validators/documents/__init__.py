"""YAML and JSON to documents whose every node knows its place.

Values are read as Kubernetes tools read them (scalars.py, decoding.py, splitting.py), without recursion over what a
stranger wrote (composing.py), within the limits of limits.py.
"""

from validators.documents.cache import DocumentCache, read
from validators.documents.nodes import Node, Path, Span, Value
from validators.documents.reading import Document, Documents

__all__ = ["Document", "DocumentCache", "Documents", "Node", "Path", "Span", "Value", "read"]
