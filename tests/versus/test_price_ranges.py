"""Laws of what is told of a price: without tax, its range, and whether the winner rests on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.catalog.loading import default_catalog
from planner.claims.choosing import scenarios_folder
from planner.report.sections import Section
from planner.report.versus import sections_of
from planner.scenario.inputs import Inputs
from planner.scenario.loading import load_scenario
from planner.versus.conditions import Condition
from planner.versus.head_to_head import HeadToHead, head_to_head
from planner.versus.seen import months_seen, spread_of
from tests.versus.scenarios import written

A, B = "rtx-a4000", "rtx-pro-5000"


def shipped() -> Inputs:
    return load_scenario(scenarios_folder() / "versus.yaml")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> HeadToHead:
    return head_to_head(A, B, written(tmp_path_factory.mktemp("one")))


def section(found: HeadToHead, title: str) -> Section:
    return next(s for s in sections_of(found) if s.title.startswith(title))


def test_a_price_was_seen_only_where_the_catalogue_has_it_from_these_months() -> None:
    inputs = shipped()
    assert months_seen(inputs) == ("2026-04", "2026-09")
    spread = spread_of(inputs, "rtx-pro-5000")
    assert spread is not None
    # a shop in August, another in September; the list price of 2025 and an undated mean are not
    assert [round(price) for price in spread.seen] == [6694, 8387]
    assert [round(end) for end in spread.book] == [8387, 9193]
    assert (spread.low, round(spread.high)) == (6694, 9193)


def test_other_goods_and_what_only_an_article_says_are_not_seen() -> None:
    inputs = shipped()
    new, cheap = spread_of(inputs, "rtx-pro-6000-ws"), spread_of(inputs, "rtx-pro-4500")
    assert new is not None
    assert cheap is not None
    assert 9500 not in new.seen  # used and refurbished
    assert 13998 in new.seen
    assert min(cheap.seen) > 3500  # an article of May has 2,500 to 3,500


def test_a_quote_of_the_scenario_has_no_range(tmp_path: Path) -> None:
    inputs = load_scenario(written(tmp_path, quotes=[{"item": A, "price": 700}]))
    assert spread_of(inputs, A) is None
    assert spread_of(inputs, B) is not None


def test_no_note_of_the_book_denies_a_second_price_that_the_catalogue_has() -> None:
    for book in default_catalog().price_books.values():
        assert not any("second price" in (entry.note or "") for entry in book.entries)


def test_prices_are_told_without_tax_and_with_the_tax_that_was_taken_off(found: HeadToHead) -> None:
    one, other = section(found, "What it costs").notes[:2]
    assert "USD 820 without tax, estimate" in one
    assert "The book gives it a range of 590 to 1,100." in one
    assert "No other price of 2026-04 to 2026-09 is in the catalogue." in one
    assert "USD 8,387 without tax (19 % value-added tax taken off EUR 8,667)" in other
    assert "Seen from 2026-04 to 2026-09: 6,694 to 8,387." in other
    assert "all without tax" in " ".join(section(found, "Which to buy").texts)


def test_a_range_is_not_told_as_seen(found: HeadToHead) -> None:
    texts = [c.text for w in found.winners for c in w.conditions if c.kind == "price"]
    assert texts
    assert all("range" in text and "seen" not in text for text in texts)


@pytest.mark.parametrize(("value", "within"), [(1999.0, False), (2000.0, True), (3500.5, False)])
def test_a_verdict_rests_on_the_quote_where_it_changes_within_the_range(
    found: HeadToHead, value: float, within: bool
) -> None:
    (winner,) = found.winners
    flip = Condition("price", "", B, (A,), True, False, value, 2500.0, 2000.0, 3500.0)
    changed = replace(found, winners=(replace(winner, conditions=(flip,)),), together=None)
    assert flip.within is within
    assert (section(changed, "Net cost").rows[0][-1] == "your quote") is within
    told = " ".join(section(changed, "Which to buy").texts)
    assert ("It rests on your quote for chat" in told) is within
    assert (section(changed, "At other prices").rows[0][4] == "yes") is within


def test_a_price_that_the_scenario_quotes_rests_on_nothing(found: HeadToHead) -> None:
    assert not Condition("price", "", B, (A,), True, False, 2500.0, 2500.0).within
