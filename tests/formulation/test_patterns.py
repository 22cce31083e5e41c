"""Card patterns: none that could be extended, and none missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import given, settings

from planner.formulation.patterns import CardPattern, CardRoom, all_patterns, families_of
from planner.formulation.setup import set_up
from planner.sizing.option import Option
from tests.fixtures.options import cases, random_case
from tests.formulation.by_hand import ROOM, Kind, option

MANY = 10**6
Replicas = tuple[Option, ...]


def legal_sets(room: CardRoom, options: Sequence[Option]) -> Iterator[Replicas]:
    """Every set of replicas that may live on a card, by trying all of them."""
    workloads = list(dict.fromkeys(o.workload for o in options))
    choices = [[None, *(o for o in options if o.workload == w)] for w in workloads]
    for chosen in product(*choices):
        held = tuple(o for o in chosen if o is not None)
        if held and fits(room, held):
            yield held


def fits(room: CardRoom, held: Replicas) -> bool:
    """Bytes, time and latency, said in other words than the program says them."""
    memory = room.ecc_bytes if any(o.ecc for o in held) else room.plain_bytes
    if sum(o.memory_bytes for o in held) > memory:
        return False
    if sum(o.share_ppm for o in held) > room.max_share_ppm:
        return False
    for i, waiting in enumerate(held):
        others = [o.step_us for j, o in enumerate(held) if j != i]
        patience = waiting.period_us
        if others and patience is not None and waiting.step_us + max(others) > patience:
            return False
    return True


def replaces(pattern: CardPattern, held: Replicas) -> bool:
    """Whether a pattern carries all that a set carries, at no more power for a unit of load."""
    there = {o.workload: o for o in pattern.replicas}
    return all(
        (other := there.get(o.workload)) is not None
        and other.precision == o.precision
        and other.level >= o.level
        and other.capacity >= o.capacity
        and other.watts_per_quantum <= o.watts_per_quantum
        for o in held
    )


def patterns_of(room: CardRoom, options: Sequence[Option]) -> list[CardPattern]:
    found = all_patterns(room, families_of(options, room.gpu), MANY)
    assert found is not None
    return found


def assert_complete_and_maximal(room: CardRoom, options: Sequence[Option]) -> int:
    mine = [o for o in options if o.part and o.gpu == room.gpu]
    patterns = patterns_of(room, mine)
    legal = list(legal_sets(room, mine))
    assert len({p.name for p in patterns}) == len(patterns)
    assert all(fits(room, pattern.replicas) for pattern in patterns)
    for held in legal:
        assert any(replaces(pattern, held) for pattern in patterns), held
    for pattern in patterns:
        wider = [held for held in legal if set(held) > set(pattern.replicas)]
        assert wider == [], pattern.name
    return len(patterns)


def test_every_legal_set_is_part_of_a_pattern_and_no_pattern_can_be_extended() -> None:
    found = 0
    for seed in range(40):
        inputs, sizing = random_case(seed, "tiny")
        problem = set_up(inputs, sizing).problem
        found += sum(
            assert_complete_and_maximal(r, problem.options) for r in problem.rooms.values()
        )
    assert found > 200


@settings(max_examples=30, deadline=None, derandomize=True)
@given(cases("tiny"))
def test_patterns_are_complete_and_maximal_in_any_scenario_that_can_be_drawn(case: object) -> None:
    inputs, sizing = case  # type: ignore[misc]
    problem = set_up(inputs, sizing).problem
    for room in problem.rooms.values():
        assert_complete_and_maximal(room, problem.options)


def names(options: Sequence[Option]) -> list[str]:
    return sorted(
        "+".join(f"{o.workload}{o.level}" for o in p.replicas) for p in patterns_of(ROOM, options)
    )


def chat(level: int, **more: object) -> Option:
    return option("chat", kind=Kind(level=level, capacity=level, gib=10.0 * level, **more))  # type: ignore[arg-type]


def note(**more: object) -> Option:
    return option("note", kind=Kind(**{"gib": 20.0} | more))  # type: ignore[arg-type]


def test_a_higher_level_at_no_more_power_a_unit_makes_the_lower_one_needless() -> None:
    assert names([chat(1, watts=60), chat(2, watts=120)]) == ["chat2"]


def test_a_lower_level_at_less_power_a_unit_stays() -> None:
    assert names([chat(1, watts=50), chat(2, watts=120)]) == ["chat1", "chat2"]


def test_memory_decides_which_levels_share_a_card() -> None:
    levels = [chat(n, watts=60 * n) for n in (1, 2, 3)]
    assert names([*levels, note()]) == ["chat2+note1", "chat3"]
    assert names([*levels, note(gib=20.001)]) == ["chat1+note1", "chat3"]


def test_shares_of_time_add_up() -> None:
    assert names([chat(1, share=0.5), note(share=0.4)]) == ["chat1+note1"]
    assert names([chat(1, share=0.5), note(share=0.400001)]) == ["chat1", "note1"]


def test_a_card_holds_no_second_replica_of_a_workload() -> None:
    twice = [chat(1), option("chat", kind=Kind(gib=1.0, precision="fp8"))]
    assert names(twice) == ["chat1", "chat1"]


def test_one_replica_with_error_correction_takes_memory_from_all() -> None:
    assert names([chat(1), note(gib=30.0)]) == ["chat1+note1"]
    assert names([chat(1, ecc=True), note(gib=30.0)]) == ["chat1", "note1"]


@pytest.mark.parametrize(("period", "together"), [(40, True), (39, False)])
def test_a_step_comes_in_time_after_the_longest_step_of_another(
    period: int, together: bool
) -> None:
    hasty = chat(1, step_ms=20, period_ms=period)
    found = names([hasty, note(step_ms=20)])
    assert found == (["chat1+note1"] if together else ["chat1", "note1"])


def test_patterns_are_given_up_as_soon_as_there_are_more_sets_than_the_limit() -> None:
    families = families_of([chat(1), note()], "card")
    sets = 4
    assert all_patterns(ROOM, families, sets) is not None
    assert all_patterns(ROOM, families, sets - 1) is None


def test_a_card_that_nothing_shares_has_no_pattern() -> None:
    assert patterns_of(ROOM, [option("chat", kind=Kind(part=False))]) == []
