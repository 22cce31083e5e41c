from __future__ import annotations

from tests.formulation.law import Law
from tests.formulation.scenes import (
    FIRST,
    RENTED,
    SECOND,
    groups,
    groups_with,
    lab,
    offers_with,
)

RULE = Law("site_places", lab())


def test_a_site_holds_no_more_hosts_than_it_has_places() -> None:
    assert RULE.broken_by({f"running[lab,host,{FIRST}]": 2}) == []
    assert RULE.broken_by({f"running[lab,host,{FIRST}]": 3}) == [f"site_places[lab,{FIRST}]"]


def test_a_place_is_free_again_in_the_next_month() -> None:
    both = {f"running[lab,host,{node}]": 2 for node in (FIRST, SECOND)}
    assert RULE.broken_by(both) == []


def test_a_site_without_a_limit_holds_any_number() -> None:
    assert Law("site_places", groups()).rows == ()


def test_hosts_of_all_kinds_take_places() -> None:
    rule = Law("site_places", groups_with(hosts_max=2))
    narrow, wide = (f"running[lab,{host},{FIRST}]" for host in ("narrow", "wide"))
    assert rule.broken_by({narrow: 1, wide: 1}) == []
    assert rule.broken_by({narrow: 1, wide: 2}) == [f"site_places[lab,{FIRST}]"]


def test_rented_machines_take_no_place_at_a_site() -> None:
    rule = Law("site_places", offers_with(site={"hosts_max": 1}))
    rented = {f"running[cloud,{RENTED},{FIRST}]": 2, f"running[lab,host,{FIRST}]": 1}
    assert rule.broken_by(rented) == []
    assert {row.key[0] for row in rule.rows} == {"lab"}
