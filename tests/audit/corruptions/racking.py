"""Corruptions of racks, and of pairs that bridges join."""

from __future__ import annotations

from tests.audit.corruptions.corruption import (
    Data,
    buy_rightly,
    corruption,
    fact_of,
    hosts,
    redo,
    redo_digests,
    unit,
)


def rules_of(plan: Data) -> Data:
    """The racks of the site; say `redo_digests` after a change."""
    found: Data = plan["inputs"]["scenario"]["sites"][0]["racks"]
    return found


@corruption("racked", "rack-place", "rack-units")
def a_server_stands_on_the_floor(plan: Data) -> None:
    hosts(plan)[0] |= {"rack": None, "rack_units": None}


@corruption("racked", "rack-units")
def a_server_claims_less_height_than_it_takes(plan: Data) -> None:
    hosts(plan)[0]["rack_units"] -= 1


@corruption("racked", "rack-count")
def a_server_stands_in_a_rack_that_was_not_bought(plan: Data) -> None:
    hosts(plan)[0]["rack"] = 2


@corruption("racked", "rack-count", alone=False)
def a_server_stands_in_a_rack_that_does_not_exist(plan: Data) -> None:
    hosts(plan)[0]["rack"] = 0


@corruption("racked", "rack-count")
def a_rack_is_used_and_never_bought(plan: Data) -> None:
    plan["acquisitions"].remove(unit(plan, "rack"))
    redo(plan)


@corruption("racked", "rack-count", alone=False)
def more_racks_are_bought_than_may_be(plan: Data) -> None:
    buy_rightly(plan, "rack", 2)
    redo(plan)


@corruption("racked", "rack-units")
def a_rack_is_lower_and_the_digest_agrees(plan: Data) -> None:
    fact_of(plan, "racks", "rack")["rack_units"]["value"] = 7
    redo_digests(plan)


@corruption("racked", "rack-power")
def the_racks_of_the_site_carry_less(plan: Data) -> None:
    rules_of(plan)["kw"] = 1.9
    redo_digests(plan)


@corruption("racked", "rack-power", "rack-units", "rack-sockets")
def a_server_moves_to_a_rack_that_cannot_feed_it(plan: Data) -> None:
    for host in plan["placement"]:
        host["rack"] = 1


@corruption("racked", "rack-sockets")
def a_server_takes_more_sockets_and_the_digest_agrees(plan: Data) -> None:
    fact_of(plan, "hosts", "server")["sockets"]["value"] = 3
    redo_digests(plan)


@corruption("racked", "rack-place", "rack-units", "not-for-sale")
def the_site_has_no_racks(plan: Data) -> None:
    plan["inputs"]["scenario"]["sites"][0]["racks"] = None
    redo_digests(plan)
    bought = unit(plan, "rack")
    assert bought["kind"] == "rack"
    plan["inputs"]["scenario"]["sites"].append(
        plan["inputs"]["scenario"]["sites"][0]
        | {"name": "other", "racks": {"model": "rack", "count": 1, "buy": 1, "kw": None}}
    )
    redo_digests(plan)


@corruption("racked", "rack-place", "rack-units")
def a_tower_stands_in_a_rack(plan: Data) -> None:
    fact_of(plan, "hosts", "server")["form"]["value"] = "tower"
    redo_digests(plan)


@corruption("racked", "broken-inputs", "wrong-digest")
def the_rack_inside_is_missing(plan: Data) -> None:
    plan["inputs"]["catalog"]["racks"] = []


def pair(plan: Data) -> list[Data]:
    """The cards of a bridged pair at the first node."""
    return [card for card in hosts(plan)[0]["cards"] if card["pair"] is not None]


@corruption("racked", "misplaced-replica", "no-such-option")
def a_pair_works_without_its_bridge(plan: Data) -> None:
    for card in pair(plan):
        card["pair"] = None


@corruption("racked", "wrong-pair", "bridge-places", "not-owned", alone=False)
def a_card_is_joined_with_nothing(plan: Data) -> None:
    next(c for c in hosts(plan)[0]["cards"] if c["pair"] is None)["pair"] = "pair9"


@corruption("racked", "wrong-pair", alone=False)
def three_cards_are_joined(plan: Data) -> None:
    next(c for c in hosts(plan)[0]["cards"] if c["pair"] is None)["pair"] = pair(plan)[0]["pair"]


@corruption("racked", "wrong-pair", "mixed-group", alone=False)
def the_halves_of_a_group_are_joined_with_others(plan: Data) -> None:
    one, _ = pair(plan)
    other = next(c for c in hosts(plan)[0]["cards"] if c["pair"] is None)
    other["pair"], one["pair"] = one["pair"], None


@corruption("racked", "not-owned")
def a_bridge_is_missing(plan: Data) -> None:
    unit(plan, "bridge")["count"] -= 1
    redo(plan)


@corruption("racked", "not-owned")
def a_pair_takes_more_bridges_and_the_digest_agrees(plan: Data) -> None:
    fact_of(plan, "bridges", "bridge")["per_pair"]["value"] = 4
    redo_digests(plan)


@corruption("racked", "not-owned")
def the_bridge_is_for_other_cards_and_the_digest_agrees(plan: Data) -> None:
    other = fact_of(plan, "gpus", "joined") | {"id": "other"}
    plan["inputs"]["catalog"]["gpus"].append(other)
    fact_of(plan, "bridges", "bridge")["gpus"]["value"] = ["other"]
    redo_digests(plan)


@corruption("racked", "bridge-places")
def a_server_has_no_neighbours_for_a_bridge(plan: Data) -> None:
    fact_of(plan, "hosts", "server")["bridge_pairs"]["value"] = 0
    redo_digests(plan)


@corruption("racked", "wrong-pair", "no-such-option", alone=False)
def the_cards_of_a_pair_take_no_bridge(plan: Data) -> None:
    fact_of(plan, "gpus", "joined")["nvlink"]["value"] = "none"
    redo_digests(plan)


@corruption("racked", "wrong-lot")
def a_lot_of_bridges_is_overdrawn(plan: Data) -> None:
    unit(plan, "bridge", "existing")["count"] += 1
    redo(plan)
