"""What a unit brings does not depend on how much too much was paid for it."""

from __future__ import annotations

import itertools

import pytest

import planner
from planner.scenario.loading import read_scenario
from planner.units import Month
from tests.examples.test_examples import ROOT

CHAT = (ROOT / "examples" / "chat.yaml").read_text()
QUOTE = "quotes: [{{item: rtx-a6000, price: {}, source: an offer}}]\n"
OWNED = "existing: [{gpu: rtx-a6000, count: 1, bought: 2025-10}]\n"


def test_a_quote_above_the_market_brings_no_more_later() -> None:
    book = read_scenario(CHAT, file="chat.yaml").prices()
    dear = read_scenario(CHAT + QUOTE.format(5600), file="chat.yaml").prices()
    cheap = read_scenario(CHAT + QUOTE.format(1000), file="chat.yaml").prices()
    paid = book.price("rtx-a6000", book.start)
    assert paid is not None
    market = book.value("rtx-a6000", paid.cents, 24)
    assert dear.value("rtx-a6000", 560_000, 24) == market
    assert cheap.value("rtx-a6000", 100_000, 24) < market


def test_a_quote_does_not_change_what_is_owned() -> None:
    worth = set()
    for quote in ("", QUOTE.format(5600), QUOTE.format(1000)):
        inputs = read_scenario(CHAT + OWNED + quote, file="chat.yaml")
        (lot,) = inputs.scenario.existing
        worth.add(inputs.prices().existing_value(lot, Month.parse("2027-10")))
    assert len(worth) == 1


@pytest.mark.parametrize("owned", ["", OWNED])
def test_a_dearer_quote_never_lowers_the_bill(owned: str) -> None:
    bills = []
    for price in (1500, 2500, 3200, 4500, 9000):
        inputs = read_scenario(CHAT + owned + QUOTE.format(price), file="chat.yaml")
        bills.append(planner.find_plan(inputs, gap=0).objective)
    for cheaper, dearer in itertools.pairwise(bills):
        assert cheaper.lower_bound <= dearer.npv
        assert cheaper.npv <= dearer.npv + 2


def test_every_exchange_rate_that_turns_a_price_is_an_assumption() -> None:
    euros = read_scenario(CHAT.replace("currency: USD", "currency: EUR"), file="chat.yaml")
    plan = planner.find_plan(euros)
    told = {a.id: a.value for a in plan.assumptions if a.id.startswith("exchange.")}
    assert told["exchange.EUR.2026-06"] == "1 EUR = 1.1515 USD"
    assert all(value.endswith(" USD") for value in told.values())
