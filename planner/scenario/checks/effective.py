"""Features of the file format that no plan keeps yet: refused at their place, never ignored.

When a feature becomes effective, its line goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planner.scenario.checks.check import Check, Context, Finding
from planner.yaml_source import Document, Path, Value


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that the file format has and the formulation does not.

    Attributes:
        path: where it stands; ``*`` is any entry of a list.
        name: what it is called in messages.
        example: a value that is refused.
        harmless: whether a value asks for nothing, and may pass.
    """

    path: str
    name: str
    example: str
    harmless: Callable[[Value], bool] = lambda value: value in (None, [], {})


FEATURES = (
    Feature("operating_points", "a power cap", "[{gpu: rtx-a6000, power_cap_w: 200}]"),
    Feature(
        "branches",
        "an uncertain roadmap",
        "[{name: boom, probability: 0.3, from: 2027-01, demand: {chat: 2}}]",
    ),
)

_HINT = "remove it to plan without it"


def _places(document: Document, steps: list[str], path: Path = ()) -> Iterator[Path]:
    """Paths of the document that a dotted path stands for."""
    if not steps:
        yield path
        return
    value, (step, *rest) = document.get(path), steps
    if step == "*":
        for i in range(len(value) if isinstance(value, list) else 0):
            yield from _places(document, rest, (*path, i))
    elif isinstance(value, dict) and step in value:
        yield from _places(document, rest, (*path, step))


def _not_effective(context: Context) -> Iterator[Finding]:
    for feature in FEATURES:
        for path in _places(context.document, feature.path.split(".")):
            if not feature.harmless(context.document.get(path)):
                message = f"no plan keeps {feature.name} (`{path[-1]}`) yet"
                yield Finding(path, message, _HINT, at_key=True)


CHECKS = (
    Check(
        id="not-yet-effective",
        sentence="What the file format has and no plan keeps yet is refused, not ignored.",
        find=_not_effective,
        passes="operating_points: []",
        fails="operating_points: [{gpu: rtx-a6000, power_cap_w: 200}]",
    ),
)
