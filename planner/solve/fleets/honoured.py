"""What the search over fleets knows of the formulation, so that nothing is left out unseen.

Rules and parts of the objective about the fleet stand in both masters word for word. Those about
housing and serving do not: their meaning is built into the housing of the masters, the seating,
the programs of one node and the cost of a packing. A new one is unknown to all of these until it
is built in there and named here; until then the direct engine, which takes every rule as it is,
does all the work.
"""

from __future__ import annotations

from collections.abc import Sequence

from planner.formulation.problem import Problem
from planner.formulation.rule import Rule, RuleFile, Term, TermFile

HONOURED = frozenset(
    {
        "energy_of_serving",
        "fill_hosts",
        "fit_racks",
        "keep_groups_together",
        "meet_demand",
        "occupy_cards",
        "own_racks",
        "run_hosts",
        "serve_load",
        "serve_within_capacity",
        "share_cards",
        "share_pools",
        "stand_in_racks",
        "survive_losses",
        "take_turns",
    }
)


def strangers(
    problem: Problem, rules: Sequence[RuleFile], terms: Sequence[TermFile]
) -> tuple[str, ...]:
    """Rules and parts of the objective of a problem that the search over fleets does not know."""
    records: list[Rule | Term] = [
        *(f.rule for f in rules if f.applies(problem)),
        *(f.term for f in terms if f.applies(problem)),
    ]
    return tuple(r.name for r in records if r.about != "fleet" and r.name not in HONOURED)
