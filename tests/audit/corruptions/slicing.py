"""Corruptions of cards that are cut, of needs of the host, and of spares."""

from __future__ import annotations

from tests.audit.corruptions.corruption import (
    Data,
    asked,
    cards,
    corruption,
    deployment,
    fact_of,
    hosts,
    redo_digests,
    redo_money,
    workloads,
)


def cut_card(plan: Data, workload: str = "students") -> Data:
    """A card of the first node that is cut and carries a workload."""
    return next(c for c in cards(plan) if c["layout"] is not None and workload in workloads(c))


@corruption("sliced", "wrong-layout", alone=False)
def a_card_is_cut_in_a_way_that_the_vendor_does_not_allow(plan: Data) -> None:
    cut_card(plan)["layout"] = "1g.third+1g.third+1g.third+1g.third"


@corruption("sliced", "wrong-layout")
def a_layout_is_told_in_another_order_of_words(plan: Data) -> None:
    cut_card(plan)["layout"] += "+1g.third"


@corruption("sliced", "wrong-layout", alone=False)
def the_vendor_allows_fewer_instances_and_the_digest_agrees(plan: Data) -> None:
    table = fact_of(plan, "gpus", "cut")["mig"]["value"]
    table["compute_slices"] = 2
    table["memory_slices"] = 3
    redo_digests(plan)


@corruption("sliced", "wrong-layout", "no-such-option", alone=False)
def nobody_asked_for_instances(plan: Data) -> None:
    asked(plan, "students")["isolation"] = "shared"
    redo_digests(plan)


@corruption("sliced", "wrong-layout", "no-such-slice", alone=False)
def a_card_that_cannot_be_cut_is_cut(plan: Data) -> None:
    cut = cut_card(plan)
    whole = next(c for c in cards(plan) if c["gpu"] == "card")
    whole["layout"], cut["layout"] = cut["layout"], None


@corruption("sliced", "no-such-slice", "misplaced-replica", alone=False)
def a_replica_runs_in_an_instance_that_is_not_there(plan: Data) -> None:
    cut_card(plan)["replicas"][0]["slice"] = "2g.rest"


@corruption("sliced", "slice-twice", "misplaced-replica")
def two_replicas_run_in_one_instance(plan: Data) -> None:
    full = next(c for c in cards(plan) if c["layout"] is not None and len(c["replicas"]) == 3)
    full["replicas"].append(dict(full["replicas"][0]))


@corruption("sliced", "cut-in-use", "misplaced-replica", alone=False)
def a_replica_runs_beside_the_instances(plan: Data) -> None:
    whole = next(c for c in cards(plan) if "held" in workloads(c))
    cut_card(plan)["replicas"].append(whole["replicas"].pop())


@corruption("sliced", "cut-in-use", "misplaced-pool", alone=False)
def a_cut_card_belongs_to_a_pool(plan: Data) -> None:
    cut_card(plan)["pool"] = "pool#1"


@corruption("sliced", "isolation", "no-such-option", alone=False)
def a_workload_that_wants_instances_shares_a_card(plan: Data) -> None:
    entry = next(d for d in plan["deployments"] if d["workload"] == "students" and d["slice"])
    entry |= {"shared": True, "slice": None}


@corruption("sliced", "isolation", "no-such-option", alone=False)
def a_workload_that_wants_whole_cards_runs_in_an_instance(plan: Data) -> None:
    asked(plan, "talk")["isolation"] = "exclusive"
    redo_digests(plan)


@corruption("sliced", "misplaced-replica", alone=False)
def an_instance_is_claimed_to_be_a_part(plan: Data) -> None:
    next(d for d in plan["deployments"] if d["slice"])["slice"] = None


@corruption("sliced", "host-cores")
def a_host_has_fewer_cores_and_the_digest_agrees(plan: Data) -> None:
    fact_of(plan, "hosts", "tower")["cpu_cores"]["value"] = 5
    redo_digests(plan)


@corruption("sliced", "host-cores")
def nobody_knows_the_cores_of_a_host(plan: Data) -> None:
    fact_of(plan, "hosts", "tower")["cpu_cores"] = None
    redo_digests(plan)


@corruption("sliced", "host-memory")
def a_host_has_less_memory_and_the_digest_agrees(plan: Data) -> None:
    fact_of(plan, "hosts", "tower")["memory_gib"]["value"] = 31.5
    redo_digests(plan)


@corruption("sliced", "host-memory")
def a_need_takes_more_memory_of_its_host(plan: Data) -> None:
    asked(plan, "busy")["need"]["host_memory_gib"] = 129.0
    redo_digests(plan)


@corruption("sliced", "survive")
def a_spare_card_is_left_away(plan: Data) -> None:
    deployment(plan, "held")["replicas"] -= 1
    card = next(c for c in cards(plan) if "held" in workloads(c))
    card["replicas"] = []
    redo_money(plan)


@corruption("sliced", "survive")
def two_cards_may_be_lost(plan: Data) -> None:
    asked(plan, "held")["survive"] = {"replicas": None, "cards": 2, "hosts": None}
    redo_digests(plan)


@corruption("sliced", "survive")
def two_replicas_may_be_lost(plan: Data) -> None:
    asked(plan, "talk")["survive"] = {"replicas": 2, "cards": None, "hosts": None}
    redo_digests(plan)


@corruption("sliced", "survive")
def two_hosts_may_be_lost(plan: Data) -> None:
    asked(plan, "always")["survive"] = {"replicas": None, "cards": None, "hosts": 2}
    redo_digests(plan)


@corruption("sliced", "survive", alone=False)
def the_spare_stands_in_the_host_that_may_be_lost(plan: Data) -> None:
    """All that a workload needs gathers in the first host that carries it."""
    first = next(h for h in hosts(plan) if any("always" in workloads(c) for c in h["cards"]))
    there = next(c for c in first["cards"] if "always" in workloads(c))
    for host in hosts(plan):
        for card in host["cards"]:
            if host is not first and "always" in workloads(card):
                moved = next(r for r in card["replicas"] if r["workload"] == "always")
                card["replicas"].remove(moved)
                there["replicas"].append(moved)


@corruption("sliced", "shared-group", "twice-on-a-card", alone=False)
def the_replicas_of_a_workload_share_the_card_that_may_be_lost(plan: Data) -> None:
    one, two = [c for c in cards(plan) if "held" in workloads(c)][:2]
    one["replicas"].append(two["replicas"].pop())
