"""The columns of the table of measured rows, as Markdown."""

from __future__ import annotations

from planner.scenario.benchmarks.plain import COLUMNS


def benchmark_columns() -> str:
    """Every column and what it holds."""
    rows = [f"| `{name}` | {meaning} |" for name, meaning in COLUMNS.items()]
    return "\n".join(["| column | what it holds |", "|---|---|", *rows])
