"""Laws of the catalogue's prices: who has one, and that every one can be turned into money."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.catalog.prices import price_list
from planner.catalog.schema import RateEntry
from tests.catalog.facts import catalog

BOOKS = sorted(catalog().price_books)
GPUS, HOSTS = catalog().gpus, catalog().hosts
LOOSE = {n for n, card in GPUS.items() if card.form_factor.value == "pcie"}
RESALES = [
    pytest.param(
        curve, id=f"{book}-{curve.items if isinstance(curve.items, str) else curve.items[0]}"
    )
    for book in BOOKS
    for curve in catalog().price_books[book].resale
]


def test_everything_but_a_module_has_a_price():
    priced = {entry.item for entry in catalog().price_books["2026-09"].entries}
    assert priced == LOOSE | set(HOSTS) | set(catalog().racks) | set(catalog().bridges)


@pytest.mark.parametrize("book", BOOKS)
def test_a_book_prices_an_item_once(book):
    items = [entry.item for entry in catalog().price_books[book].entries]
    assert len(items) == len(set(items))


@pytest.mark.parametrize("book", BOOKS)
def test_a_book_can_be_planned_with_as_it_has_cards_and_hosts(book):
    items = {entry.item for entry in catalog().price_books[book].entries}
    assert items & set(GPUS)
    assert items & set(HOSTS)


@pytest.mark.parametrize("currency", ["USD", "EUR", "GBP"])
@pytest.mark.parametrize("book", BOOKS)
def test_every_price_turns_into_every_currency_and_none_is_nothing(book, currency):
    prices = price_list(catalog(), book, currency)
    for entry in prices.book.entries:
        price = prices.price(entry.item)
        assert 0 < price.low <= price.cents <= price.high


def test_a_price_of_a_german_shop_is_planned_without_its_tax():
    price = price_list(catalog(), "2026-09", "EUR").price("rtx-pro-4500")
    assert price.cents == round(5068 / 1.19 * 100)


def test_the_articles_price_what_they_say():
    entries = {e.item: e for e in catalog().price_books["seed"].entries}
    said = {"rtx-pro-4500": 3000, "rtx-pro-6000-ws": 9000, "rtx-a6000": 4649}
    said |= {"rtx-4090": 1300, "rtx-pro-6000-maxq": 8500}
    assert {item: entries[item].value for item in said} == said
    kinds = {catalog().sources[entries[item].source].kind for item in said}
    assert kinds == {"article"}


@pytest.mark.parametrize("curve", RESALES)
def test_nothing_gains_value_by_being_owned(curve):
    for share in (curve.first_sale_share, curve.yearly_retention):
        assert 0 < share.low <= share.value <= share.high <= 1


@pytest.mark.parametrize("book", BOOKS)
def test_every_item_of_a_book_can_be_sold_again(book):
    prices = price_list(catalog(), book, "USD")
    for entry in prices.book.entries:
        assert prices.resale(entry.item, is_gpu=entry.item in catalog().like_gpus) is not None


def test_bridges_lose_value_as_cards_do_and_racks_as_hosts_do():
    prices = price_list(catalog(), "2026-09", "USD")
    curves = {curve.items: curve for curve in prices.book.resale if isinstance(curve.items, str)}
    like_gpus = catalog().like_gpus
    for group, items in (("gpus", catalog().bridges), ("hosts", catalog().racks)):
        for item in items:
            assert prices.resale_entry(item, is_gpu=item in like_gpus) == curves[group]


def test_an_eight_card_system_costs_more_than_eight_loose_cards_of_its_kind_but_not_much():
    prices = price_list(catalog(), "2026-09", "USD")
    card = prices.price("h100-nvl").cents
    assert 0.6 < 8 * card / prices.price("hgx-h100-8").cents < 1


def test_the_months_of_exchange_rates_are_the_same_for_euro_and_pound():
    months: dict[str, set[str]] = {}
    for rate in catalog().exchange_rates:
        months.setdefault(rate.currency, set()).add(rate.month)
    assert {"EUR", "GBP"} <= set(months)
    assert months["EUR"] == months["GBP"]


def test_a_quarter_is_turned_at_its_own_last_rate_and_a_year_at_the_last_of_the_year():
    rates = tuple(
        RateEntry(currency="GBP", month=month, usd_per_unit=value, source="ours")
        for month, value in (("2026-01", 1.0), ("2026-03", 2.0), ("2026-10", 3.0))
    )
    prices = replace(price_list(catalog(), "2026-09", "USD"), rates=rates)
    dates = ("2026-01-31", "2026-Q1", "2026-Q3", "2026-Q4", "2026", "2025")
    assert [prices.factor("GBP", as_of) for as_of in dates] == [1, 2, 2, 3, 3, 1]
