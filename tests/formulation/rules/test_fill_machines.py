from __future__ import annotations

from itertools import product

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab, lasting

RULE = Law("fill_machines", lasting())
USED = f"standing[lab,host/1,{FIRST}]"
CARD, SLIM = (f"filled[lab,host/1,{gpu},{FIRST}]" for gpu in ("card", "slim"))
WIDE, NARROW = (f"ways[lab,host/1,way{way},{FIRST}]" for way in (1, 2))


def broken(values: dict[str, int]) -> list[str]:
    return [name.removeprefix("fill_machines[lab,host/1,") for name in RULE.broken_by(values)]


def test_a_machine_that_does_not_stand_has_no_cards() -> None:
    assert f"all,{FIRST}]" in broken({SLIM: 1})
    assert broken({}) == []


def test_a_machine_that_stands_has_a_card() -> None:
    assert broken({USED: 1, WIDE: 1}) == [f"any,{FIRST}]"]


def test_a_machine_uses_its_slots_in_one_way() -> None:
    assert broken({USED: 1, CARD: 1, WIDE: 1}) == []
    assert broken({USED: 1, CARD: 1}) == [f"width1,{FIRST}]", f"width2,{FIRST}]", f"ways,{FIRST}]"]
    assert broken({USED: 1, CARD: 1, WIDE: 1, NARROW: 1}) == [f"ways,{FIRST}]"]


def test_three_narrow_places_take_no_wide_card() -> None:
    assert broken({USED: 1, SLIM: 3, NARROW: 1}) == []
    assert broken({USED: 1, SLIM: 2, CARD: 1, NARROW: 1}) == [f"width2,{FIRST}]"]
    assert broken({USED: 1, SLIM: 2, CARD: 1, WIDE: 1}) == [f"width1,{FIRST}]"]


def test_the_rows_admit_the_builds_and_nothing_else() -> None:
    builds = {b.cards for b in lasting().builds}
    for card, slim in product(range(4), repeat=2):
        cards = {USED: 1, CARD: card, SLIM: slim}
        fits = any(not broken(cards | {way: 1}) for way in (WIDE, NARROW))
        named = tuple((g, n) for g, n in (("card", card), ("slim", slim)) if n)
        assert fits is (named in builds), named


def test_where_sums_are_enough_no_machine_is_filled() -> None:
    assert Law("fill_machines", lab()).rows == ()
