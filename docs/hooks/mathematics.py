"""The mathematics as Markdown, from the records of the formulation."""

from __future__ import annotations

from collections.abc import Iterator

from planner.formulation.objective import TERMS
from planner.formulation.rule import Rule, Term
from planner.formulation.rules import RULES
from planner.formulation.variables import FAMILIES

ABOUT = {
    "fleet": ("The fleet", "What is owned at each node, and what of it is in use."),
    "housing": ("Housing", "Which card stands in which host."),
    "serving": ("Serving", "What runs on the cards of a node."),
}


def decisions() -> str:
    """A table of the variables."""
    lines = ["| variable | name in listings | meaning |", "|---|---|---|"]
    for family, text in FAMILIES.items():
        formula, meaning = text.split(": ", 1)
        lines.append(f"| ${formula}$ | `{family}` | {meaning} |")
    return "\n".join(lines)


def rules() -> str:
    """Every rule under the heading of what it binds."""
    parts: list[str] = []
    for about, (heading, sentence) in ABOUT.items():
        parts += [f"### {heading}", sentence]
        for file in RULES:
            if file.rule.about == about:
                parts += _rule(file.rule)
    return "\n\n".join(parts)


def objective() -> str:
    """Every term of the objective."""
    return "\n\n".join(line for file in TERMS for line in _term(file.term))


def _rule(rule: Rule) -> Iterator[str]:
    yield f"#### `{rule.name}`"
    yield rule.sentence
    yield f"$$\n{rule.formula}\n$$"
    yield f"Unit: {rule.unit}."


def _term(term: Term) -> Iterator[str]:
    yield f"#### `{term.name}`"
    yield term.sentence
    yield f"$$\n{term.formula}\n$$"
    yield f"Category of the cash flow: {term.category}. Unit: discounted cents."
