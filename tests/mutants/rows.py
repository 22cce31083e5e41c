"""Rows as mutants see them: the sorts of rows of a rule, neighbours in time, and equal meaning."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property

from planner.formulation.expression import Expression, Key, Number, Variable
from planner.formulation.model import Model
from planner.formulation.rule import Row, RuleFile

Sort = tuple[str, int, tuple[str, ...]]
"""Sign, length of the key, and the words of the rule's own file that are in the key."""
Terms = tuple[tuple[int, Number], ...]
"""Factors by number of the variable."""
LONGEST_WORD = 12


@dataclass(frozen=True, eq=False)
class Setting:
    """Where a row or a term stands: its program, and the other rows of its rule."""

    model: Model
    siblings: tuple[Row, ...] = ()

    @cached_property
    def labels(self) -> list[str]:
        """Nodes in their order."""
        return [node.label for node in self.model.problem.tree.nodes]

    @cached_property
    def _variables(self) -> dict[tuple[str, Key], Variable]:
        return {(v.family, v.key): v for v in self.model.variables}

    @cached_property
    def _rows(self) -> dict[Key, Row]:
        return {row.key: row for row in self.siblings}

    def ends(self, key: Key) -> bool:
        """Whether a key is about the last of several nodes."""
        return len(self.labels) > 1 and key[-1] == self.labels[-1]

    def variable(self, at: Variable, steps: int) -> Variable:
        """The variable some nodes later, or the same one where there is none."""
        key = self._moved(at.key, steps)
        return self._variables.get((at.family, key), at)

    def row(self, at: Row, steps: int) -> Row:
        """The row of the rule some nodes later, or the same one where there is none."""
        return self._rows.get(self._moved(at.key, steps), at)

    def _moved(self, key: Key, steps: int) -> Key:
        if key[-1] not in self.labels:
            return key
        index = self.labels.index(key[-1]) + steps
        return (*key[:-1], self.labels[index]) if 0 <= index < len(self.labels) else key


def sign(row: Row) -> str:
    """``=``, ``<=`` or ``>=``."""
    if row.at_least is not None and row.at_least == row.at_most:
        return "="
    return "<=" if row.at_least is None else ">="


def sort_of(row: Row, words: re.Pattern[str]) -> Sort:
    """What tells a row apart from others of its rule, but for its site, item and node."""
    found = (words.fullmatch(part) for part in row.key[:-1])
    return sign(row), len(row.key), tuple(match[1] for match in found if match)


@cache
def words_of(file: RuleFile) -> re.Pattern[str]:
    """What a rule writes into its keys itself: a word of its file, alone or before something."""
    tree = ast.parse(inspect.getsource(sys.modules[file.rows.__module__]))
    named = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant))
    texts = {text.strip() for text in named if isinstance(text, str)}
    words = sorted(re.escape(text) for text in texts if 0 < len(text) < LONGEST_WORD)
    return re.compile(rf"({'|'.join(words)})\d*(?: .*)?")


class Meaning:
    """What rows of a program forbid, so that two ways to write the same are equal."""

    def __init__(self, model: Model) -> None:
        self._numbers = {variable: i for i, variable in enumerate(model.variables)}

    def of_rows(self, rows: Iterable[Row]) -> frozenset[tuple[Terms, Number]]:
        """Each side as ``sum <= bound`` with a first factor of 1 or -1.

        What the bounds of the variables imply is left away.
        """
        return frozenset(side for row in rows for side in self._sides(row))

    def of_cost(self, cost: Expression) -> Terms:
        """All factors."""
        found = ((self._numbers[v], f) for v, f in cost.terms.items() if f)
        return tuple(sorted(found))

    def _sides(self, row: Row) -> Iterator[tuple[Terms, Number]]:
        for bound, way in ((row.at_most, 1), (row.at_least, -1)):
            if bound is None:
                continue
            side = {v: way * f for v, f in row.expression.terms.items() if f}
            most = sum(f * (v.upper if f > 0 else v.lower) for v, f in side.items())
            if most <= way * bound:
                continue
            terms = sorted((self._numbers[v], f) for v, f in side.items())
            first = abs(terms[0][1]) if terms else 1
            if first != 1:
                terms = [(number, Fraction(f) / Fraction(first)) for number, f in terms]
            yield tuple(terms), way * Fraction(bound) / Fraction(first)
