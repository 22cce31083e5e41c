"""Needs of workloads that may rule out every fleet, and what they might do with less of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from planner.scenario.demand import mean_input_tokens, mean_output_tokens, tokens_per_s
from planner.scenario.inputs import Inputs
from planner.scenario.places import laws, places
from planner.scenario.precisions import offered_precisions
from planner.scenario.values import GroupSize, Predicate, Survive
from planner.scenario.workloads import (
    AnyWorkload,
    EmbeddingWorkload,
    FinetuneWorkload,
    FixedWorkload,
    ImageWorkload,
    InferenceWorkload,
)
from planner.sizing.requirements import attribute_of
from planner.solve.any_fleet import Used
from planner.studies.explain_demand import demands
from planner.studies.explain_figures import lowered, raised, shown
from planner.studies.explain_limits import Kind, Limit, Place, named
from planner.studies.explain_resources import amount, listed, switch
from planner.yaml_source import Value

_NEED = 0.5
_LESS = 20
_KV = ("bf16", "fp8", "nvfp4")
_METHODS = ("full", "lora", "qlora")
_SHORTEST = 256
Limits = Iterator[Limit]


def needs(inputs: Inputs) -> Limits:
    """Every need of every workload, those that ask for less at the end of each."""
    for number, workload in enumerate(inputs.scenario.workloads):
        of = _Of(inputs, number, workload)
        yield from of.card()
        yield from of.places()
        yield from of.losses()
        yield from of.promises()
        yield from of.size()
        yield from demands(number, workload, inputs.scenario)


class _Of:
    """The needs of one workload."""

    def __init__(self, inputs: Inputs, number: int, workload: AnyWorkload) -> None:
        self._inputs, self._workload = inputs, workload
        self._place: Place = ("workloads", number)
        self._name = workload.name

    def _path(self, *steps: str) -> str:
        return named("workloads", self._name, *steps)

    def _drop(self, steps: Sequence[str], before: Value, after: Value, what: str) -> Limit:
        path = self._path(*steps)
        return switch(
            (*self._place, *steps), path, before, after, f"{what} of {self._name} ({path})",
            kind=Kind.NEED, group=self._name, weight=_NEED,
        )  # fmt: skip

    def _number(
        self, steps: Sequence[str], before: float, values: Sequence[int | float], kind: Kind
    ) -> Limits:
        place = (*self._place, *steps)
        yield from amount(place, self._path(*steps), before, values, kind=kind, group=self._name)

    def card(self) -> Limits:
        """What a card must have."""
        requires = self._workload.requires
        if requires.ecc:
            yield self._drop(("requires", "ecc"), True, False, "drop the ECC need")
        if requires.data_centre_use:
            steps = ("requires", "data_centre_use")
            yield self._drop(steps, True, False, "drop the need for a data-centre licence")
        for number, predicate in enumerate(requires.attributes):
            yield self._attribute(number, predicate)
        if self._workload.link == "nvlink":
            yield self._drop(("link",), "nvlink", "same_host", "drop the NVLink")
        if self._workload.isolation != "shared":
            before = self._workload.isolation
            what = "drop the MIG isolation" if before == "mig" else "share the cards"
            yield self._drop(("isolation",), before, "shared", what)
        if self._workload.gpus is not None:
            yield listed(
                (*self._place, "gpus"), self._path("gpus"), self._workload.gpus, None, self._cards,
                kind=Kind.NEED, group=self._name,
            )  # fmt: skip

    def _cards(self, fleet: Used) -> frozenset[str]:
        """Cards on which a fleet runs the workload."""
        return frozenset(gpu for name, _, gpu, _ in fleet.runs if name == self._name)

    def _attribute(self, number: int, predicate: Predicate) -> Limit:
        name = predicate.attribute
        path = self._path("requires", f"attributes[{name}]")
        before = predicate.model_dump(mode="json")

        def text(value: Value) -> str:
            if not isinstance(value, dict):
                return f"drop the need for {name} of {self._name} ({path})"
            (field,) = (f for f in ("at_least", "at_most") if value[f] != before[f])
            word = "lower" if field == "at_least" else "raise"
            return f"{word} {path}.{field} from {shown(before[field])} to {shown(value[field])}"

        milder: list[Value] = [{**before, **change} for change in self._milder(predicate)]
        return Limit(
            (*self._place, "requires", "attributes", number), path, before, (*milder, None), text,
            lambda value: _NEED if value is None else _NEED / 2, Kind.NEED, self._name,
        )  # fmt: skip

    def _milder(self, predicate: Predicate) -> Iterator[dict[str, float]]:
        """Bounds that more cards of the catalogue keep, the nearest first."""
        known = (attribute_of(g, predicate.attribute) for g in self._inputs.gpus().values())
        values = {float(v) for v in known if isinstance(v, int | float)}
        least, most = predicate.at_least, predicate.at_most
        if least is not None and most is None:
            yield from ({"at_least": v} for v in sorted(values, reverse=True) if v < least)
        if most is not None and least is None:
            yield from ({"at_most": v} for v in sorted(values) if v > most)

    def places(self) -> Limits:
        """Where it may run."""
        workload, scenario = self._workload, self._inputs.scenario
        if workload.sites is not None:
            yield listed(
                (*self._place, "sites"), self._path("sites"), workload.sites, None, self._sites,
                kind=Kind.NEED, group=self._name,
            )  # fmt: skip
        asked = workload.requires.jurisdictions
        if not asked:
            return
        known = sorted(set(laws(scenario)) - set(asked))
        steps = ("requires", "jurisdictions")
        if known:
            yield listed(
                (*self._place, *steps), self._path(*steps), asked, [*asked, *known], self._laws,
                kind=Kind.NEED, group=self._name,
            )  # fmt: skip
        if any(place.jurisdiction is None for place in places(scenario)):
            what = "drop the need for a jurisdiction"
            yield self._drop(steps, list(asked), [], what)

    def _sites(self, fleet: Used) -> frozenset[str]:
        return frozenset(site for name, site, _, _ in fleet.runs if name == self._name)

    def _laws(self, fleet: Used) -> frozenset[str]:
        used = self._sites(fleet)
        found = (p for p in places(self._inputs.scenario) if p.name in used)
        return frozenset(p.jurisdiction for p in found if p.jurisdiction)

    def losses(self) -> Limits:
        """What may be lost, and the reserve."""
        survive, headroom = self._workload.survive, self._workload.headroom
        if survive is not None:
            yield self._survive(survive)
        if headroom:
            fewer = lowered(headroom, 0, whole=False)
            yield from self._number(("headroom",), headroom, fewer, Kind.NEED)

    def _survive(self, survive: Survive) -> Limit:
        path = self._path("survive")
        ((unit, count),) = survive.model_dump(exclude_none=True).items()
        fewer: list[Value] = [{unit: n} for n in range(count - 1, 0, -1)]

        def text(value: Value) -> str:
            if not isinstance(value, dict):
                return f"do without spares for {self._name} ({path})"
            return f"lower {path}.{unit} from {count} to {shown(value[unit])}"

        return Limit(
            (*self._place, "survive"), path, {unit: count}, (*fewer, None), text,
            lambda value: _NEED if value is None else _NEED / 2, Kind.NEED, self._name,
        )  # fmt: skip

    def promises(self) -> Limits:
        """Service levels."""
        workload = self._workload
        if isinstance(workload, InferenceWorkload):
            rate = tokens_per_s(workload)
            slower = lowered(rate, rate / _LESS, whole=False)
            steps = ("slo", "tokens_per_s_per_session")
            yield from self._number(steps, rate, slower, Kind.AMBITION)
            yield from self._later("ttft_ms", workload.slo.ttft_ms)
        elif isinstance(workload, EmbeddingWorkload):
            yield from self._later("latency_ms", workload.slo.latency_ms)

    def _later(self, field: str, limit: float | None) -> Limits:
        if limit is not None:
            values = raised(limit, 10 * _LESS * limit, whole=False)
            yield from self._number(("slo", field), limit, values, Kind.AMBITION)

    def size(self) -> Limits:
        """What takes memory and time."""
        workload = self._workload
        match workload:
            case InferenceWorkload():
                yield from self._precisions(workload)
                yield from self._caches(workload.kv_cache)
                yield from self._context(workload)
            case EmbeddingWorkload() | ImageWorkload():
                yield from self._precisions(workload)
            case FinetuneWorkload():
                yield from self._tuning(workload)
            case FixedWorkload():
                yield from self._fixed(workload)

    def _precisions(
        self, workload: InferenceWorkload | EmbeddingWorkload | ImageWorkload
    ) -> Limits:
        offered = offered_precisions(self._inputs.model(workload))
        other = [p for p in offered if p not in workload.precision]

        def used(fleet: Used) -> frozenset[str]:
            runs = fleet.runs
            return frozenset(precision for name, _, _, precision in runs if name == self._name)

        if other:
            yield listed(
                (*self._place, "precision"), self._path("precision"), workload.precision,
                [*workload.precision, *other], used,
                kind=Kind.AMBITION, group=self._name, first=[p for p in other if p != "fp32"],
            )  # fmt: skip

    def _caches(self, before: str) -> Limits:
        """Other precisions of the cache; what is smaller runs on fewer cards."""
        path = self._path("kv_cache")
        for other in _KV:
            if other != before:
                yield switch(
                    (*self._place, "kv_cache"), path, before, other,
                    f"change {path} from {before} to {other}",
                    kind=Kind.AMBITION, group=self._name, weight=_NEED,
                )  # fmt: skip

    def _steps(self, steps: Sequence[str], before: str, known: Sequence[str]) -> Limits:
        """A choice among some words, each of which takes less than the one before."""
        path = self._path(*steps)
        smaller: Sequence[Value] = known[known.index(before) + 1 :]
        if smaller:
            yield Limit(
                (*self._place, *steps), path, before, tuple(smaller),
                lambda value: f"change {path} from {before} to {value}",
                lambda value: _NEED, Kind.AMBITION, self._name,
            )  # fmt: skip

    def _context(self, workload: InferenceWorkload) -> Limits:
        given = [n for n in (workload.input_tokens, workload.output_tokens) if n is not None]
        least = mean_input_tokens(workload) + mean_output_tokens(workload) if given else 1
        bottom = max(least, min(_SHORTEST, workload.context_tokens))
        fewer = lowered(workload.context_tokens, bottom, whole=True)
        yield from self._number(("context_tokens",), workload.context_tokens, fewer, Kind.AMBITION)

    def _tuning(self, workload: FinetuneWorkload) -> Limits:
        yield from self._steps(("method",), workload.method, _METHODS)
        yield from self._steps(("optimizer",), workload.optimizer, ("adamw", "adamw-8bit"))
        shorter = lowered(workload.sequence_tokens, _SHORTEST, whole=True)
        yield from self._number(
            ("sequence_tokens",), workload.sequence_tokens, shorter, Kind.AMBITION
        )
        batch = workload.batch_sequences
        yield from self._number(
            ("batch_sequences",), batch, lowered(batch, 1, whole=True), Kind.AMBITION
        )
        if not workload.recompute:
            yield self._drop(("recompute",), False, True, "recompute the activations")
        if workload.time_shared:
            most = workload.groups_at_a_time
            more = raised(most, _LESS * most, whole=True)
            yield from self._number(("groups_at_a_time",), most, more, Kind.NEED)

    def _fixed(self, workload: FixedWorkload) -> Limits:
        need = workload.need
        if need.cards is not None:
            fewer = tuple(n for n in reversed(get_args(get_args(GroupSize)[0])) if n < need.cards)
            yield from self._number(("need", "cards"), need.cards, fewer, Kind.AMBITION)
        for field in ("memory_gib", "time_share", "cpu_cores", "host_memory_gib"):
            before = getattr(need, field)
            if before:
                least = 0.0 if field in ("cpu_cores", "host_memory_gib") else before / _LESS
                less = lowered(before, least, whole=False)
                yield from self._number(("need", field), before, less, Kind.AMBITION)
        if workload.min_memory_gib:
            smaller = lowered(workload.min_memory_gib, 0, whole=False)
            yield from self._number(
                ("min_memory_gib",), workload.min_memory_gib, smaller, Kind.AMBITION
            )
