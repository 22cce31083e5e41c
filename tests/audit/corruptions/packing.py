"""Corruptions of where things stand."""

from __future__ import annotations

from copy import deepcopy

from tests.audit.corruptions.corruption import (
    Data,
    buy_rightly,
    card_with,
    cards,
    corruption,
    everywhere,
    fact_of,
    first_node,
    hosts,
    redo,
    redo_digests,
    redo_money,
    replica_of,
    workloads,
)


@corruption("rich", "misplaced-replica")
def a_replica_is_dropped_from_its_card(plan: Data) -> None:
    card = card_with(plan, "pictures")
    card["replicas"] = [r for r in card["replicas"] if r["workload"] != "pictures"]


@corruption("rich", "misplaced-replica")
def a_replica_stands_on_two_cards(plan: Data) -> None:
    other = next(c for c in cards(plan) if workloads(c) == {"falling"})
    other["replicas"].append(deepcopy(replica_of(plan, "pictures")))


@corruption("rich", "misplaced-replica", "twice-on-a-card", alone=False)
def a_replica_stands_twice_on_its_card(plan: Data) -> None:
    card_with(plan, "talk")["replicas"].append(deepcopy(replica_of(plan, "talk")))


@corruption("rich", "twice-on-a-card", "card-time", alone=False)
def two_replicas_of_a_workload_share_a_card(plan: Data) -> None:
    one, two = [c for c in cards(plan) if "falling" in workloads(c)][:2]
    moved = next(r for r in one["replicas"] if r["workload"] == "falling")
    one["replicas"].remove(moved)
    two["replicas"].append(moved)


@corruption("rich", "card-memory", alone=False)
def more_replicas_stand_on_a_card_than_its_memory_holds(plan: Data) -> None:
    move(plan, "posters", "bulky")


@corruption("rich", "card-time")
def more_of_the_time_of_a_card_is_promised_than_it_has(plan: Data) -> None:
    move(plan, "posters", "pictures")


@corruption("rich", "card-latency", alone=False)
def a_chat_stands_behind_the_long_steps_of_an_image_model(plan: Data) -> None:
    move(plan, "posters", "talk")


@corruption("rich", "wrong-name", alone=False)
def a_group_bears_the_name_of_another_workload(plan: Data) -> None:
    for card in cards(plan):
        for replica in card["replicas"]:
            if replica["workload"] == "pair":
                replica["group"] = "talk#1"


@corruption("rich", "misplaced-replica", "no-such-option")
def a_group_is_split_over_two_hosts(plan: Data) -> None:
    """The card of one half changes places with a card of the other host."""
    for node in plan["nodes"]:
        standing = [h for h in plan["placement"] if h["node"] == node]
        whole = next(h for h in standing if any(c["gpu"] == "large" for c in h["cards"]))
        other = next(h for h in standing if h is not whole)
        i = next(i for i, c in enumerate(whole["cards"]) if c["gpu"] == "large")
        whole["cards"][i], other["cards"][0] = other["cards"][0], whole["cards"][i]


@corruption("rich", "mixed-group", alone=False)
def a_group_mixes_kinds_of_cards(plan: Data) -> None:
    card_with(plan, "pair")["gpu"] = "card"


@corruption("rich", "shared-group", "card-time", "misplaced-replica")
def a_replica_stands_on_a_card_that_a_group_has_to_itself(plan: Data) -> None:
    move(plan, "posters", "pair")


@corruption("rich", "host-fit", alone=False)
def a_card_moves_to_a_host_without_a_free_slot(plan: Data) -> None:
    full = max(hosts(plan), key=lambda h: len(h["cards"]))
    other = next(h for h in hosts(plan) if h is not full)
    while len(full["cards"]) <= 4:
        full["cards"].append(other["cards"].pop())


@corruption("rich", "host-fit")
def a_host_has_a_card_too_many(plan: Data) -> None:
    for host in plan["placement"]:
        if host["host"] == hosts(plan)[0]["host"]:
            spare = 5 - len(host["cards"])
            host["cards"] += [{"gpu": "card", "pair": None, "layout": None, "replicas": []}] * spare
    buy_rightly(plan, "card", 5)
    redo(plan)


@corruption("rich", "host-fit")
def a_card_is_too_wide_for_the_slots(plan: Data) -> None:
    exchange(plan, "pair", "fat")


@corruption("rich", "host-fit")
def cards_draw_more_than_the_supplies_give(plan: Data) -> None:
    exchange(plan, "pair", "hungry")
    for host in plan["placement"]:
        while len(host["cards"]) < 4 and any(c["gpu"] == "hungry" for c in host["cards"]):
            host["cards"].append({"gpu": "hungry", "pair": None, "layout": None, "replicas": []})
    buy_rightly(plan, "hungry", 2)
    redo(plan)


@corruption("rich", "host-fit")
def a_card_stands_in_air_that_does_not_cool_it(plan: Data) -> None:
    exchange(plan, "pair", "airless")


@corruption("rich", "host-fit")
def an_open_card_stands_where_none_may(plan: Data) -> None:
    exchange(plan, "pair", "airy")


def exchange(plan: Data, workload: str, gpu: str) -> None:
    """Put a workload on another kind of card, bought for it, and put the rest right."""
    everywhere(plan, workload, gpu=gpu)
    fact_of(plan, "gpus", gpu)["memory_mib"]["value"] = 96 * 1024
    redo_digests(plan)
    count = 0
    for host in plan["placement"]:
        for card in host["cards"]:
            if workload in workloads(card):
                card["gpu"] = gpu
                count += host["node"] == first_node(plan)
    buy_rightly(plan, gpu, count)
    redo(plan)


def move(plan: Data, workload: str, beside: str) -> None:
    """Move a replica to a card on which another workload stands."""
    here, there = card_with(plan, workload), card_with(plan, beside)
    assert here is not there
    replica = next(r for r in here["replicas"] if r["workload"] == workload)
    here["replicas"].remove(replica)
    there["replicas"].append(replica)


@corruption("rich", "host-twice")
def two_hosts_bear_one_name(plan: Data) -> None:
    one, two = hosts(plan)[:2]
    two["host"] = one["host"]


@corruption("rich", "not-owned")
def a_card_moves_to_a_host_that_nobody_bought(plan: Data) -> None:
    """A card without a group leaves its host for one of its own, whenever things move."""
    for node in sorted({h["node"] for h in plan["placement"]}):
        standing = [h for h in plan["placement"] if h["node"] == node]
        cards_in = [(h, c) for h in standing for c in h["cards"]]
        host, card = next(
            (h, c) for h, c in cards_in if all(r["group"] is None for r in c["replicas"])
        )
        host["cards"].remove(card)
        plan["placement"].append(host | {"host": "lab/host9", "cards": [card]})
    redo_money(plan)


@corruption("rich", "unknown-item", alone=False)
def a_host_stands_at_a_site_that_does_not_exist(plan: Data) -> None:
    hosts(plan)[0]["host"] = "attic/host1"


@corruption("rich", "unknown-item", alone=False)
def a_host_is_not_in_the_catalogue(plan: Data) -> None:
    hosts(plan)[0]["build"] = "castle"


@corruption("rich", "unknown-item", alone=False)
def a_card_is_not_in_the_catalogue(plan: Data) -> None:
    card_with(plan, "talk")["gpu"] = "rtx-9999"


@corruption("server_room", "host-fit")
def a_system_lacks_one_of_its_accelerators(plan: Data) -> None:
    everywhere(plan, "huge", gpus_per_replica=1)
    system = next(h for h in hosts(plan) if h["build"] == "system")
    system["cards"][0]["replicas"].clear()
    system["cards"][1]["replicas"].clear()
    del system["cards"][0]
    plan["deployments"] = [d for d in plan["deployments"] if d["workload"] != "huge"]
    workload = plan["inputs"]["scenario"]["workloads"][1]
    workload["demand"] = [{"from": e["from"], "count": 0} for e in workload["demand"]]
    redo_digests(plan)
    redo_money(plan)


@corruption("server_room", "licence", "no-such-option", "unmet-demand")
def a_card_for_players_runs_in_a_data_centre(plan: Data) -> None:
    exchange(plan, "task", "gamer")


@corruption("tight", "site-power", "site-places")
def a_second_host_draws_more_than_the_site_gives(plan: Data) -> None:
    host = deepcopy(hosts(plan)[0])
    host["host"] = "lab/host2"
    host["cards"] = [dict(c, replicas=[]) for c in host["cards"]]
    plan["placement"].append(host)
    buy_rightly(plan, "tower")
    buy_rightly(plan, "card", 2)
    redo(plan)


@corruption("tight", "site-places")
def a_second_host_finds_no_place(plan: Data) -> None:
    host = deepcopy(hosts(plan)[0])
    host |= {"host": "lab/host2", "cards": []}
    plan["placement"].append(host)
    buy_rightly(plan, "tower")
    plan["inputs"]["scenario"]["sites"][0]["facility_power_kw"] = 9.0
    redo_digests(plan)
    redo(plan)
