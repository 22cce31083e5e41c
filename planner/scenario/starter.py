"""The scenario that `planner new` writes."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_TEMPLATE = Path(__file__).with_name("starter.yaml")
_HERE = "../schemas/scenario.schema.json"
"""The schema as the template itself names it."""


def starter(folder: Path) -> str:
    """A commented scenario that is valid as it is.

    Args:
        folder: where it will stand; the first line names the JSON Schema relative to it.
    """
    schema = _PACKAGE / "schemas" / "scenario.schema.json"
    try:
        named = os.path.relpath(schema, folder.resolve())
    except ValueError:  # another drive
        named = str(schema)
    text = _TEMPLATE.read_text(encoding="utf-8")
    return text.replace(_HERE, Path(named).as_posix(), 1)
