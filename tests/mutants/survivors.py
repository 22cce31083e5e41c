"""Mutants that nothing finds out, each with the reason why."""

from __future__ import annotations

_OTHER_SIDE = "the other side of the equation is never of use: more would only cost more"
_ORDER = "machines of a kind differ in nothing but their number, and any order will do"
_RUNNING = "no more rented machines can be in use than are offered; holding others only costs"
_LARGE = "a factor that is only large enough: a larger one changes the bound, not the plans"
_ELSEWHERE = "the same cards in other machines of the kind were never cheaper in any scenario"
_NODES = "no scenario was drawn in which the neighbouring month decides"

SURVIVORS = {
    "assign_machines[<=]: sliced of the node after": _NODES,
    "count_machines[before]: dropped": _ORDER,
    "count_machines[before]: dropped at the last node": _ORDER,
    "count_machines[before]: turned round": _ORDER,
    "count_machines[= running and standing]: at most only": _OTHER_SIDE,
    "fill_machines[<=]: dropped": _ELSEWHERE,
    "fill_machines[<=]: dropped at the last node": _ELSEWHERE,
    "fill_machines[<=]: filled halved": _ELSEWHERE,
    "fill_machines[<=]: filled of the node after": _ELSEWHERE,
    "fill_machines[<=]: standing of the node before": _ELSEWHERE,
    "fill_machines[=]: at most only": _ELSEWHERE,
    "fill_machines[=]: at least only": _ELSEWHERE,
    "fill_machines[any]: dropped": _ELSEWHERE,
    "fill_machines[any]: dropped at the last node": _ELSEWHERE,
    "hold_kinds: kinds doubled": _LARGE,
    "hold_vintages[<=]: bound of the node before": _LARGE,
    "hold_vintages[=]: bound of the node after": _NODES,
    "limit_rentals: dropped": _RUNNING,
    "limit_rentals: dropped at the last node": _RUNNING,
    "limit_rentals: bound doubled": _RUNNING,
    "limit_rentals: owned of the node after": _RUNNING,
    "limit_rentals: owned of the node before": _RUNNING,
    "own_racks[<= owned]: owned of the node before": _NODES,
    "rack_machines[rack]: racked_cards halved": _LARGE,
    "rack_machines[= racked_machines and standing]: at most only": _OTHER_SIDE,
    "rack_machines[= filled and racked_cards]: at least only": _OTHER_SIDE,
    "rentals: owned of the node after": _NODES,
    "route_classes: at least only": _OTHER_SIDE,
    "serve_within_capacity: turns doubled": _LARGE,
    "survive_losses[one]: at least only": _OTHER_SIDE,
    "survive_losses: thresholds of the node after": _NODES,
    "survive_losses: thresholds of the node before": _NODES,
    "take_turns: turns of the node after": _NODES,
}
"""Why each of them is not found out, by its name."""
