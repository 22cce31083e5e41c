"""Corruptions of what is bought, held and sold."""

from __future__ import annotations

from tests.audit.corruptions.corruption import (
    Data,
    buy,
    corruption,
    redo,
    redo_fleet,
    redo_money,
    unit,
    worth,
)


@corruption("rich", "not-owned")
def a_card_in_use_was_never_bought(plan: Data) -> None:
    plan["acquisitions"].remove(unit(plan, "large"))
    redo(plan)


@corruption("rich", "not-owned")
def fewer_cards_are_bought_than_are_in_use(plan: Data) -> None:
    unit(plan, "large")["count"] -= 1
    redo(plan)


@corruption("rich", "not-owned")
def fewer_hosts_are_bought_than_are_in_use(plan: Data) -> None:
    plan["acquisitions"].remove(unit(plan, "tower"))
    redo(plan)


@corruption("rich", "not-owned")
def a_card_is_sold_while_it_is_in_use(plan: Data) -> None:
    sold = unit(plan, "large")
    sold |= {"leaves": "2026-12", "resale_each": worth(plan, "large", 2)}
    redo(plan)


@corruption("rich", "wrong-month", alone=False)
def a_card_is_sold_before_it_is_bought(plan: Data) -> None:
    unit(plan, "large")["leaves"] = "2026-09"


@corruption("rich", "wrong-month", alone=False)
def a_card_is_sold_in_the_month_in_which_it_is_bought(plan: Data) -> None:
    unit(plan, "large")["leaves"] = "2026-10"


@corruption("rich", "wrong-month", alone=False)
def a_card_is_sold_after_the_roadmap(plan: Data) -> None:
    unit(plan, "large")["leaves"] = "2027-06"


@corruption("rich", "wrong-month", alone=False)
def a_card_is_bought_before_the_roadmap(plan: Data) -> None:
    bought = unit(plan, "large")
    bought |= {"node": "2026-01", "in_service": "2026-01"}


@corruption("rich", "lead-time", alone=False)
def a_card_serves_before_it_is_ordered(plan: Data) -> None:
    plan["acquisitions"].append(unit(plan, "card") | {"node": "2026-12"})


@corruption("rich", "cash-flow", "wrong-fleet")
def a_vintage_is_sold_twice(plan: Data) -> None:
    sold = next(u for u in plan["acquisitions"] if u["leaves"] is not None)
    plan["acquisitions"].append(dict(sold))


@corruption("rich", "wrong-lot")
def an_existing_lot_is_overdrawn(plan: Data) -> None:
    unit(plan, "card", "existing")["count"] += 1
    redo(plan)


@corruption("rich", "wrong-lot")
def a_lot_is_used_twice(plan: Data) -> None:
    plan["acquisitions"].append(dict(unit(plan, "tower", "existing")))
    redo(plan)


@corruption("rich", "wrong-lot")
def a_part_of_a_lot_is_forgotten(plan: Data) -> None:
    buy(plan, "card", 200_000)
    plan["acquisitions"][-1]["resale_each"] = worth(plan, "card", 4)
    unit(plan, "card", "existing")["count"] -= 1
    redo(plan)


@corruption("rich", "wrong-mode", "wrong-lot", alone=False)
def a_lot_does_not_exist(plan: Data) -> None:
    unit(plan, "card", "existing")["lot"] = 7


@corruption("rich", "wrong-lot", alone=False)
def a_lot_is_another_items(plan: Data) -> None:
    unit(plan, "card", "existing")["lot"] = 2


@corruption("rich", "wrong-lot")
def a_purchase_names_a_lot(plan: Data) -> None:
    unit(plan, "large")["lot"] = 1


@corruption("rich", "wrong-price")
def a_price_is_lowered(plan: Data) -> None:
    unit(plan, "large")["unit_cost"] -= 100
    redo_money(plan)


@corruption("rich", "wrong-lot")
def an_existing_lot_is_paid_for(plan: Data) -> None:
    unit(plan, "card", "existing")["unit_cost"] = 100


@corruption("rich", "wrong-resale")
def a_resale_is_raised(plan: Data) -> None:
    unit(plan, "large")["resale_each"] += 1
    redo_money(plan)


@corruption("rich", "wrong-resale")
def a_value_at_the_end_is_raised_for_a_lot(plan: Data) -> None:
    unit(plan, "tower", "existing")["resale_each"] += 1
    redo_money(plan)


@corruption("server_room", "wrong-resale")
def something_is_sold_though_nothing_may_be(plan: Data) -> None:
    unit(plan, "card")["resale_each"] = 1
    redo_money(plan)


@corruption("server_room", "not-for-sale")
def an_accelerator_is_bought_without_its_host(plan: Data) -> None:
    buy(plan, "module", 100)
    redo(plan)


@corruption("rich", "wrong-offer", "wrong-price", "wrong-resale", alone=False)
def a_purchase_is_called_a_lease(plan: Data) -> None:
    unit(plan, "large")["mode"] = "lease"


@corruption("rich", "wrong-offer", "wrong-price", "wrong-resale", alone=False)
def a_purchase_is_called_a_rental(plan: Data) -> None:
    unit(plan, "large")["mode"] = "rent"


@corruption("rich", "wrong-mode", alone=False)
def a_purchase_is_said_to_have_been_there(plan: Data) -> None:
    unit(plan, "large")["mode"] = "existing"


@corruption("rich", "wrong-kind")
def a_card_is_called_a_host(plan: Data) -> None:
    unit(plan, "large")["kind"] = "host"


@corruption("rich", "wrong-count", alone=False)
def a_purchase_is_of_nothing(plan: Data) -> None:
    plan["acquisitions"].append(unit(plan, "large") | {"count": 0})


@corruption("rich", "wrong-count", alone=False)
def a_purchase_is_of_less_than_nothing(plan: Data) -> None:
    plan["acquisitions"].append(unit(plan, "large") | {"count": -1})
    redo(plan)


@corruption("rich", "unknown-item", alone=False)
def something_is_bought_that_the_catalogue_does_not_have(plan: Data) -> None:
    plan["acquisitions"].append(unit(plan, "large") | {"item": "rtx-9999"})
    redo_fleet(plan)


@corruption("rich", "unknown-item", alone=False)
def something_is_bought_for_a_site_that_does_not_exist(plan: Data) -> None:
    plan["acquisitions"].append(unit(plan, "large") | {"site": "attic"})


@corruption("rich", "wrong-fleet")
def the_fleet_lists_a_card_too_many(plan: Data) -> None:
    plan["fleet"][0]["count"] += 1


@corruption("rich", "wrong-fleet")
def the_fleet_forgets_a_sale(plan: Data) -> None:
    plan["fleet"].pop()


@corruption("rich", "wrong-fleet")
def the_fleet_lists_an_entry_twice(plan: Data) -> None:
    plan["fleet"].append(dict(plan["fleet"][-1]))


@corruption("rich", "wrong-month")
def the_fleet_goes_on_after_the_roadmap(plan: Data) -> None:
    plan["fleet"].append(plan["fleet"][-1] | {"node": "2031-01"})
