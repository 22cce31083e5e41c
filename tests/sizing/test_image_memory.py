"""Memory of image models: what is loaded, what a peak adds, and what ways of saving it save."""

from __future__ import annotations

import pytest

from planner.catalog.architecture import Diffusion
from planner.catalog.loading import default_catalog
from planner.sizing.image_memory import ImageSetup, loaded_bytes, peak_bytes
from tests.sizing.support import engines, gib

ENGINE = engines().diffusers


def parts(name: str) -> Diffusion:
    found = default_catalog().models[name].diffusion
    assert found is not None
    return found


def test_flux_in_16_bits_is_loaded_as_measured() -> None:
    assert gib(loaded_bytes(parts("flux.1-dev"), "bf16", ENGINE)) == pytest.approx(
        31.447, rel=0.002
    )


@pytest.mark.parametrize(
    ("changes", "measured_gib"),
    [
        ({}, 21.72),
        ({"sliced_decoder": True}, 15.40),
        ({"small_decoder": True}, 15.48),
        ({"offload": "model"}, 20.21),
        ({"offload": "sequential"}, 19.91),
        ({"offload": "sequential", "sliced_decoder": True}, 11.47),
    ],
)
def test_four_images_of_sdxl_take_what_was_measured(
    changes: dict[str, object], measured_gib: float
) -> None:
    setup = ImageSetup("bf16", images=4, **changes)  # type: ignore[arg-type]
    assert gib(peak_bytes(parts("sdxl-base-1.0"), setup, ENGINE)) == pytest.approx(
        measured_gib, rel=0.03
    )


def test_offloading_never_holds_the_text_encoder_and_the_denoiser_together() -> None:
    flux = parts("flux.1-dev")
    whole = peak_bytes(flux, ImageSetup("bf16"), ENGINE)
    parted = peak_bytes(flux, ImageSetup("bf16", offload="model"), ENGINE)
    assert gib(whole - parted) > 7
    assert 26 <= gib(parted) <= 28.5


def test_bitsandbytes_leaves_more_reserved_than_others() -> None:
    flux = parts("flux.1-dev")
    plain = loaded_bytes(flux, "int8", ENGINE)
    own = loaded_bytes(flux, "int8", ENGINE, bitsandbytes=True)
    assert gib(own - plain) == pytest.approx(2.2)
    assert gib(own) == pytest.approx(19.27, rel=0.01)
    assert gib(loaded_bytes(flux, "nf4", ENGINE)) == pytest.approx(12.58, rel=0.02)


def test_a_small_image_takes_its_share_of_the_activations() -> None:
    flux = parts("flux.1-dev")
    one, quarter = (peak_bytes(flux, ImageSetup("bf16", pixels=p), ENGINE) for p in (1.0, 0.25))
    assert gib(one - quarter) == pytest.approx(4.7 * 0.75)
