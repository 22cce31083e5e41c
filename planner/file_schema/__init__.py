"""Plain data with places to a typed model, or every finding at once.

Wraps pydantic: the same strict rules for all files, messages of our own, a place in the file
for each finding, and a hint for each misspelt field.
"""

from planner.file_schema.checking import Checked, check
from planner.file_schema.lookup import Schema
from planner.file_schema.salvaging import NO_GAPS, Gaps, Salvaged, salvage

__all__ = ["NO_GAPS", "Checked", "Gaps", "Salvaged", "Schema", "check", "salvage"]
