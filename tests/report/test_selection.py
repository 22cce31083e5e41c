"""Which entries of a list are wanted, in which order."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.catalog.predicates import Plain
from planner.errors import InputError
from planner.report.selection import ALL, Selection

VALUES = st.one_of(st.none(), st.integers(-5, 5), st.floats(-5, 5), st.sampled_from("abAB"))
Rows = list[Mapping[str, Plain]]
TABLES: st.SearchStrategy[Rows] = st.lists(st.fixed_dictionaries({"x": VALUES}), max_size=8)


def chosen(selection: Selection, table: Rows) -> Rows:
    return [row for _, row in selection.of(table, lambda row: row)]


@given(TABLES, st.booleans())
def test_a_sorted_list_has_every_entry_once_and_what_is_missing_last(
    table: Rows, descending: bool
) -> None:
    found = chosen(Selection(sort=("-x" if descending else "x",)), [{"x": 0}, *table])
    assert sorted(map(repr, found)) == sorted(map(repr, [{"x": 0}, *table]))
    missing = [row["x"] is None for row in found]
    assert missing == sorted(missing)


@given(st.lists(st.floats(-5, 5), min_size=1), st.booleans())
def test_numbers_are_in_order(values: list[float], descending: bool) -> None:
    table: Rows = [{"x": v} for v in values]
    found = chosen(Selection(sort=("-x" if descending else "x",)), table)
    assert [row["x"] for row in found] == sorted(values, reverse=descending)


def test_the_first_attribute_to_sort_by_comes_before_the_next() -> None:
    table: Rows = [{"x": 1, "y": 1}, {"x": 2, "y": 2}, {"x": 1, "y": 3}, {"x": None, "y": 9}]
    found = chosen(Selection(sort=("x", "-y")), table)
    assert found == [table[2], table[0], table[1], table[3]]


@given(TABLES)
def test_a_condition_and_its_contrary_choose_no_entry_twice(table: Rows) -> None:
    numbers: Rows = [row for row in [{"x": 0}, *table] if not isinstance(row["x"], str)]
    over, under = (chosen(Selection(where=w), numbers) for w in ("x > 1", "not x > 1"))
    missing = [row for row in numbers if row["x"] is None]
    assert len(over) + len(under) + len(missing) == len(numbers)


def test_what_is_asked_is_named_once() -> None:
    asked = Selection(where="b > 1 and a > 2", sort=("a",), columns=("c", "b"))
    assert asked.names() == ["c", "b", "a"]
    assert asked.given
    assert not ALL.given


@pytest.mark.parametrize(
    "selection", [Selection(where="y > 1"), Selection(sort=("y",)), Selection(columns=("y",))]
)
def test_what_no_entry_has_is_refused(selection: Selection) -> None:
    with pytest.raises(InputError) as caught:
        chosen(selection, [{"x": 1}])
    assert [d.rule for d in caught.value.diagnostics] == ["unknown-attribute"]


def test_everything_is_in_the_order_of_the_catalogue() -> None:
    table: Rows = [{"x": 3}, {"x": 1}, {"x": None}, {"x": 2}]
    assert chosen(ALL, table) == table
