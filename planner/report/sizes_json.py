"""Sizes for programs: everything that the text says, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from planner.report.answers import Answer, Proposal
from planner.report.details import Cost, Detail, Run
from planner.report.sizes import Sizes, Way
from planner.sizing.budget import Budget
from planner.sizing.option import Refusal
from planner.units import gib


def to_json(sizes: Iterable[Sizes]) -> list[dict[str, object]]:
    """Sizes as plain data, everything included."""
    return [_one(s) for s in sizes]


def _one(sizes: Sizes) -> dict[str, object]:
    best = {id(way) for way in sizes.best()}
    return {
        "name": sizes.workload.name,
        "task": sizes.workload.task,
        "model": sizes.model,
        "need": sizes.need,
        "unit": sizes.unit,
        "prices": {"book": sizes.prices.book.id, "currency": sizes.prices.currency},
        "assumptions": [
            {"id": a.id, "text": a.text, "value": a.value, "source": a.source}
            for a in sizes.assumptions
        ],
        "options": [_way(sizes, way, best=id(way) in best) for way in sizes.ways],
        "refusals": [_refusal(r) for r in sizes.refusals],
        "cards": [_answer(a) for a in sizes.answers],
    }


def _way(sizes: Sizes, way: Way, *, best: bool) -> dict[str, object]:
    b, detail = way.found, sizes.detail(way)
    each = None if b.rate_each is None or b.sessions is None else b.sessions
    return {
        "gpu": b.gpu,
        "precision": b.precision,
        "gpus_per_replica": b.gpus,
        "link": b.link,
        "best_of_card": best,
        "memory_gib": {
            "parts": {name: round(gib(size), 3) for name, size in b.parts},
            "total": round(gib(b.memory_bytes), 3),
            "lowest": None if b.lowest_bytes is None else round(gib(b.lowest_bytes), 3),
            "usable": round(gib(b.usable_bytes), 3),
            "session": None if b.session_bytes is None else round(gib(b.session_bytes), 4),
        },
        "sessions": b.sessions,
        "limit": b.limit,
        "rate": _range(b.rate, b.rate_range),
        "rate_unit": b.unit,
        "tokens_per_s_per_session": each
        and _range(b.rate / each, (b.rate_range[0] / each, b.rate_range[1] / each)),
        "ttft_ms": None
        if b.ttft_ms is None or b.ttft_range_ms is None
        else _range(b.ttft_ms, b.ttft_range_ms),
        "label": b.label.value,
        "source": b.source,
        "replicas": way.replicas,
        "cards": way.cards,
        "price": _price(way),
        **({} if detail is None else _detail(detail)),
    }


def _detail(detail: Detail) -> dict[str, object]:
    return {
        "fit": detail.budget.fit.value,
        "asked_sessions": detail.asked,
        "budget_gib": budget_json(detail.budget),
        "spare": round(detail.budget.spare, 4),
        "longest_context_tokens": detail.longest_context,
        "load": _load(detail),
        "power_w": {"idle": round(detail.idle_w, 1), "busy": round(detail.busy_w, 1)},
        "cost": None if detail.cost is None else _cost(detail.cost),
        "command": " ".join(detail.command) or None,
        "command_sessions": detail.carries,
        "command_note": detail.command_note,
        "run": None if detail.run is None else _run(detail.run),
    }


def _run(run: Run) -> dict[str, object]:
    return {
        "tokens": run.tokens,
        "hours": {
            "value": round(run.hours, 3),
            "low": round(run.low, 3),
            "high": round(run.high, 3),
        },
        "cost": None if run.cost is None else round(run.cost, 2),
    }


def budget_json(budget: Budget) -> dict[str, float]:
    """Every bar of a card's memory, which add up to what the driver reports."""
    return {name: round(gib(size), 3) for name, size in budget.bars}


def _load(detail: Detail) -> dict[str, object] | None:
    load, asked = detail.load, detail.asked
    if asked is None or load.sessions is None or load.ttft_ms is None:
        return None
    return {
        "sessions": load.sessions,
        "rate": _range(load.rate, load.rate_range),
        "ttft_ms": None if load.ttft_range_ms is None else _range(load.ttft_ms, load.ttft_range_ms),
    }


def _cost(cost: Cost) -> dict[str, object]:
    def rounded(amount: float | None) -> float | None:
        return None if amount is None else round(amount, 6)

    return {
        "per": cost.quantity,
        "total": rounded(cost.total),
        "loss_of_value": rounded(cost.loss),
        "energy": rounded(cost.energy),
        "per_hour": rounded(cost.per_hour),
    }


def _answer(answer: Answer) -> dict[str, object]:
    return {
        "gpu": answer.gpu,
        "one_card": answer.one_card.value,
        "why": answer.why,
        "smallest_group": dict(answer.smallest),
        "would_make_it_fit": [_proposal(p) for p in answer.proposals],
    }


def _proposal(proposal: Proposal) -> dict[str, object]:
    return {
        "changed": list(proposal.changed),
        "precision": proposal.precision,
        "gpus_per_replica": proposal.cards,
        "settings": proposal.settings,
        "fit": proposal.budget.fit.value,
        "budget_gib": budget_json(proposal.budget),
        "sessions_at_most": proposal.most,
        "distance": round(proposal.distance, 3),
    }


def _price(way: Way) -> dict[str, object] | None:
    if way.price is None or way.price.entry is None or way.cents is None:
        return None
    entry = way.price.entry
    return {
        "each": way.price.cents / 100,
        "cards": way.cents / 100,
        "basis": entry.basis,
        "as_of": entry.as_of,
    }


def _range(middle: float, ends: tuple[float, float]) -> dict[str, float]:
    return {"value": round(middle, 3), "low": round(ends[0], 3), "high": round(ends[1], 3)}


def _refusal(refusal: Refusal) -> dict[str, object]:
    return {
        "gpu": refusal.gpu,
        "precision": refusal.precision,
        "gpus_per_replica": refusal.gpus,
        "rule": refusal.rule,
        "text": refusal.text,
        "shortfall": round(refusal.shortfall, 3) if isfinite(refusal.shortfall) else None,
    }
