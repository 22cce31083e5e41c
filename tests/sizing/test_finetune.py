"""Options of fine-tuning: rates by method, groups, and links."""

from __future__ import annotations

import pytest

from tests.sizing.support import TUNE, Data, host_entry, options_of, refusals_of, sized

BUSY: Data = {**TUNE, "tokens_per_month": 3e11}


def rate(gpus: int = 1, gpu: str = "maxq", **more: object) -> float:
    """Tokens a month of a replica at 90 % of the time."""
    hosts = more.pop("hosts", ())
    sizing = sized({**BUSY, **more}, cards=(gpu,), hosts=hosts)
    top = options_of(sizing, gpus=gpus)[-1]
    assert top.level == 90
    return float(top.capacity * sizing.quanta["tune"].size)


def test_the_rate_is_the_utilised_tensor_rate_over_the_operations_of_a_token() -> None:
    a, attention = 8_030_261_248 - 525_336_576, 6 * 32 * 4096 * 2048
    flop = (6 * a + attention) * 4 / 6
    tokens_per_s = 438.9e12 * 0.45 / flop
    assert rate(method="lora", recompute=False) == pytest.approx(
        0.9 * tokens_per_s * 730 * 3600, rel=0.01
    )


def test_lora_is_half_as_fast_again_as_full_training_and_qlora_slower_than_lora() -> None:
    small = {"model": "llama-3.2-1b"}
    full, lora, qlora = (rate(method=m, **small) for m in ("full", "lora", "qlora"))
    assert lora / full == pytest.approx(1.5, rel=0.01)
    assert qlora / lora == pytest.approx(0.73, rel=0.01)


def test_recomputation_costs_a_third() -> None:
    assert rate(recompute=False) / rate(recompute=True) == pytest.approx(4 / 3, rel=0.01)


def test_a_group_on_nvswitch_scales_and_a_group_on_old_slots_waits_for_its_weights() -> None:
    assert rate(8, "h100", method="full") / rate(4, "h100", method="full") == pytest.approx(
        2, rel=0.01
    )
    slow, fast = (rate(2, method="lora", hosts=(host_entry(g),)) for g in (3, 5))
    assert slow < fast <= 2 * rate(1, method="lora") * 1.01


def test_the_method_decides_the_precision() -> None:
    for method, precision in (("full", "bf16"), ("lora", "bf16"), ("qlora", "nf4")):
        sizing = sized({**BUSY, "model": "llama-3.2-1b", "method": method}, cards=("maxq",))
        assert {o.precision for o in sizing.options} == {precision}


def test_a_model_too_large_for_one_card_is_trained_by_a_group() -> None:
    sizing = sized({**BUSY, "model": "llama-3.1-70b", "method": "lora"}, cards=("h100",))
    (one,) = refusals_of(sizing, gpus=1)
    assert one.rule == "memory"
    assert "weights and optimiser" in one.text
    (eight,) = options_of(sizing, gpus=8)
    assert (eight.part, eight.link) == (False, "nvswitch")


def test_a_micro_step_is_the_longest_step() -> None:
    short, long = (
        options_of(sized({**BUSY, "batch_sequences": b}, cards=("maxq",)), gpus=1)[0].step_us
        for b in (1, 4)
    )
    assert long == pytest.approx(4 * short, rel=0.001)


def test_power_is_near_the_board_power_of_all_cards() -> None:
    (four,) = options_of(sized(BUSY, cards=("maxq",)), gpus=4)
    assert four.power_mw == pytest.approx(4 * 275_000 * 0.92 * 0.9, abs=2)


@pytest.mark.parametrize(
    ("change", "gpu", "reason"),
    [
        (
            {},
            "instinct",
            "the engines' constants come from CUDA cards; nothing is known of them on CDNA 2",
        ),
        (
            {"sequence_tokens": 200_000},
            "maxq",
            "asks for sequences of 200,000 tokens; the model reads 131,072",
        ),
    ],
)
def test_what_no_number_of_cards_mends_is_refused_once(change: Data, gpu: str, reason: str) -> None:
    (refusal,) = sized({**BUSY, **change}, cards=(gpu,)).refusals
    assert (refusal.text, refusal.gpus) == (reason, None)
