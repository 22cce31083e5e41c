"""The user's own measurements override the formulas."""

from __future__ import annotations

from fractions import Fraction

import pytest

from planner.scenario.inputs import Inputs
from planner.scenario.workloads import AnyWorkload
from planner.sizing.breakdown import Breakdown
from planner.sizing.option import Label
from planner.sizing.overview import overview
from planner.units import GIB
from tests.sizing.support import CHAT, EMBED, TUNE, Data, inputs, options_of, refusals_of, sized


def row(**more: object) -> Data:
    return {
        "gpu": "maxq", "precision": "fp8", "capacity": 33.7, "memory_gib": 60, "source": "run 7",
        **more,
    }  # fmt: skip


def measured(workload: Data, *rows: Data) -> Data:
    return {**workload, "measured": list(rows)}


def test_a_measurement_takes_the_place_of_the_formula_for_its_configuration_only() -> None:
    sizing = sized(measured({**CHAT, "precision": ["fp8", "bf16"]}, row()))
    (option,) = options_of(sizing, gpu="maxq", precision="fp8", gpus=1)
    assert (option.part, option.label, option.source) == (False, Label.MEASURED, "run 7")
    assert (option.capacity, option.level, option.memory_bytes) == (33, 33, 60 * GIB)
    plain = sized({**CHAT, "precision": ["fp8", "bf16"]})
    rest = [o for o in plain.options if (o.gpu, o.precision, o.gpus) != ("maxq", "fp8", 1)]
    assert [o for o in sizing.options if o is not option] == [
        o for o in sizing.options if o.label is Label.MODELLED
    ]
    assert {o.name for o in sizing.options} - {option.name} == {o.name for o in rest}


def test_a_measurement_of_a_group_replaces_that_group() -> None:
    sizing = sized(measured(CHAT, row(gpus_per_replica=4)))
    (option,) = options_of(sizing, gpu="maxq", gpus=4)
    assert (option.label, option.link) == (Label.MEASURED, "pcie")
    assert len(options_of(sizing, gpu="maxq", gpus=1)) == 20


def test_a_measurement_replaces_the_refusal_of_the_formula() -> None:
    big = {**CHAT, "model": "llama-3.1-70b", "kv_cache": "bf16", "context_tokens": 16384}
    assert refusals_of(sized(big), gpu="a6000", gpus=1)
    sizing = sized(measured(big, row(gpu="a6000", memory_gib=43)))
    assert not refusals_of(sizing, gpu="a6000", gpus=1)
    assert options_of(sizing, gpu="a6000", gpus=1)


def test_a_measured_rate_is_counted_in_quanta() -> None:
    sizing = sized(measured(EMBED, row(precision="bf16", capacity=5000)))
    (option,) = options_of(sizing, gpu="maxq")
    assert option.capacity == 2500
    assert option.level == 90


def test_memory_still_has_to_fit() -> None:
    sizing = sized(measured(CHAT, row(memory_gib=90)))
    (refusal,) = refusals_of(sizing, gpu="maxq", gpus=1)
    assert refusal.text == "needs 90.0 GiB of memory, as measured; 86.6 GiB usable"


def test_a_precision_that_is_not_accepted_is_not_used() -> None:
    sizing = sized(measured(CHAT, row(precision="bf16")))
    (refusal,) = refusals_of(sizing, gpu="maxq", precision="bf16")
    assert refusal.text == "bf16 was measured; the workload does not accept it"
    assert sized(measured(TUNE, row(precision="nf4", capacity=1e9))).options


def test_less_than_one_unit_of_load_is_refused() -> None:
    (refusal,) = refusals_of(sized(measured(CHAT, row(capacity=0.4))), gpu="maxq", gpus=1)
    assert refusal.text == "one replica gets 0.4 sessions; 1 asked"


def test_a_card_that_may_not_run_the_workload_stays_refused() -> None:
    sizing = sized(
        measured({**CHAT, "requires": {"ecc": True}}, row(gpu="gamer")), cards=("gamer",)
    )
    assert [r.text for r in sizing.refusals] == ["no ECC"]
    assert not sizing.options


def by_class(*rates: tuple[int, int, float]) -> list[Data]:
    return [{"input_tokens": i, "output_tokens": o, "requests_per_s": r} for i, o, r in rates]


CLASSES: Data = {
    **CHAT, "demand": [{"from": "2026-10", "classes": by_class((900, 200, 3), (6000, 500, 1))}]
}  # fmt: skip


def test_rates_by_request_class_are_taken_as_measured() -> None:
    rates = by_class((6000, 500, 0.7), (900, 200, 4.2), (50, 50, 9))
    sizing = sized(measured(CLASSES, row(capacity=None, classes=rates)))
    (option,) = options_of(sizing, gpu="maxq", gpus=1)
    assert option.rates == (Fraction("4.2"), Fraction("0.7"))
    assert (option.capacity, option.level, option.label) == (1, 1, Label.MEASURED)
    assert (option.memory_bytes, option.whole) == (60 * GIB, True)
    assert option.power_mw == 275_000 * 9 // 10


def test_a_class_that_was_not_measured_cannot_run_there() -> None:
    sizing = sized(measured(CLASSES, row(capacity=None, classes=by_class((6000, 500, 0.7)))))
    (option,) = options_of(sizing, gpu="maxq", gpus=1)
    assert option.rates == (0, Fraction("0.7"))


@pytest.mark.parametrize(
    ("workload", "different", "reason"),
    [
        (CLASSES, {}, "was not measured by request classes; the demand is given by them"),
        (
            CLASSES,
            {"classes": by_class((1, 1, 5))},
            "was measured with none of the classes of the demand",
        ),
        (
            CHAT,
            {"capacity": None, "classes": by_class((900, 200, 4))},
            "was measured by request classes; the demand is not given by them",
        ),
    ],
)
def test_a_measurement_in_another_measure_is_refused(
    workload: Data, different: Data, reason: str
) -> None:
    sizing = sized(measured(workload, row(**different)))
    assert [r.text for r in refusals_of(sizing, gpu="maxq", gpus=1)] == [reason]


def test_an_overview_shows_the_measured_rate_of_the_mix() -> None:
    rates = by_class((6000, 500, 1), (900, 200, 3))
    found = inputs(measured(CLASSES, row(capacity=None, classes=rates)), cards=("maxq",))
    shown = [b for b in overview(found, workload_of(found)) if b.gpus == 1]
    assert [b.carries for b in shown if isinstance(b, Breakdown)] == [2.0]
    less = inputs(measured(CLASSES, row(capacity=None, classes=rates[:1])), cards=("maxq",))
    (refusal,) = (b for b in overview(less, workload_of(less)) if b.gpus == 1)
    assert not isinstance(refusal, Breakdown)
    assert refusal.text == "was not measured with all classes of the demand"


def workload_of(found: Inputs) -> AnyWorkload:
    return found.scenario.workloads[0]
