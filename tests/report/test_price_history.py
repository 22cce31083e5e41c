"""What an item was seen to cost: every price once, by date, in one currency without tax."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.catalog.dates import order
from planner.catalog.loading import default_catalog
from planner.report.price_history import Seen, chart, history_of, overview
from planner.report.screen import Screen


def seen(low: float, value: float, high: float) -> Seen:
    return Seen("item", "2026-01", value, low, high, "new", "asking", "", "source", "")


def test_a_bar_is_solid_to_the_low_end_and_dashed_to_the_high_end() -> None:
    lines = chart([seen(50, 75, 100), seen(100, 100, 100), seen(25, 25, 25)], 100).splitlines()
    bars = [line.split()[-1] for line in lines]
    assert bars == ["#" * 20 + "-" * 20, "#" * 40, "#" * 10]


@pytest.mark.parametrize("width", [40, 60, 80, 140])
def test_the_longest_bar_stays_on_the_screen(width: int) -> None:
    for item, prices in overview().rows:
        lines = chart(prices, width).splitlines()
        assert len(lines) == len(prices), item
        assert max(map(len, lines)) <= max(width, 60)


def test_every_price_seen_and_every_price_of_a_book_is_told_once() -> None:
    catalog = default_catalog()
    told = sum(len(prices) for _, prices in overview().rows)
    known = [o for o in catalog.price_observations if o.item in catalog.items]
    assert told == len(known) + sum(len(b.entries) for b in catalog.price_books.values())


def test_prices_are_told_by_date() -> None:
    for _, prices in overview().rows:
        dates = [order(s.as_of) for s in prices]
        assert dates == sorted(dates)


def test_tax_is_taken_off_and_what_was_printed_is_told() -> None:
    catalog = default_catalog()
    taxed = next(o for o in catalog.price_observations if o.vat_rate and o.value)
    history = history_of(taxed.item, taxed.currency)
    assert taxed.value is not None
    net = round(taxed.value / (1 + taxed.vat_rate), 2)
    assert any(s.value == pytest.approx(net, abs=0.011) and "tax" in s.stated for s in history.seen)


def test_an_item_without_a_price_is_told_to_have_none() -> None:
    bare = replace(default_catalog(), price_observations=(), price_books={}, rentals=())
    with_book = replace(bare, price_books=dict(list(default_catalog().price_books.items())[:1]))
    name = next(n for n, g in with_book.gpus.items() if g.form_factor.value == "sxm")
    found = history_of(name, catalog=with_book)
    assert found.text(Screen(80)) == f"No price of {name} is known.\n"
    assert found.to_json()["prices"] == []


def test_what_a_card_is_let_for_is_told_with_its_provider() -> None:
    catalog = default_catalog()
    let = next(r for r in catalog.rentals if r.item is not None)
    assert let.item is not None
    text = history_of(let.item).text(Screen(100))
    assert f"{let.provider}, {let.terms}: {let.currency}" in text
