"""The ranges of speeds that the catalogue holds, as Markdown."""

from __future__ import annotations

from planner.catalog.loading import default_catalog


def ranges() -> str:
    """A table of every speed with its range and where it comes from."""
    lines = ["| engine | speed | low | high | where it comes from |", "|---|---|---|---|---|"]
    for engine in default_catalog().engines.values():
        for name, fact in engine.constants.items():
            if name == "speed" or name.endswith("_speed"):
                if fact.low is None or fact.high is None:
                    continue
                why = fact.estimate or fact.note or fact.source
                lines.append(
                    f"| {engine.id} {engine.version} | `{name}` "
                    f"| {fact.low:g} | {fact.high:g} | {why} |"
                )
    return "\n".join(lines)
