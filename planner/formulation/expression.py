"""Variables and linear expressions, free of any solver."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

Number: TypeAlias = "int | float | Fraction"
Key: TypeAlias = "tuple[str, ...]"


class Variable:
    """A decision: its family, the key within the family, bounds, and how soon to branch on it."""

    __slots__ = ("family", "integer", "key", "lower", "priority", "upper")

    def __init__(
        self, family: str, key: Key, upper: int, *, integer: bool = True, priority: int = 0
    ) -> None:
        self.family = family
        self.key = key
        self.lower = 0
        self.upper = upper
        self.integer = integer
        self.priority = priority

    @property
    def name(self) -> str:
        """Name in listings, for example ``replicas[lab,chat@rtx-a6000/bf16/x1/s4,2026-10]``."""
        return f"{self.family}[{','.join(self.key)}]"

    def __mul__(self, factor: Number) -> Expression:
        return Expression({self: factor})

    __rmul__ = __mul__

    def __neg__(self) -> Expression:
        return Expression({self: -1})

    def __add__(self, other: Variable | Expression) -> Expression:
        return total((self, other))

    def __sub__(self, other: Variable | Expression) -> Expression:
        return total((self, -other))

    def __repr__(self) -> str:
        return self.name


class Expression:
    """A linear expression: a factor for each variable. Treat it as a value; do not change it."""

    __slots__ = ("terms",)

    def __init__(self, terms: dict[Variable, Number] | None = None) -> None:
        self.terms: dict[Variable, Number] = terms or {}

    def __mul__(self, factor: Number) -> Expression:
        return Expression({v: f * factor for v, f in self.terms.items()})

    __rmul__ = __mul__

    def __neg__(self) -> Expression:
        return self * -1

    def __add__(self, other: Variable | Expression) -> Expression:
        return total((self, other))

    def __sub__(self, other: Variable | Expression) -> Expression:
        return total((self, -other))


def total(parts: Iterable[Variable | Expression]) -> Expression:
    """The sum of variables and expressions; factors that cancel out are left away."""
    terms: dict[Variable, Number] = {}
    for part in parts:
        if isinstance(part, Variable):
            terms[part] = terms.get(part, 0) + 1
        else:
            for variable, factor in part.terms.items():
                terms[variable] = terms.get(variable, 0) + factor
    return Expression({v: f for v, f in terms.items() if f != 0})
