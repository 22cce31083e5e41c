"""What to buy: each choice is solved alone, under the facts of the page and of the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.catalog.loading import default_catalog
from planner.claims.loading import load
from planner.claims.verdicts import Judged, Verdict
from planner.errors import InputError
from planner.studies.choices import TIE, Bill, State, verdict_of
from tests.claims.pages import Data, claim, judged, page

SCENARIO = """\
schema: 1
name: Offer
start: 2026-11
months: 3
workloads:
  - {name: cards, task: fixed, need: {cards: 1}, demand: [{from: 2026-11, count: 1}]}
sites:
  - {name: lab, facility_power_kw: 20.0, pue: 1.0, electricity_per_kwh: 0.2}
fleet: {hosts: [diy-wrx90]}
"""
OVERLAY = """\
schema: 1
sources: [{id: my-offer, title: Offer 17, kind: vendor, date: "2026-11"}]
price_books:
  - id: seed
    title: With my offer
    resale: []
    currency: USD
    entries:
      - {item: rtx-pro-6000-ws, basis: quote, value: 5, low: 5, high: 5, currency: USD,
         condition: new, as_of: "2026-11", source: my-offer}
"""
BETWEEN = {"A6000": ["rtx-a6000"], "PRO 6000": ["rtx-pro-6000-ws"]}
CATALOGUE: list[Data] = [{"name": "today"}]


def choice(**more: object) -> Data:
    return {
        "check": "choice", "scenario": "mine/offer.yaml", "between": BETWEEN, "cases": CATALOGUE,
    } | more  # fmt: skip


def offer(folder: Path) -> None:
    """A scenario and an overlay in a folder beside the claims file."""
    (folder / "mine").mkdir()
    (folder / "mine" / "offer.yaml").write_text(SCENARIO, encoding="utf-8")
    (folder / "mine" / "prices.yaml").write_text(OVERLAY, encoding="utf-8")


def decided(folder: Path, about: Data, equals: str, **more: object) -> Judged:
    offer(folder)
    (found,) = judged(folder, claim(about, {"equals": equals}), **more)  # type: ignore[arg-type]
    return found


def test_the_cheaper_card_wins_in_a_buyers_own_scenario(tmp_path: Path) -> None:
    found = decided(tmp_path, choice(), "A6000")
    assert (found.verdict, found.computed) == (Verdict.HOLDS, "A6000")
    assert "PRO 6000 USD " in found.why


def test_under_its_own_facts_a_page_may_be_right_where_it_is_not_otherwise(tmp_path: Path) -> None:
    own: Data = {"overlay": "mine/prices.yaml", "prices": "seed"}
    cases = [{"name": "own", "facts": "own"}, {"name": "others", "facts": "catalogue"}]
    found = decided(tmp_path, choice(cases=cases), "PRO 6000", own_facts=own)
    assert [(o.case, o.holds) for o in found.outcomes] == [("own", True), ("others", False)]
    assert found.verdict is Verdict.DEPENDS


def test_without_cases_both_sets_of_facts_are_tried(tmp_path: Path) -> None:
    about = choice()
    del about["cases"]
    found = decided(tmp_path, about, "A6000")
    assert [o.case for o in found.outcomes] == ["the page's own facts", "the catalogue's facts"]


def test_a_case_changes_the_scenario(tmp_path: Path) -> None:
    cases = [
        {"name": "as it stands"},
        {"name": "large", "changes": {"workloads.0.need": {"memory_gib": 80.0, "time_share": 0.5}}},
        {"name": "without hosts", "changes": {"fleet.hosts": None}},
    ]
    found = decided(tmp_path, choice(cases=cases), "A6000")
    assert [o.computed for o in found.outcomes] == ["A6000", "PRO 6000", "A6000"]
    assert "A6000 cannot do it" in found.why


def test_a_scenario_that_nothing_can_serve_has_no_winner(tmp_path: Path) -> None:
    changes = {"workloads.0.need": {"memory_gib": 400.0, "time_share": 0.5}}
    about = choice(cases=[{"name": "huge", "changes": changes}])
    found = decided(tmp_path, about, "none")
    assert (found.verdict, found.computed) == (Verdict.HOLDS, "none")


@pytest.mark.parametrize(
    "wrong",
    [
        {"workloads.7.need": {"cards": 1}},
        {"workloads.first.need": {"cards": 1}},
        {"workloads.-1.need": {"cards": 1}},
        {"workloads.0.need": {"cards": "many"}},
        {"colour": "red"},
        {"months": -1},
        {"catalog.prices": "no-such-book"},
    ],
)
def test_a_change_that_makes_no_scenario_cannot_be_checked(wrong: Data, tmp_path: Path) -> None:
    found = decided(tmp_path, choice(cases=[{"name": "wrong", "changes": wrong}]), "A6000")
    assert found.verdict is Verdict.UNVERIFIABLE
    assert found.why.startswith("wrong: the scenario cannot be read: ")


@pytest.mark.parametrize("text", ["", "[]", "just words", "a: ["])
def test_a_file_that_is_no_scenario_cannot_be_checked(text: str, tmp_path: Path) -> None:
    offer(tmp_path)
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    (found,) = judged(tmp_path, claim(choice(scenario="bad.yaml"), {"equals": "A6000"}))
    assert found.verdict is Verdict.UNVERIFIABLE
    assert "the scenario cannot be read" in found.why


OWN_BOOK = OVERLAY.replace("id: seed", "id: the-shop")


@pytest.mark.parametrize(
    ("about", "equals", "rule"),
    [
        (choice(between=BETWEEN | {"new": ["rtx-9999"]}), "A6000", "unknown-gpu"),
        (choice(scenario="mine/ofer.yaml"), "A6000", "unknown-file"),
        (choice(), "A600", "wrong-answer"),
        (choice(), 5, "wrong-answer"),
    ],
)
def test_a_slip_of_the_pen_is_refused(
    about: Data, equals: object, rule: str, tmp_path: Path
) -> None:
    offer(tmp_path)
    with pytest.raises(InputError) as caught:
        judged(tmp_path, claim(about, {"equals": equals}))
    assert [d.rule for d in caught.value.diagnostics] == [rule]


def test_a_page_may_reckon_with_a_price_book_of_its_own(tmp_path: Path) -> None:
    offer(tmp_path)
    (tmp_path / "mine" / "book.yaml").write_text(OWN_BOOK, encoding="utf-8")
    own: Data = {"overlay": "mine/book.yaml", "prices": "the-shop"}
    load([page(tmp_path, claim(choice(), {"equals": "A6000"}), own_facts=own)], default_catalog())


def test_own_facts_that_are_not_there_are_refused(tmp_path: Path) -> None:
    offer(tmp_path)
    own: Data = {"overlay": "mine/facts.yaml"}
    with pytest.raises(InputError) as caught:
        judged(tmp_path, claim(choice(), {"equals": "either"}), own_facts=own)
    assert [d.rule for d in caught.value.diagnostics] == ["unknown-file"]


def cost(name: str, cents: int | None) -> Bill:
    state = State.CANNOT if cents is None else State.CAN
    return Bill(name, state, cents, cents, True, "", "USD")


@pytest.mark.parametrize(
    ("costs", "winner"),
    [
        ([], "none"),
        ([("a", None), ("b", None)], "none"),
        ([("a", None), ("b", 7)], "b"),
        ([("a", 1000), ("b", 1000 + int(1000 * TIE))], "tie"),
        ([("a", 1000), ("b", 1000 + int(1000 * TIE) + 1)], "a"),
        ([("c", 3000), ("b", 2000), ("a", 1000)], "a"),
        ([("a", -1000), ("b", -980)], "a"),
        ([("a", -1000), ("b", -991)], "tie"),
    ],
)
def test_the_cheapest_wins_unless_the_next_is_as_cheap(
    costs: list[tuple[str, int | None]], winner: str
) -> None:
    assert verdict_of([cost(*c) for c in costs]).winner == winner


def test_either_is_right_where_every_choice_can_do_it(tmp_path: Path) -> None:
    large = {"workloads.0.need": {"memory_gib": 80.0, "time_share": 0.5}}
    cases = [{"name": "small"}, {"name": "large", "changes": large}]
    found = decided(tmp_path, choice(cases=cases), "either")
    assert [o.holds for o in found.outcomes] == [True, False]
