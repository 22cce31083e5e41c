"""Options of models that make images: the worked numbers of the design."""

from __future__ import annotations

import pytest

from planner.scenario.values import Precision
from planner.sizing.image import loaded_bytes
from tests.sizing.support import FLUX, PICTURES, Data, engines, gib, options_of, sized


def pictures(**more: object) -> Data:
    return {**PICTURES, **more}


BUSY = pictures(demand=[{"from": "2026-10", "images_per_hour": 1e4}])


@pytest.mark.parametrize(
    ("precision", "log_gib"),
    [("bf16", 31.447), ("nf4", 12.584), ("int8", 17.020), ("fp8", 17.016)],
)
def test_loaded_weights_of_flux_match_the_log_to_two_percent(
    precision: Precision, log_gib: float
) -> None:
    assert FLUX.diffusion is not None
    loaded = loaded_bytes(FLUX.diffusion, precision, engines().diffusers)
    assert gib(float(loaded)) == pytest.approx(log_gib, rel=0.02)


@pytest.mark.parametrize(
    ("precision", "log_gib"), [("bf16", 36.17), ("nf4", 17.28), ("int8", 21.48), ("fp8", 21.49)]
)
def test_the_peak_for_one_image_matches_the_log_to_two_percent(
    precision: Precision, log_gib: float
) -> None:
    (option, *_) = options_of(sized(pictures(precision=[precision]), cards=("h100",)))
    peak = gib(option.memory_bytes) - engines().diffusers.context_gib
    assert peak == pytest.approx(log_gib, rel=0.02)


def test_activations_grow_with_the_pixels() -> None:
    small, large = (
        options_of(sized(pictures(width=w), cards=("maxq",)))[0].memory_bytes for w in (1024, 2048)
    )
    assert gib(large - small) == pytest.approx(4.7, abs=0.01)


def test_images_an_hour_follow_from_steps_text_and_decoding() -> None:
    sizing = sized(BUSY, cards=("maxq",))
    top = options_of(sizing)[-1]
    rate = 438.9e12 * engines().diffusers.compute_efficiency
    text = 2 * 4_885_371_136 * engines().diffusers.text_tokens
    seconds = (28 * 7.4e13 + 1.0e13 + text) / rate
    images = float(top.capacity * sizing.quanta["pictures"].size)
    assert images == pytest.approx(0.9 * 3600 / seconds, rel=0.01)
    assert top.step_us == pytest.approx(7.4e13 / rate * 1e6, abs=1)


def test_half_the_steps_nearly_double_the_images() -> None:
    few, many = (options_of(sized({**BUSY, "steps": n}, cards=("maxq",)))[-1] for n in (14, 28))
    assert 1.9 < few.capacity / many.capacity < 2.0


def test_a_smaller_precision_saves_memory_and_no_time() -> None:
    sizing = sized({**BUSY, "precision": ["bf16", "nf4"]}, cards=("maxq",))
    full, four = (options_of(sizing, precision=p)[-1] for p in ("bf16", "nf4"))
    assert four.memory_bytes < full.memory_bytes
    assert four.capacity == full.capacity


@pytest.mark.parametrize(
    ("precision", "gpu", "reason"),
    [
        ("awq-int4", "maxq", "diffusers does not load awq-int4"),
        (
            "nf4",
            "instinct",
            "the engines' constants come from CUDA cards; nothing is known of them on CDNA 2",
        ),
    ],
)
def test_a_format_that_cannot_be_loaded_is_refused(precision: str, gpu: str, reason: str) -> None:
    (refusal,) = sized(pictures(precision=[precision]), cards=(gpu,)).refusals
    assert refusal.text == reason


def test_too_little_memory_is_refused_with_its_parts() -> None:
    (refusal,) = sized(PICTURES, cards=("gamer",)).refusals
    assert refusal.text == (
        "needs 31.4 GiB of weights + 4.7 GiB of activations + 0.5 GiB of engine; 21.7 GiB usable"
    )
