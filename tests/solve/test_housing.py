"""Cards in hosts that are counted together: what is admitted, and what is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, combinations_with_replacement, product
from types import SimpleNamespace

import pytest

from planner.formulation.expression import Variable
from planner.formulation.fillings import HostFillings, fillings_of
from planner.formulation.rule import Row
from planner.formulation.tree import Node
from planner.solve.fleets.housing import Housing
from tests.fixtures.catalogues import Entry, plain_card, plain_host
from tests.fixtures.handmade import fixed, market, scenario
from tests.fixtures.strategies import random_inputs

Counts = tuple[int, ...]
HOSTS = 2
NODE = SimpleNamespace(label="2026-10", index=0)


def tight(**host: object) -> HostFillings:
    """A host in which cards of three kinds fit together in some ways only."""
    cards: list[tuple[Entry, float]] = [
        (plain_card("big", slot_width=3, tdp_w=450, cooling="open"), 1.0),
        (plain_card("mid", slot_width=2, tdp_w=300), 1.0),
        (plain_card("one", slot_width=1, tdp_w=70), 1.0),
    ]
    facts: Entry = {
        "slot_layouts": ((3, 1, 1), (2, 2, 1)), "max_gpus": 3, "psu_w": 1500, "max_open_cards": 1,
    } | host  # fmt: skip
    inputs = scenario(
        market(cards, [(plain_host("host", **facts), 1.0)]), [fixed("n", [1], cards=1)]
    )
    return fillings_of(inputs.hosts()["host"], inputs.gpus())


SCENES: dict[str, HostFillings] = {
    "two layouts": tight(),
    "weak supply": tight(psu_w=1000, psu_transient_fraction=1.0),
    "mixed": tight(slot_layouts=((3, 3), (2, 2, 2), (1, 1, 1, 1)), max_gpus=4, max_open_cards=2),
}


def housing(found: HostFillings, exact: set[str] | None, running: Variable) -> Housing:
    sizes = {g.id: {2} for g in found.gpus}
    node: Node = NODE  # type: ignore[assignment]
    return Housing(found, node, running, sizes, exact=exact)


def keeps(rows: list[Row], values: Mapping[Variable, int]) -> bool:
    for row in rows:
        have = sum(f * values[v] for v, f in row.expression.terms.items())
        if row.at_least is not None and have < row.at_least:
            return False
        if row.at_most is not None and have > row.at_most:
            return False
    return True


def splits(variables: list[Variable], hosts: int) -> Iterator[dict[Variable, int]]:
    """Every way to be so many hosts of some kinds."""
    for chosen in combinations_with_replacement(variables, hosts):
        yield {v: chosen.count(v) for v in variables}


def admitted(found: HostFillings, exact: set[str] | None, cards: Counts, pairs: Counts) -> bool:
    """Whether some integer point of the rows has so many cards and pairs of each kind."""
    running = Variable("running", ("host",), HOSTS)
    house = housing(found, exact, running)
    rows, every = list(house.rows()), list(house.variables())
    kinds = [g.id for g in found.gpus]
    if any(n and g not in house.seated for g, n in zip(kinds, cards, strict=True)):
        return False
    seated = {house.seated[g]: n for g, n in zip(kinds, cards, strict=True) if g in house.seated}
    offered = {slot: v for slot, v in house.offers("lab") if slot[2] == 2}
    places = {v: dict(zip(kinds, pairs, strict=True))[g] for (_, g, _), v in offered.items()}
    if any(pairs[kinds.index(g)] for g in kinds if ("lab", g, 2) not in offered):
        return False
    base = {running: HOSTS, **seated, **places}
    if any(n > v.upper for v, n in base.items()):
        return False
    hosts = [v for v in every if v.family in ("builds", "loose")]
    if not hosts:
        return keeps(rows, base)
    loose = {v.key[-1]: v for v in every if v.family == "loose seated"}
    loose_places = {v.key[2]: v for v in every if v.family == "loose places"}
    for chosen in splits(hosts, HOSTS):
        held = dict.fromkeys(kinds, 0)
        paired = dict.fromkeys(kinds, 0)
        for build, variable in house.builds.items():
            for g, n in build.cards:
                held[g] += n * chosen[variable]
                paired[g] += n // 2 * chosen[variable]
        rest = {loose[g]: n - held[g] for g, n in zip(kinds, cards, strict=True) if g in loose}
        pair_rest = {
            v: max(0, p - paired[g])
            for g, p in zip(kinds, pairs, strict=True)
            if (v := loose_places.get(g)) is not None
        }
        if min([*rest.values(), 0]) >= 0 and keeps(rows, base | chosen | rest | pair_rest):
            return True
    return False


def real(found: HostFillings) -> set[tuple[Counts, Counts]]:
    """Cards and pairs of every two fillings."""
    rows = [tuple(int(n) for n in row) for row in found.counts]
    return {
        (
            tuple(a + b for a, b in zip(one, other, strict=True)),
            tuple(a // 2 + b // 2 for a, b in zip(one, other, strict=True)),
        )
        for one, other in combinations_with_replacement(rows, HOSTS)
    }


def exact_kinds(found: HostFillings) -> list[set[str] | None]:
    kinds = [g.id for g in found.gpus]
    return [None, *(set(c) for n in range(len(kinds) + 1) for c in combinations(kinds, n))]


@pytest.mark.parametrize("scene", SCENES)
def test_whatever_fits_is_admitted_whichever_kinds_are_exact(scene: str) -> None:
    found = SCENES[scene]
    for exact in exact_kinds(found):
        wrong = [r for r in real(found) if not admitted(found, exact, *r)]
        assert wrong == [], exact


@pytest.mark.parametrize("seed", range(12))
def test_whatever_fits_a_random_host_is_admitted(seed: int) -> None:
    inputs = random_inputs(seed, "tiny")
    for host in inputs.hosts().values():
        found = fillings_of(host, dict(list(inputs.gpus().items())[:3]))
        if host.built_in is not None or len(found.counts) > 25:
            continue
        for exact in exact_kinds(found):
            assert [r for r in real(found) if not admitted(found, exact, *r)] == []


@pytest.mark.parametrize("scene", SCENES)
def test_cards_of_exact_kinds_alone_are_admitted_only_where_they_fit(scene: str) -> None:
    found = SCENES[scene]
    kinds = [g.id for g in found.gpus]
    sums = real(found)
    for exact in exact_kinds(found)[1:]:
        assert exact is not None
        tops = [HOSTS * found.most[g] + 1 if g in exact else 0 for g in kinds]
        for cards in product(*(range(n + 1) for n in tops)):
            fits = any(have == cards for have, _ in sums)
            assert admitted(found, exact, cards, (0,) * len(kinds)) is fits, (exact, cards)


@pytest.mark.parametrize("scene", SCENES)
def test_pairs_of_exact_kinds_stand_in_one_host(scene: str) -> None:
    found = SCENES[scene]
    kinds = [g.id for g in found.gpus]
    every = set(kinds)
    sums = real(found)
    for cards in {c for c, _ in sums}:
        for pairs in product(*(range(n // 2 + 1) for n in cards)):
            fits = any(
                have == cards and all(p <= q for p, q in zip(pairs, there, strict=True))
                for have, there in sums
            )
            assert admitted(found, every, cards, pairs) is fits, (cards, pairs)


def test_summed_limits_alone_admit_more_than_fits_so_that_these_laws_can_fail() -> None:
    for found in SCENES.values():
        kinds = [g.id for g in found.gpus]
        tops = [range(HOSTS * found.most[g] + 1) for g in kinds]
        fitting = {cards for cards, _ in real(found)}
        loose = {c for c in product(*tops) if admitted(found, None, c, (0, 0, 0))}
        assert loose > fitting or found is SCENES["weak supply"]
        assert loose >= fitting
    assert any(
        not admitted(SCENES["two layouts"], {"big", "mid", "one"}, c, (0, 0, 0))
        and admitted(SCENES["two layouts"], None, c, (0, 0, 0))
        for c in product(range(3), range(5), range(7))
    )


def test_a_loose_host_holds_a_card_of_another_kind() -> None:
    found = SCENES["two layouts"]
    running = Variable("running", ("host",), HOSTS)
    house = housing(found, {"big", "mid"}, running)
    loose = next(v for v in house.variables() if v.family == "loose")
    bound = [r for r in house.rows() if r.expression.terms.get(loose) == 1 and r.at_most == 0]
    (other,) = [
        r for r in bound if all(v.family in ("loose", "loose seated") for v in r.expression.terms)
    ]
    assert {v.key[-1] for v in other.expression.terms if v is not loose} == {"one"}


def test_where_every_kind_is_exact_no_host_is_loose() -> None:
    found = SCENES["two layouts"]
    house = housing(found, {"big", "mid", "one"}, Variable("running", ("host",), HOSTS))
    assert {v.family for v in house.variables()} == {"seated", "places", "builds"}
    assert {b.cards for b in house.builds} == {
        found.build(row).cards for row in range(len(found.counts))
    }
