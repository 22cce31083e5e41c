"""Which entries of a list are wanted, in which order, with which further columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from planner.catalog.predicates import Plain, Predicate, PredicateError
from planner.errors import Diagnostic, InputError, Span, did_you_mean

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted of a list.

    Attributes:
        where: a condition on attributes, or None for all.
        sort: attributes to sort by, the first before the next, each with a minus where its
            largest comes first; none for the order of the catalogue.
        columns: further attributes that are shown.
    """

    where: str | None = None
    sort: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def given(self) -> bool:
        """Whether anything is asked."""
        return bool(self.where or self.sort or self.columns)

    def names(self) -> list[str]:
        """Attributes that it names, each once."""
        asked = Predicate(self.where).names if self.where else []
        return list(dict.fromkeys([*self.columns, *asked, *map(_plain, self.sort)]))

    def of(
        self, entries: Sequence[T], attributes: Callable[[T], Mapping[str, Plain]]
    ) -> list[tuple[T, Mapping[str, Plain]]]:
        """The entries that are wanted, each with its attributes.

        Args:
            entries: all of them.
            attributes: the attributes of one.

        Raises:
            InputError: if the condition cannot be read, or names what no entry has.
        """
        table = [(entry, attributes(entry)) for entry in entries]
        try:
            self._check({name for _, row in table for name in row})
            predicate = Predicate(self.where) if self.where else None
            kept = [(e, row) for e, row in table if predicate is None or predicate.of(row)]
        except PredicateError as error:
            raise InputError([self._told(error)]) from None
        return self._sorted(kept)

    def _told(self, error: PredicateError) -> Diagnostic:
        if error.place is None:
            return Diagnostic("bad-condition", f"{error}")
        span = Span("--where", 1, *error.place)
        return Diagnostic("bad-condition", f"{error}", span, self.where or "")

    def _check(self, known: set[str]) -> None:
        findings = [
            Diagnostic(
                "unknown-attribute",
                f"`{name}` is not an attribute of any of them",
                help=did_you_mean(name, known, "`planner catalog show ID` shows what there is"),
            )
            for name in self.names()
            if name not in known
        ]
        if findings:
            raise InputError(findings)

    def _sorted(
        self, table: list[tuple[T, Mapping[str, Plain]]]
    ) -> list[tuple[T, Mapping[str, Plain]]]:
        """Sorted by attributes; what does not have one comes last.

        The last attribute goes first: a later sort keeps the order of what is equal to it.
        """
        for wanted in reversed(self.sort):
            name = _plain(wanted)
            have = [pair for pair in table if pair[1].get(name) is not None]
            rest = [pair for pair in table if pair[1].get(name) is None]
            have.sort(key=lambda pair: _key(pair[1].get(name)), reverse=wanted.startswith("-"))
            table = have + rest
        return table


def _plain(wanted: str) -> str:
    return wanted.removeprefix("-")


def _key(value: Plain) -> tuple[bool, float, str]:
    if isinstance(value, str):
        return (True, 0.0, value.casefold())
    return (False, float(value or 0), "")


ALL = Selection()
"""Everything, in the order of the catalogue."""
