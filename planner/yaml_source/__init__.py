"""YAML text to plain data that remembers where each value stands.

The text is read from PyYAML's event stream under caps of our own (bytes, depth, number of
nodes). Anchors, aliases, tags, duplicate keys and several documents are errors. Plain scalars
mean what they look like: ``true``, ``false`` and ``null`` in lower case, decimal numbers, and
text for all the rest, so that ``NO`` stays a country and ``012`` stays a text.
"""

from planner.yaml_source.document import Document, Path, Value, child
from planner.yaml_source.files import MAX_BYTES, read_bytes
from planner.yaml_source.reader import MAX_DEPTH, MAX_DIGITS, MAX_NODES, parse

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_NODES",
    "Document",
    "Path",
    "Value",
    "child",
    "parse",
    "read_bytes",
]
