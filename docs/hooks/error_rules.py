"""The rules that a scenario must keep, with their examples, as Markdown."""

from __future__ import annotations

from textwrap import dedent

from planner.scenario.checks import CHECKS


def error_rules() -> str:
    """Every rule with an example that keeps it and one that breaks it."""
    parts = [f"There are {len(CHECKS)} of them."]
    for check in CHECKS:
        parts += [
            f"### `{check.id}`",
            check.sentence,
            f"Kept by:\n\n```yaml\n{dedent(check.passes).strip()}\n```",
            f"Broken by:\n\n```yaml\n{dedent(check.fails).strip()}\n```",
        ]
    return "\n\n".join(parts)
