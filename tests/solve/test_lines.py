"""Lines and cuts of one node lie below the truth on thousands of cards, and near it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from planner.formulation.expression import Expression, Variable, total
from planner.formulation.patterns import CardPattern, all_patterns, families_of
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule
from planner.solve.backend import Program, Request, Status
from planner.solve.fleets.coverage import Coverage
from planner.solve.fleets.running import RunningCost
from planner.solve.fleets.state import Slot
from planner.solve.mathopt import LINEAR
from tests.fixtures.catalogues import plain_card, plain_host
from tests.fixtures.dice import Seeded
from tests.fixtures.handmade import fixed, market, scenario
from tests.formulation.by_hand import Kind, option, sizing_of
from tests.solve.searches import setup_of

RULE = Rule("serve", "A node is served in fractions.", "", "", "serving")
CENT, NEAR = 0.01, 1e-5


def many_cards(seed: int) -> Problem:
    """A few loads that share hundreds of cards, with several levels and precisions each."""
    dice, demand, ways = Seeded.of("many cards", seed), {}, []
    for name in ("heavy", "light", "third", "fourth")[: dice.integer(2, 4)]:
        each, times = dice.integer(1, 10), 4 if name == "heavy" else 1
        demand[name] = (dice.integer(900, 2100) * each * times,)
        for precision in ("bf16", "fp8", "int8")[: dice.integer(1, 3)]:
            gib, share = dice.integer(30, 200) / 10, dice.integer(10, 50) / 100
            watts = dice.integer(200, 300) if name == "heavy" else dice.integer(1, 3)
            for level in range(1, dice.integer(2, 5)):
                kind = Kind(
                    capacity=level * each, level=level, precision=precision,
                    gib=gib + level * dice.integer(27, 33) / 10, share=share * (1 + level) / 2,
                    watts=max(1, watts * level * (100 - 3 * level) // 100),
                )  # fmt: skip
                if share * (1 + level) / 2 <= 0.9:
                    ways.append(option(name, kind=kind))
    host = plain_host("host", slot_layouts=((2,) * 8,), max_gpus=8, psu_w=20_000)
    catalog = market([(plain_card("card"), 1000.0)], [(host, 500.0)])
    loads = [fixed(name, list(counts), cards=1) for name, counts in demand.items()]
    site = {"facility_power_kw": 50_000.0}
    inputs = scenario(catalog, loads, months=1, discount_rate=0.0, site=site)
    return setup_of(inputs, sizing_of(ways, demand, Fraction(3, 10))).problem


class Truth:
    """The cheapest fractions of all patterns, listed one by one."""

    def __init__(self, problem: Problem) -> None:
        families = families_of(problem.options, "card")
        patterns = all_patterns(problem.rooms["card"], families, 10**6)
        assert patterns
        self.problem = problem
        self.cards = {p: _fraction("cards", p.name) for p in patterns}
        self.served = {o: _fraction("served", o.name) for o in problem.options}
        self.rows = [row for w in problem.workloads for row in self._of(w, patterns)]

    def _of(self, workload: str, patterns: list[CardPattern]) -> list[Row]:
        mine = [o for o in self.problem.options if o.workload == workload]
        held = {o: total(self.cards[p] for p in patterns if o in p.replicas) for o in mine}
        demand = self.problem.demand[workload, 0]
        carried = total(min(1.0, o.capacity / demand) * n for o, n in held.items())
        within = [
            Row(RULE, (o.name,), self.served[o] - o.capacity * n, at_most=0)
            for o, n in held.items()
        ]
        served = total(self.served[o] for o in mine)
        load = Row(RULE, (workload,), served, at_least=self.problem.load[workload, 0])
        return [Row(RULE, (workload,), carried, at_least=1), load, *within]

    def cents(self, cards: int) -> float | None:
        """Cost of serving with so many cards, or None if they are too few."""
        per_watt = self.problem.cents_per_watt("lab", 0)
        cost = total(o.watts_per_quantum * per_watt * v for o, v in self.served.items())
        answer = self._solved(cost, [Row(RULE, (), total(self.cards.values()), at_most=cards)])
        return None if answer is None else answer

    def fewest(self) -> float:
        """The least number of cards."""
        answer = self._solved(total(self.cards.values()), [])
        assert answer is not None
        return answer

    def _solved(self, cost: Expression, more: list[Row]) -> float | None:
        variables = [*self.cards.values(), *self.served.values()]
        answer = LINEAR.solve(Program(variables, [*self.rows, *more], cost), Request())
        assert answer.status in (Status.OPTIMAL, Status.INFEASIBLE)
        return answer.cost if answer.status is Status.OPTIMAL else None


def _fraction(family: str, name: str) -> Variable:
    return Variable(family, (name,), 10**7, integer=False)


def state(cards: float) -> dict[Slot, float]:
    return {("lab", "card", 1): cards}


@pytest.mark.parametrize("seed", range(12))
def test_a_line_is_below_the_cost_of_serving_and_near_it_on_any_number_of_cards(seed: int) -> None:
    problem = many_cards(seed)
    truth, program = Truth(problem), RunningCost(problem, problem.tree.nodes[0], {})
    fewest = int(truth.fewest()) + 1
    counts = [fewest, int(fewest * 1.02) + 1, int(fewest * 1.1) + 1, int(fewest * 1.3) + 1]
    cents = {n: truth.cents(n) for n in counts}
    assert fewest > 100
    for count in counts:
        line = program.line(state(count))
        for other, least in cents.items():
            assert least is not None
            assert line.at(state(other)) <= least + CENT
        assert line.at(state(count)) >= (cents[count] or 0.0) * (1 - NEAR)


@pytest.mark.parametrize("seed", range(12))
def test_a_cut_is_kept_by_the_fewest_cards_that_can_serve(seed: int) -> None:
    problem = many_cards(seed)
    fewest = Truth(problem).fewest()
    coverage = Coverage(problem, problem.tree.nodes[0], {})
    for share in (0.5, 0.9, 0.99, 0.999):
        cut = coverage.cut(state(int(fewest * share)))
        assert cut is not None
        assert cut.violation(state(fewest)) <= 1e-12
