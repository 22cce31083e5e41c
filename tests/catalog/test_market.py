"""Laws of the market: hosts that can be bought, prices that were seen, and what they teach."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest

from planner.catalog.facts import Fact
from planner.catalog.prices import price_list
from tests.catalog.facts import all_entries, catalog, entries

HOSTS = sorted(catalog().hosts)
TOWERS = sorted(name for name in HOSTS if catalog().host(name).form == "tower")
OBSERVATIONS = catalog().price_observations
REFERENCES = catalog().references
MARKET = ("price_observations", "rentals", "depreciation", "references")
THINGS = ("hosts", "racks", "bridges", "price_books", *MARKET)


def within(*sections: str) -> list:
    """Every entry of some sections."""
    return [e for place, e in all_entries() if place and place[0] in sections]


def in_usd(observation) -> Fraction:
    """The middle of an observed price in US dollars without tax."""
    prices = price_list(catalog(), "2026-09", "USD")
    factor = prices.factor(observation.currency, observation.as_of, observation.vat_rate)
    return factor * Fraction(str(observation.middle))


def test_there_are_more_than_a_handful_of_hosts():
    assert len(HOSTS) >= 23


def test_a_dozen_hosts_can_be_bought_with_height_supply_and_rest_known():
    priced = {entry.item for entry in catalog().price_books["2026-09"].entries}
    hosts = {name: catalog().host(name) for name in HOSTS if name in priced}
    whole = [
        name
        for name, host in hosts.items()
        if (host.form == "tower" or host.rack_units) and host.psu_w > 0 and host.base_idle_w > 0
    ]
    assert len(whole) >= 12
    assert sorted(whole) == sorted(hosts)


@pytest.mark.parametrize("host", TOWERS)
def test_a_tower_says_how_high_it_is_when_it_lies_in_a_rack(host):
    units = catalog().hosts[host].attributes["rack_units_when_racked"]
    assert 3 <= units.value <= catalog().rack("rack-42u").rack_units


def test_a_hundred_prices_of_cards_were_seen():
    assert sum(o.item in catalog().gpus for o in OBSERVATIONS) >= 97 + 58


def test_whatever_was_seen_is_an_item_of_the_catalogue():
    assert {o.item for o in OBSERVATIONS} - set(catalog().items) == set()
    named = {o.item for o in (*catalog().rentals, *catalog().depreciation) if o.item}
    assert named - set(catalog().gpus) == set()


def test_no_price_is_told_twice():
    told = Counter(o.model_dump_json(exclude={"note", "confidence"}) for o in OBSERVATIONS)
    assert [text for text, times in told.items() if times > 1] == []


def test_every_price_that_was_seen_turns_into_dollars():
    assert {o.currency for o in OBSERVATIONS} > {"USD", "EUR", "GBP"}
    assert min(map(in_usd, OBSERVATIONS)) > 0


def test_a_price_with_tax_is_turned_without_it():
    (seen,) = [o for o in OBSERVATIONS if o.currency == "NZD"]
    rates = [r for r in catalog().exchange_rates if r.currency == "NZD"]
    usd = [seen.middle / (1 + seen.vat_rate) * r.usd_per_unit for r in rates]
    assert min(usd) <= float(in_usd(seen)) <= max(usd)


@pytest.mark.parametrize("section", MARKET)
def test_every_part_of_the_market_is_filled(section):
    found = getattr(catalog(), section)
    assert len(found) >= {"depreciation": 17, "rentals": 30}.get(section, 50)


def test_what_surrounds_a_fleet_is_known_from_tariffs_to_curves():
    kinds = {entry.kind for entry in REFERENCES.values()}
    assert kinds == {
        "electricity", "pue", "colocation", "support", "licence", "power-rule", "residual", "draw",
    }  # fmt: skip


def test_the_articles_tariff_and_pue_are_kept_and_lower_than_others():
    tariff, pue = REFERENCES["electricity-article-uk"].value, REFERENCES["pue-article"].value
    assert (tariff.value, pue.value) == (0.18, 1.0)
    uk = [e.value.value for e in REFERENCES.values() if e.unit == "GBP/kWh"]
    assert tariff.value == min(uk)
    assert pue.value == min(e.value.value for e in REFERENCES.values() if e.kind == "pue")


def test_every_source_of_hosts_prices_and_market_has_a_title_and_a_date():
    cited = {e.source for e in within(*THINGS) if hasattr(e, "source")}
    sources = [catalog().sources[name] for name in sorted(cited)]
    assert [s.id for s in sources if not s.title or not s.date] == []


def test_no_value_in_force_of_hosts_prices_and_market_rests_on_memory():
    kinds = {name: source.kind for name, source in catalog().sources.items()}
    assert [e for e in within(*THINGS) if kinds.get(getattr(e, "source", "")) == "recall"] == []


def test_a_figure_that_no_source_states_has_its_rule():
    silent = [
        fact
        for fact in within("racks", "bridges", "references")
        if isinstance(fact, Fact) and fact.source == "planner-rules" and fact.estimate is None
    ]
    assert silent == []


def test_a_series_runs_forward_in_time():
    for series in catalog().depreciation:
        assert series.first.as_of < series.last.as_of


def test_a_curve_of_resale_falls_from_year_to_year():
    curve = [REFERENCES[f"residual-h100-pcie-year-{year}"].value.value for year in range(5)]
    assert curve == sorted(curve, reverse=True)
    assert curve[0] == 1


def test_a_small_card_first_and_the_large_one_later_costs_a_fifth_to_three_tenths_more():
    prices = {e.item: Fraction(str(e.value)) for e in catalog().price_books["seed"].entries}
    small, large = prices["rtx-pro-4500"], prices["rtx-pro-6000-ws"]
    assert (small, large) == (3000, 9000)

    def extra(resale: Fraction) -> Fraction:
        return (small * (1 - resale) + large) / large - 1

    assert extra(Fraction(2, 5)) == Fraction(1, 5)
    assert extra(Fraction(1, 10)) == Fraction(3, 10)


def test_the_seed_book_holds_every_card_that_the_articles_price():
    seed = {e.item: e for e in catalog().price_books["seed"].entries}
    said = {
        "rtx-pro-4500": (3000, "USD"), "rtx-pro-4500-server": (3670, "EUR"),
        "rtx-pro-6000-ws": (9000, "USD"), "rtx-pro-6000-maxq": (8500, "GBP"),
        "rtx-4090": (1300, "GBP"), "rtx-a6000": (4649, "USD"),
    }  # fmt: skip
    assert {item: (seed[item].value, seed[item].currency) for item in said} == said


def test_a_disputed_price_of_a_system_keeps_what_others_say():
    fact = catalog().hosts["dgx-h100"].attributes["system_price_usd"]
    entry = next(e for e in catalog().price_books["2026-09"].entries if e.item == "dgx-h100")
    assert fact.value == entry.value
    assert {claim.value for claim in fact.other_claims} == {199000, 310000, 350000}
    assert fact.why


def test_two_machines_that_were_one_entry_are_two_hosts():
    small, large = catalog().hosts["hp-z4-g5"], catalog().hosts["hp-z8-g5"]
    assert (small.max_gpus.value, large.max_gpus.value) == (2, 3)
    assert [c.value for c in small.max_gpus.other_claims] == [3]
    assert [c.value for c in large.max_gpus.other_claims] == [2]


def test_every_entry_of_the_market_has_its_own_place_in_the_whole_file():
    file = catalog().to_file()
    sizes = {section: len(getattr(file, section)) for section in MARKET}
    assert sizes == {section: len(getattr(catalog(), section)) for section in MARKET}
    assert sum(1 for _, e in entries(file.references) if isinstance(e, Fact)) == len(REFERENCES)
