"""The search for the smallest changes that make a scenario possible, each tried by solving.

One limit at a time first. Where no single one is enough, the fewest rows of the formulation that
must be stretched, and sets that shrink from all limits loosened at once until every member is
needed. What asks for less, such as slower answers or less demand, comes last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from planner.errors import Repair
from planner.solve.any_fleet import Verdict
from planner.studies.explain_amounts import Amounts, Ask
from planner.studies.explain_limits import Kind, Limit, Loosened
from planner.studies.explain_trials import Trials
from planner.yaml_source import Value

_MOST_SINGLES = 8
_MOST_SETS = 3
_LARGEST_SET = 5
_SHOWN = 4


@dataclass
class Findings:
    """What a search found.

    Attributes:
        repairs: values that make the scenario possible, in the order in which they were found.
        open: limits of which it is not known whether they would be enough alone.
        notes: what else is known or not, as sentences.
    """

    repairs: list[dict[Limit, Value]] = field(default_factory=list)
    open: list[Limit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def ordered(self) -> list[Repair]:
        """The repairs as changes, those that ask least of the buyer first.

        Where one limit is enough, sets of several are left away.
        """
        firm = [v for v in self.repairs if all(x.kind is not Kind.AMBITION for x in v)]
        fewest = min(map(len, firm), default=0)
        kept = [values for values in self.repairs if values not in firm or len(values) == fewest]
        return [
            Repair(tuple(limit.change(value) for limit, value in values.items()))
            for values in sorted(kept, key=_cost)
        ]

    def untried(self) -> list[str]:
        """What is not known, as sentences."""
        paths = list(dict.fromkeys(limit.path for limit in self.open))
        shown, more = ", ".join(paths[:_SHOWN]), len(paths) - _SHOWN
        others = f" and {more} more" if more > 0 else ""
        asked = [f"whether a change of {shown}{others} would be enough"] if paths else []
        return [*asked, *dict.fromkeys(self.notes)]


def _cost(values: Loosened) -> tuple[bool, int, float]:
    ambition = any(limit.kind is Kind.AMBITION for limit in values)
    return ambition, len(values), sum(limit.weight(value) for limit, value in values.items())


class Search:
    """One search.

    Args:
        trials: answers whether some changes are enough.
        limits: what may be changed.
    """

    def __init__(self, trials: Trials, limits: Sequence[Limit]) -> None:
        self._trials, self._limits = trials, limits
        self._amounts = Amounts(trials)
        self.found = Findings()

    def run(self) -> Findings:
        """Rows first, then what no row carries, then sets, and at last what asks for less."""
        firm = [limit for limit in self._limits if limit.kind is not Kind.AMBITION]
        self._rows([limit for limit in firm if limit.rows])
        self._singles(firm)
        if not self.found.repairs:
            self._sets(firm)
        if len(self.found.repairs) < _MOST_SINGLES:
            self._singles([limit for limit in self._limits if limit.kind is Kind.AMBITION])
        if not self.found.repairs:
            self._sets(self._limits)
        if not self.found.repairs and not self._trials.over:
            self.found.notes.append("how it could be met: no small set of changes is enough")
        return self.found

    def _rows(self, limits: Sequence[Limit]) -> None:
        """Limits that rows carry: one of them, or the fewest, by the elastic re-solve."""
        if self._ask(limits, self._trials.of) is not Verdict.YES:
            return
        for limit in limits:
            found = self._amounts.by_rows(limit)
            if found is not None:
                self._keep(found)
        if not self.found.repairs:
            fewest = self._amounts.fewest(limits)
            if fewest is not None:
                self._keep(fewest)

    def _singles(self, limits: Sequence[Limit]) -> None:
        """Limits that are enough alone."""
        for group in _groups(limits):
            if len(group) > 2 and self._is_hopeless(group):
                continue
            for limit in group:
                if len(self.found.repairs) >= 2 * _MOST_SINGLES:
                    return
                if {limit} not in [known.keys() for known in self.found.repairs]:
                    self._single(limit)

    def _single(self, limit: Limit) -> None:
        found = self._amounts.least(limit, {})
        if found in (Verdict.UNKNOWN, Verdict.UNLIKELY):
            self.found.open.append(limit)
        elif not isinstance(found, Verdict):
            self._keep(found)

    def _is_hopeless(self, group: Sequence[Limit]) -> bool:
        """Whether all limits of a group together are not enough, or most likely not."""
        verdict = self._ask(group, self._trials.at_month)
        if verdict is Verdict.UNLIKELY:
            self.found.open += group
        return verdict.speaks_against

    def _keep(self, values: dict[Limit, Value]) -> None:
        """Remember a repair, unless it changes the same limits as another or more."""
        if not any(known.keys() <= values.keys() for known in self.found.repairs):
            self.found.repairs.append(values)

    def _sets(self, limits: Sequence[Limit]) -> None:
        """Sets of limits of which every member is needed."""
        for order in (limits, [*reversed(limits)]):
            if len(self.found.repairs) < _MOST_SETS and not self._trials.over:
                self._shrunk(order)
        if self._trials.over:
            self.found.notes.append("whether other limits would be enough together")

    def _shrunk(self, limits: Sequence[Limit]) -> None:
        """One set: from all limits loosened, those are tightened that need not be loose.

        One month alone is asked first; where what is enough for it is not for all, all are.
        """
        for ask in (self._trials.at_month, self._trials.of):
            if self._ask(limits, ask) is not Verdict.YES:
                continue
            kept = self._needed(limits, ask)
            if len(kept) <= _LARGEST_SET and not self._trials.over:
                values = self._amounts.settled(kept)
                if values is not None:
                    self._keep(values)
                    return

    def _needed(self, limits: Sequence[Limit], ask: Ask) -> list[Limit]:
        """Members of which each is needed, by leaving away larger pieces first."""
        kept = list(limits)
        size = len(kept)
        while size > 1:
            size = -(-size // 2)
            for chunk in _chunks(kept, size):
                rest = [limit for limit in kept if limit not in chunk]
                if rest and self._ask(rest, ask) is Verdict.YES:
                    kept = rest
        return kept

    def _ask(self, limits: Sequence[Limit], ask: Ask) -> Verdict:
        return ask({limit: limit.loosest for limit in limits}).verdict


def _groups(limits: Sequence[Limit]) -> list[list[Limit]]:
    """Limits by group, in the order in which they come."""
    groups: Mapping[str, list[Limit]] = defaultdict(list)
    for limit in limits:
        groups[limit.group].append(limit)
    return list(groups.values())


def _chunks(limits: Sequence[Limit], size: int) -> Iterator[Sequence[Limit]]:
    """Pieces of a list, the last first: what comes last is least wanted."""
    starts = range(0, len(limits), size)
    for start in reversed(starts):
        yield limits[start : start + size]
