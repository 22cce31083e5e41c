"""Find the plan of a scenario and print what to buy and what each year costs."""

from pathlib import Path

import planner

plan = planner.find_plan(Path(__file__).parent / "chat.yaml", gap=0.001)
tables = planner.frames(plan)

bought = tables.acquisitions.query("mode == 'purchase'")
print(bought[["node", "count", "item", "unit_cost"]].to_string(index=False))

cash = tables.cash_flow
years = cash.index.str[:4].where(cash.index != "horizon", "at the end")
print(cash.groupby(years).sum().round(0).astype(int).to_string())
print(f"{plan.status}; audit: {planner.audit(plan) or 'every promise holds'}")
