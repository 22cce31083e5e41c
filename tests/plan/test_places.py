"""Groups of cards find places in machines whenever there are any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from planner.formulation.builds import Build
from planner.plan.machines import Block, Card, Machine, seats
from planner.plan.racking import stand
from tests.fixtures.dice import Dice, Seeded, chance, pick

KINDS = ("card", "other")


def machine(number: int, cards: dict[str, int], pairs: int) -> Machine:
    build = Build("host", tuple(sorted(cards.items())), Fraction(0), Fraction(0))
    held = [Card(gpu) for gpu, count in cards.items() for _ in range(count)]
    return Machine(number, build, pairs, held)


def random_machines(dice: Dice) -> list[Machine]:
    return [
        machine(i, {gpu: dice.integer(0, 6) for gpu in KINDS}, dice.integer(0, 2))
        for i in range(dice.integer(1, 4))
    ]


def random_blocks(dice: Dice) -> list[Block]:
    found = []
    for number in range(dice.integer(1, 6)):
        cards = pick(dice, (1, 2, 4, 2))
        bridged = cards == 2 and chance(dice, 60)
        gpu = "card" if chance(dice, 70) else "other"
        found.append(Block(gpu, cards, bridged, f"w#{number}", None))
    return sorted(found, key=lambda b: (-b.cards, not b.bridged))


def fits(blocks: Sequence[Block], free: list[Counter[str]], pairs: list[int]) -> bool:
    """Whether there are places, by trying all."""
    if not blocks:
        return True
    block, *rest = blocks
    for i in range(len(free)):
        if free[i][block.gpu] >= block.cards and pairs[i] >= block.bridged:
            free[i][block.gpu] -= block.cards
            pairs[i] -= block.bridged
            found = fits(rest, free, pairs)
            free[i][block.gpu] += block.cards
            pairs[i] += block.bridged
            if found:
                return True
    return False


def test_groups_and_bridged_pairs_find_places_exactly_where_there_are_any() -> None:
    outcomes: Counter[bool] = Counter()
    for seed in range(2000):
        dice = Seeded.of("places", seed)
        machines, blocks = random_machines(dice), random_blocks(dice)
        places = seats(blocks, machines)
        free, pairs = [m.kinds() for m in machines], [m.pairs for m in machines]
        possible = fits(blocks, free, pairs)
        assert (places is not None) == possible, seed
        outcomes[possible] += 1
        for block, place in zip(blocks, places or (), strict=False):
            free[place][block.gpu] -= block.cards
            pairs[place] -= block.bridged
        assert all(n >= 0 for kinds in free for n in kinds.values())
        assert min(pairs) >= 0
    assert min(outcomes.values()) > 300


def test_four_cards_leave_the_neighbours_to_the_pairs() -> None:
    """The host with the fewest free cards would take the group and leave a pair without a place."""
    machines = [machine(1, {"card": 6}, 1), machine(2, {"card": 4}, 1)]
    group = Block("card", 4, False, "four#1", None)
    pair = [Block("card", 2, True, f"two#{i}", None) for i in (2, 3)]
    assert seats([group, *pair], machines) == [0, 0, 1]


def test_many_equal_groups_find_places_at_once() -> None:
    machines = [machine(i, {"card": 8}, 0) for i in range(60)]
    blocks = [Block("card", 2, False, f"w#{i}", None) for i in range(240)]
    assert seats(blocks, machines) is not None
    assert seats([*blocks, blocks[0]], machines) is None


def test_hosts_stay_in_their_racks_though_the_solver_numbers_them_anew() -> None:
    machines = [machine(i, {"card": 2}, 0) for i in (1, 2, 3)]
    build = machines[0].build
    stand(machines, {1: Counter({build: 2}), 2: Counter({build: 1})})
    before = [m.rack for m in machines]
    stand(machines, {1: Counter({build: 1}), 2: Counter({build: 2})})
    assert [m.rack for m in machines] == before
    assert Counter(before) == {1: 2, 2: 1}
