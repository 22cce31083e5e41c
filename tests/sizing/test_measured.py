"""The user's own measurements override the formulas."""

from __future__ import annotations

from planner.sizing.option import Label
from planner.units import GIB
from tests.sizing.support import CHAT, EMBED, TUNE, Data, options_of, refusals_of, sized


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
