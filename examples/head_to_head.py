"""Two cards for a workload of your own: which is cheaper, and from which demand on the other."""

from pathlib import Path

from planner.versus.head_to_head import head_to_head

found = head_to_head("rtx-pro-4500", "rtx-pro-6000-maxq", Path(__file__).parent / "chat.yaml")
for winner in found.winners:
    costs = ", ".join(str(cost) for cost in winner.costs)
    print(f"{winner.workload}: {costs}; {winner.winner} wins")
    for load in winner.loads:
        print(f"  {load.peak:,.0f} {load.unit}: {load.winner}")
