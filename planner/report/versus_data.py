"""Two cards beside each other, as plain data."""

from __future__ import annotations

from planner.versus.head_to_head import HeadToHead
from planner.versus.trades import Trades
from planner.versus.winners import Winner


def to_json(found: HeadToHead) -> dict[str, object]:
    """Everything as plain data."""
    return {
        "gpus": list(found.gpus),
        "names": list(found.names),
        "prices": {"book": found.book, "currency": found.currency},
        "winners": [_winner_data(w) for w in found.winners],
        "together": None if found.together is None else _winner_data(found.together),
        "requirements": [_slots(r) for r in found.requirements],
        "fits": [_slots(f) for own in found.fits for f in own],
        "tunings": [_slots(f) for own in found.tunings for f in own],
        "speeds": [_slots(s) for own in found.speeds for s in own],
        "economics": [_slots(e) for e in found.economics],
        "trades": None if found.trades is None else _trades_data(found.trades),
        "sheet": [
            {
                "attribute": line.attribute,
                "unit": line.unit or None,
                "figures": [_slots(line.first), _slots(line.second)],
                "change": line.change,
            }
            for line in found.sheet
        ],
    }


def _winner_data(winner: Winner) -> dict[str, object]:
    return {
        "workload": winner.workload,
        "winner": winner.winner,
        "reason": winner.reason or None,
        "costs": [_slots(c) for c in (*winner.costs, winner.both)],
        "conditions": [_slots(c) | {"within": c.within} for c in winner.conditions],
        "loads": [_slots(load) for load in winner.loads],
    }


def _trades_data(trades: Trades) -> dict[str, object]:
    return {
        "cheap": trades.cheap,
        "dear": trades.dear,
        "same_money": [_slots(s) for s in trades.same_money],
        "same_memory": [_slots(s) for s in trades.same_memory],
        "upgrades": [_slots(u) | {"difference": u.difference} for u in trades.upgrades],
    }


def _slots(record: object) -> dict[str, object]:
    """The fields of a frozen record."""
    return {name: getattr(record, name) for name in type(record).__slots__}  # type: ignore[attr-defined]
