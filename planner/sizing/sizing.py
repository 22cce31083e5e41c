"""A scenario to its deployment options."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from planner.catalog.items import Gpu
from planner.scenario.demand import Need, assumptions_of, need_of, tokens_per_s
from planner.scenario.inputs import Inputs
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.option import Label, Option, Quantum, Refusal, Sizing
from planner.units import GIB, MIB

QUANTA_OF_LARGEST_DEMAND = 10_000
MAX_SHARE_PPM = 900_000
UTILISATION = Fraction(92, 100)


def size(inputs: Inputs) -> Sizing:
    """The deployment options of every workload of a scenario.

    Raises:
        KeyError: if a constant of an engine is missing from the catalogue.
    """
    options: list[Option] = []
    refusals: list[Refusal] = []
    quanta: dict[str, Quantum] = {}
    gpus = inputs.gpus()
    for workload in inputs.scenario.workloads:
        need = need_of(workload, inputs.scenario)
        quanta[workload.name] = quantum_of(need)
        if isinstance(workload, InferenceWorkload):
            for gpu in gpus.values():
                found, wrong = _inference(inputs, workload, gpu, quanta[workload.name])
                options += found
                refusals += wrong
    return Sizing(
        options=tuple(sorted(options, key=lambda o: (o.workload, o.gpu, o.precision, o.gpus, o.part, o.level))),
        refusals=tuple(refusals),
        quanta=quanta,
        usable_bytes={
            (g.id, ecc): usable_bytes(g, ecc=ecc) for g in gpus.values() for ecc in (False, True)
        },
        max_share_ppm=MAX_SHARE_PPM,
        assumptions=tuple(a for w in inputs.scenario.workloads for a in assumptions_of(w)),
    )


def quantum_of(need: Need) -> Quantum:
    """Count a load in integers: sessions one by one, other loads in parts of the largest."""
    largest = max(need.amounts)
    counted = need.unit in ("sessions", "needs")
    size = Fraction(1) if counted or largest == 0 else largest / QUANTA_OF_LARGEST_DEMAND
    return Quantum(
        unit=need.unit,
        size=size,
        demand=tuple(ceil(a / size) for a in need.amounts),
        load=tuple(a * need.load_share / size for a in need.amounts),
    )


def usable_bytes(gpu: Gpu, *, ecc: bool) -> int:
    """Memory that replicas may use on a card."""
    share = gpu.cuda_memory_fraction * UTILISATION
    if ecc:
        share *= gpu.ecc_capacity_factor
    return floor(gpu.memory_mib * MIB * share)


def _inference(
    inputs: Inputs, workload: InferenceWorkload, gpu: Gpu, quantum: Quantum
) -> tuple[list[Option], list[Refusal]]:
    """Thin first form: dense weights, grouped attention, memory-bound decode."""
    model = inputs.model(workload)
    t = model.transformer
    assert t is not None
    a = t.attention
    assert a.kind == "gqa"
    options: list[Option] = []
    refusals: list[Refusal] = []
    room = usable_bytes(gpu, ecc=workload.requires.ecc)
    kv = t.layers * 2 * a.kv_heads * a.head_dim * workload.context_tokens
    kv = kv * (1 if workload.kv_cache == "fp8" else 2)
    rate = tokens_per_s(workload)
    for precision in workload.precision:
        weights = model.parameters * {"bf16": 2.0, "fp8": 1.0005, "awq-int4": 0.5195}.get(precision, 2.0)
        for k in (1, 2, 4, 8):
            fixed = ceil(weights / k) + GIB
            most = (room - fixed) // ceil(kv / k)
            if most < 1:
                text = f"needs {weights / k / GIB:.1f} GiB of weights; {room / GIB:.1f} GiB usable"
                refusals.append(Refusal(workload.name, gpu.id, precision, k, "memory", text))
                continue
            for level in range(1, min(most, max(quantum.demand)) + 1):
                bandwidth = gpu.memory_bandwidth_gb_s * 1e9 * 0.7 * k
                step = (weights + kv * level / 2) / bandwidth + 0.002
                share = ceil(step * rate * 1_000_000)
                if share > MAX_SHARE_PPM:
                    break
                if k > 1 and level < min(most, max(quantum.demand)):
                    continue
                options.append(
                    Option(
                        workload.name, gpu.id, precision, k, k == 1, "none" if k == 1 else "pcie",
                        level, level, fixed + level * ceil(kv / k), share, ceil(step * 1e6),
                        ceil(1e6 / rate), ceil((gpu.tdp_w - gpu.idle_w) * k * share * Fraction(6, 10000)),
                        workload.requires.ecc, (0.6, 1.4), Label.MODELLED, "sizing",
                    )
                )
    return options, refusals
