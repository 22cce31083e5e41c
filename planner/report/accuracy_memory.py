"""The chapter on memory of the report on accuracy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from planner.accuracy.estimating import Estimator
from planner.accuracy.memory import Accuracy, NotTried, Tried, accuracy_of_memory, worst
from planner.accuracy.observations import Observation, load_observations
from planner.accuracy.peers import PeerError, load_peers
from planner.catalog.catalog import Catalog
from planner.report.chapters import Chapter
from planner.report.screen import Column
from planner.report.sections import Section

_WORD = {True: "yes", False: "no", None: ""}


def memory_chapter(catalog: Catalog) -> Chapter:
    """Errors of memory, under the constants of a catalogue.

    Raises:
        InputError: if a constant is missing or a row is wrong.
    """
    rows, peers = load_observations(), load_peers()
    found = accuracy_of_memory(Estimator.of(catalog), rows)
    sections = (
        _errors(found, rows),
        _beside_peers(found, peers),
        _worst(found),
        _ranges(found),
        _weak(found),
        _excluded(found),
        _sources(rows, catalog),
    )
    return Chapter("memory", sections, _data(found, peers))


def _errors(found: Sequence[Accuracy], rows: Sequence[Observation]) -> Section:
    tried = sum(len(a.rows) for a in found)
    goals = [a for a in found if a.quantity.goal is not None]
    reached = sum(a.reached is True for a in goals)
    text = (
        f"{len(rows)} measurements, of which {tried} are tried; {reached} of {len(goals)} goals "
        "are reached."
    )
    columns = [Column("quantity"), *(Column(name, right=True) for name in _HEADS)]
    return Section("Memory", (text,), tuple(columns), tuple(map(_error_row, found)))


_HEADS = ("rows", "mean %", "median %", "bias %", "left out %", "goal %", "reached")


def _error_row(found: Accuracy) -> tuple[str, ...]:
    q = found.quantity
    return (
        q.title,
        f"{len(found.rows)}",
        _figure(found.mean),
        _figure(found.middle),
        _figure(found.bias, sign=True),
        _figure(found.left_out_mean) if q.fits else "",
        "" if q.goal is None else f"{q.goal:g}",
        _WORD[found.reached],
    )


def _beside_peers(found: Sequence[Accuracy], peers: Sequence[PeerError]) -> Section:
    names = list(dict.fromkeys(p.peer for p in peers))
    columns = [Column("quantity"), Column("planner", right=True)]
    columns += [Column(name, right=True) for name in names]
    rows = []
    for accuracy in found:
        own = {p.peer: p for p in peers if p.quantity == accuracy.quantity.name}
        if own:
            others = [_peer(own[name]) if name in own else "" for name in names]
            rows.append((accuracy.quantity.title, _figure(accuracy.left_out_mean), *others))
    text = (
        "Mean errors of other programs on the same rows, per cent. An empty cell is a quantity "
        "that a program does not estimate."
    )
    return Section("Memory: other programs", (text,), tuple(columns), tuple(rows))


def _peer(peer: PeerError) -> str:
    return f"{peer.low:g}" if peer.low == peer.high else f"{peer.low:g} to {peer.high:g}"


def _worst(found: Sequence[Accuracy]) -> Section:
    names = {t.row.id: a.quantity.title for a in found for t in a.rows}
    rows = [
        (t.row.id, t.row.model, t.row.precision, *_figures(t), names[t.row.id])
        for t in worst(found)
    ]
    columns = (
        Column("row"),
        Column("model"),
        Column("precision"),
        Column("measured GiB", right=True),
        Column("estimate GiB", right=True),
        Column("error %", right=True),
        Column("quantity", wraps=True),
    )
    return Section("Memory: the ten worst rows", (), columns, tuple(rows))


def _figures(tried: Tried) -> tuple[str, ...]:
    return (
        f"{tried.row.measured_gib:.2f}",
        f"{tried.estimate_gib:.2f}",
        f"{100 * tried.error:+.1f}",
    )


def _ranges(found: Sequence[Accuracy]) -> Section:
    rows = []
    for tried in _ranged(found):
        assert tried.range_gib is not None
        low, high = tried.range_gib
        inside = low <= tried.row.measured_gib <= high
        span = f"{low:.1f} to {high:.1f}"
        model = f"{tried.row.model}, {tried.row.optimizer}"
        rows.append((tried.row.id, model, f"{tried.row.measured_gib:.1f}", span, _WORD[inside]))
    text = (
        "Where all weights are trained, the low end frees activations before gradients of weights "
        "stand and wastes nothing; the high end holds both, with fragments and the CUDA context."
    )
    columns = (
        Column("row"),
        Column("model, optimiser"),
        Column("measured GiB", right=True),
        Column("range GiB", right=True),
        Column("inside"),
    )
    return Section("Memory: full fine-tuning as a range", (text,), columns, tuple(rows))


def _ranged(found: Iterable[Accuracy]) -> list[Tried]:
    return [t for a in found for t in a.rows if t.range_gib is not None]


def _weak(found: Sequence[Accuracy]) -> Section:
    rows = [(a.quantity.title, a.quantity.weak) for a in found if a.quantity.weak]
    columns = (Column("quantity"), Column("why", wraps=True))
    return Section("Memory: what is weak, and why", (), columns, tuple(rows))


def _excluded(found: Sequence[Accuracy]) -> Section:
    left = [n for a in found for n in a.excluded]
    rows = [
        (n.row.id, n.row.model, f"{n.row.measured_gib:.2f}", _all_the_same(n), f"{n.row.excluded}")
        for n in left
    ]
    text = "The estimate that the form gives all the same is shown where there is one."
    columns = (
        Column("row"),
        Column("model"),
        Column("measured GiB", right=True),
        Column("estimate GiB", right=True),
        Column("why not", wraps=True),
    )
    return Section("Memory: rows that are not tried", (text,), columns, tuple(rows))


def _all_the_same(left: NotTried) -> str:
    return "" if left.estimate_gib is None else f"{left.estimate_gib:.2f}"


def _sources(rows: Sequence[Observation], catalog: Catalog) -> Section:
    counted = Counter(row.source for row in rows)
    told = [(name, f"{n}", catalog.sources[name].title) for name, n in sorted(counted.items())]
    columns = (Column("source"), Column("rows", right=True), Column("title", wraps=True))
    return Section("Memory: sources", (), columns, tuple(told))


def _data(found: Sequence[Accuracy], peers: Sequence[PeerError]) -> dict[str, object]:
    return {
        "quantities": [_quantity_data(a) for a in found],
        "peers": [p.model_dump() for p in peers],
        "worst": [t.row.id for t in worst(found)],
    }


def _quantity_data(found: Accuracy) -> dict[str, object]:
    q = found.quantity
    return {
        "name": q.name,
        "title": q.title,
        "rows": len(found.rows),
        "mean_percent": _rounded(found.mean),
        "median_percent": _rounded(found.middle),
        "bias_percent": _rounded(found.bias),
        "left_out_percent": _rounded(found.left_out_mean) if q.fits else None,
        "left_out_by": q.fits[0].by if q.fits else None,
        "goal_percent": q.goal,
        "reached": found.reached,
        "weak": q.weak,
        "measurements": [_row_data(t) for t in found.rows],
        "not_tried": [
            {
                "id": n.row.id,
                "measured_gib": n.row.measured_gib,
                "estimate_gib": _rounded(n.estimate_gib),
                "why": n.row.excluded,
            }
            for n in found.excluded
        ],
    }


def _row_data(tried: Tried) -> dict[str, object]:
    shown = tried.range_gib
    return {
        "id": tried.row.id,
        "kind": tried.row.kind,
        "model": tried.row.model,
        "precision": tried.row.precision,
        "source": tried.row.source,
        "measured_gib": tried.row.measured_gib,
        "estimate_gib": _rounded(tried.estimate_gib),
        "left_out_gib": _rounded(tried.left_out_gib),
        "range_gib": None if shown is None else [_rounded(end) for end in shown],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _figure(value: float | None, *, sign: bool = False) -> str:
    if value is None:
        return ""
    text = f"{value:+.2f}" if sign else f"{value:.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else text
