from __future__ import annotations

from dataclasses import replace

from tests.formulation.law import Law
from tests.formulation.scenes import FIRST, lab, racks, racks_with

RULE = Law("fit_racks", racks())


def inside(rack: int, build: str, count: int) -> dict[str, int]:
    return {f"racked[lab,{build},rack{rack},{FIRST}]": count}


def row(rack: int, what: str) -> str:
    return f"fit_racks[lab,rack{rack},{what},{FIRST}]"


def test_hosts_in_a_rack_keep_its_height() -> None:
    """Two servers of 2 units fill it; their 1,500 W with a blade are within 1,600."""
    full = inside(1, "server+1xcard", 2)
    assert RULE.broken_by(full) == []
    assert RULE.broken_by(full | inside(1, "blade+1xcard", 1)) == [row(1, "units")]


def test_hosts_in_a_rack_keep_its_power_at_full_load() -> None:
    one_each = inside(1, "server+1xcard", 1) | inside(1, "server+2xcard", 1)
    assert RULE.broken_by(one_each) == []
    assert RULE.broken_by(inside(1, "server+2xcard", 2)) == [row(1, "watts")]


def test_hosts_in_a_rack_keep_its_sockets() -> None:
    assert RULE.broken_by(inside(1, "blade+1xcard", 2)) == []
    assert RULE.broken_by(inside(1, "blade+1xcard", 3)) == [row(1, "sockets")]


def test_what_one_rack_lacks_no_other_rack_gives() -> None:
    """Four racks' worth of room in sum, and one of them too hot."""
    open_too = {f"opened[lab,rack2,{FIRST}]": 1}
    assert RULE.broken_by(open_too | inside(1, "server+2xcard", 2)) == [row(1, "watts")]
    spread = inside(1, "server+2xcard", 1) | inside(2, "server+2xcard", 1)
    assert RULE.broken_by(open_too | spread) == []


def test_a_rack_that_is_bought_holds_nothing_before_it_is_in_use() -> None:
    one = inside(2, "server+1xcard", 1)
    assert RULE.broken_by(one) == [row(2, what) for what in ("units", "watts", "sockets")]
    assert RULE.broken_by(one | {f"opened[lab,rack2,{FIRST}]": 1}) == []


def test_a_rack_without_a_limit_on_sockets_has_no_row_for_them() -> None:
    (site,) = racks().sites
    assert site.racks is not None
    free = replace(racks(), sites=(replace(site, racks=replace(site.racks, sockets=None)),))
    assert {row.key[2] for row in Law("fit_racks", free).rows} == {"units", "watts"}


def test_the_power_is_that_of_the_site_and_else_that_of_the_catalogue() -> None:
    usual = Law("fit_racks", racks_with(kw=None))
    assert usual.broken_by(inside(1, "server+2xcard", 2)) == []
    limits = {r.at_most for r in usual.rows if r.key[1:3] == ("rack1", "watts")}
    assert limits == {8000}


def test_where_no_site_has_racks_there_are_no_rows() -> None:
    assert Law("fit_racks", lab()).rows == ()
