"""Listen to a search: the best cost only falls, the bound only rises, until they meet."""

from pathlib import Path

import planner
from planner.solve.settings import Listener, Progress

heard: list[Progress] = []
plan = planner.find_plan(
    Path(__file__).parent / "chat.yaml", gap=0.001, listener=Listener(on_progress=heard.append)
)

costs = [p.cost for p in heard if p.cost is not None]
bounds = [p.bound for p in heard]
assert costs == sorted(costs, reverse=True)
assert bounds == sorted(bounds)
print(f"net cost {plan.objective.npv / 100:,.2f} USD, proven to {plan.objective.gap:.2%}")
