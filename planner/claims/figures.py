"""Claims about facts, references, sums and prices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from planner.catalog.attributes import Known, scalar, unit_for, unit_of
from planner.catalog.schema import Scalar
from planner.claims.arithmetic import ExpressionError, names_in, value_of
from planner.claims.schema import (
    Asserted,
    FactAbout,
    PriceAbout,
    ReferenceAbout,
    SumAbout,
    SumCase,
)
from planner.claims.terms import number_of, observed
from planner.claims.terms_schema import (
    ObservedTerm,
    Term,
)
from planner.claims.verdicts import Outcome, agrees
from planner.claims.world import UnknownError, World, number, words

MILLION = 1_000_000


def of_facts(about: FactAbout, asserted: Asserted, world: World) -> Iterator[Outcome]:
    """A fact of each item."""
    for item in about.items:
        try:
            found = world.known(item, about.attribute)
        except UnknownError as error:
            yield unknown(item, error)
            continue
        value = scalar(found.value)
        holds = agrees(value, asserted, exact=_is_counted(found.name, value))
        yield Outcome(item, holds, value, shown(value), _told(found, value))


def _is_counted(attribute: str, value: Scalar | None) -> bool:
    """Whether a fact is a year or a count: a number without a unit, and not of millions."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return not unit_of(attribute) and abs(value) < MILLION


def _told(found: Known, value: Scalar | None) -> str:
    unit = unit_for(found.name, value)
    measured = f"{shown(value)} {unit}" if unit and not isinstance(value, str) else shown(value)
    return f"{words(found.name)} {measured} ({found.source})"


def of_references(about: ReferenceAbout, asserted: Asserted, world: World) -> Iterator[Outcome]:
    """A figure of the surroundings."""
    for name in about.ids:
        case = name if len(about.ids) > 1 else ""
        try:
            number_of(Term(reference=name), world)
        except UnknownError as error:
            yield unknown(case, error)
            continue
        entry = world.catalog.references[name]
        value = entry.value.value
        measured = shown(value) if isinstance(value, bool) else f"{shown(value)} {entry.unit}"
        why = f"{entry.scope}: {measured} ({entry.value.source})"
        yield Outcome(case, agrees(value, asserted), value, shown(value), why)


def of_sums(about: SumAbout, asserted: Asserted, world: World) -> Iterator[Outcome]:
    """A sum in each case."""
    for case in about.cases or (SumCase(name=""),):
        terms = {**about.terms, **case.terms}
        try:
            numbers = _numbers(about.expression, terms, world)
            value = value_of(about.expression, numbers)
        except (UnknownError, ExpressionError) as error:
            yield unknown(case.name, error)
            continue
        unit = f" {about.unit}" if about.unit else ""
        why = f"{_filled(about.expression, numbers)}{number(value)}{unit}"
        yield Outcome(case.name, agrees(value, asserted), value, f"{number(value)}{unit}", why)


def _numbers(expression: str, terms: Mapping[str, Term], world: World) -> dict[str, float]:
    needed = sorted(names_in(expression))
    if lacking := [n for n in needed if n not in terms]:
        raise UnknownError(f"no term `{lacking[0]}`")
    return {name: number_of(terms[name], world) for name in needed}


def _filled(expression: str, numbers: Mapping[str, float]) -> str:
    """The expression with its numbers in the place of the names; empty where it is one name."""
    if expression.strip() in numbers:
        return ""
    filled = re.sub(r"[A-Za-z_]\w*", lambda m: _named(m.group(), numbers), expression)
    return f"{filled} = "


def _named(name: str, numbers: Mapping[str, float]) -> str:
    return number(numbers[name]) if name in numbers else name


def of_prices(about: PriceAbout, asserted: Asserted, world: World) -> Iterator[Outcome]:
    """Prices that were seen in each period."""
    for period in about.periods:
        wanted = ObservedTerm(
            items=about.items,
            currency=about.currency,
            condition=about.condition,
            since=period.since,
            until=period.until,
            statistic=about.statistic,
        )
        case = period.name if len(about.periods) > 1 else ""
        try:
            value = observed(wanted, world)
        except UnknownError as error:
            yield unknown(case, error)
            continue
        seen = f"{number(value)} {about.currency}"
        why = f"the {about.statistic} price seen is {seen} without tax"
        yield Outcome(case, agrees(value, asserted), round(value, 2), seen, why)


def unknown(case: str, error: Exception) -> Outcome:
    """A case of which nobody knows."""
    return Outcome(case, None, None, "unknown", str(error))


def shown(value: Scalar | None) -> str:
    """A value for people."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(value) if isinstance(value, (int, float)) else value
