"""What would a vendor's quote change? Solve twice, with the price book and with the quote."""

from pathlib import Path

import planner
from planner.scenario.loading import read_scenario

FILE = Path(__file__).parent / "chat.yaml"
QUOTE = """
quotes:
  - {item: rtx-pro-4500, price: 1900, source: "offer 4711 of 2026-09-30"}
"""


def told(name: str, plan: planner.Plan) -> None:
    """One line a plan: what is bought when, and its net cost."""
    bought = [
        f"{unit.node} {unit.count} x {unit.item}"
        for unit in plan.acquisitions
        if unit.mode == "purchase"
    ]
    print(f"{name}: {', '.join(bought)}; net {plan.objective.npv / 100:,.0f} USD")


book = planner.load_scenario(FILE)
quoted = read_scenario(FILE.read_text() + QUOTE, file="chat.yaml with a quote")
told("price book", planner.find_plan(book, gap=0.001))
told("with the quote", planner.find_plan(quoted, gap=0.001))
