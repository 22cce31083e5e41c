"""Laws of the cards of the catalogue: what rests on what, and figures that must fit together."""

from __future__ import annotations

import pytest

from tests.catalog.facts import catalog, facts

CARDS = sorted(catalog().gpus)
OF_ARTICLES = (
    "rtx-4090",
    "rtx-a4000",
    "rtx-a6000",
    "rtx-pro-4500",
    "rtx-pro-5000",
    "rtx-pro-6000-maxq",
    "rtx-pro-6000-server",
    "rtx-pro-6000-ws",
)
CORES_OF_A_MULTIPROCESSOR = {
    "8.0": 64, "8.6": 128, "8.9": 128, "9.0": 128, "10.0": 128, "12.0": 128,
}  # fmt: skip
CORES_OF_A_COMPUTE_UNIT = 64
EVERY_CARD_HAS = (
    "cuda_cores",
    "die",
    "memory_marketed_gb",
    "memory_type",
    "release_date",
    "rt_cores",
    "sms",
)
DESCRIBED = (
    "announced",
    "base_mhz",
    "boost_mhz",
    "bus_width_bits",
    "directx",
    "display_outputs",
    "fp16_fp16acc_tflops",
    "fp16_sparse_tflops",
    "fp32_tflops",
    "l2_mb",
    "length_mm",
    "memory_data_rate_gbps",
    "opencl",
    "opengl",
    "pcie_lanes",
    "power_connector",
    "process",
    "process_nm",
    "rt_generation",
    "rt_tflops",
    "shader_model",
    "tensor_cores",
    "tensor_generation",
    "transistors_billion",
    "vulkan",
)
CLOCKS_OF_ANOTHER_EDITION = {("rtx-pro-6000-server", "base_mhz")}


def value(card, attribute):
    """An attribute in force, or None."""
    fact = catalog().gpus[card].attributes.get(attribute)
    return None if fact is None else fact.value


def kind(fact):
    """Kind of the source that a fact rests on."""
    return catalog().sources[fact.source].kind


def test_at_least_thirty_four_cards_are_known():
    assert len(CARDS) >= 34


def test_no_value_of_a_card_rests_on_memory_alone():
    resting = [(place, fact) for place, fact in facts() if place.startswith("gpus.")]
    assert resting
    assert [place for place, fact in resting if kind(fact) == "recall"] == []


@pytest.mark.parametrize("card", OF_ARTICLES)
@pytest.mark.parametrize("field", ["ecc", "nvlink", "nvlink_gb_s"])
def test_error_correction_and_nvlink_of_disputed_cards_rest_on_better_than_an_article(card, field):
    assert kind(getattr(catalog().gpus[card], field)) not in {"article", "recall"}


@pytest.mark.parametrize("card", OF_ARTICLES)
def test_a_card_of_the_articles_is_fully_described(card):
    missing = [name for name in DESCRIBED if name not in catalog().gpus[card].attributes]
    assert [name for name in missing if (card, name) not in CLOCKS_OF_ANOTHER_EDITION] == []


@pytest.mark.parametrize("card", CARDS)
def test_every_card_tells_its_chip_its_cores_and_its_memory(card):
    assert [n for n in EVERY_CARD_HAS if n not in catalog().gpus[card].attributes] == []


@pytest.mark.parametrize("card", CARDS)
def test_bandwidth_is_bus_width_times_data_rate(card):
    bits, rate = value(card, "bus_width_bits"), value(card, "memory_data_rate_gbps")
    if bits is not None and rate is not None:
        bandwidth = catalog().gpus[card].memory_bandwidth_gb_s.value
        assert bits * rate / 8 == pytest.approx(bandwidth, rel=0.01)


@pytest.mark.parametrize("card", CARDS)
def test_a_multiprocessor_has_the_cores_of_its_architecture(card):
    capability = catalog().gpus[card].compute_capability
    each = (
        CORES_OF_A_MULTIPROCESSOR[capability.value]
        if capability is not None
        else CORES_OF_A_COMPUTE_UNIT
    )
    assert value(card, "sms") * each == value(card, "cuda_cores")


@pytest.mark.parametrize("card", [c for c in CARDS if catalog().gpus[c].compute_capability])
def test_a_multiprocessor_has_four_tensor_cores(card):
    assert value(card, "tensor_cores") == 4 * value(card, "sms")


@pytest.mark.parametrize("card", CARDS)
def test_single_precision_is_two_operations_a_core_and_clock(card):
    clock, rate = value(card, "boost_mhz"), value(card, "fp32_tflops")
    if clock is not None and rate is not None:
        plain = 2 * value(card, "cuda_cores") * clock / 1e6
        doubled = 2 if catalog().gpus[card].vendor == "AMD" else 1
        assert min(abs(rate / (plain * k) - 1) for k in {1, doubled}) < 0.02


@pytest.mark.parametrize("card", CARDS)
def test_one_way_of_a_joint_is_half_of_both(card):
    total, one_way = catalog().gpus[card].nvlink_gb_s.value, value(card, "nvlink_one_way_gb_s")
    assert one_way == (total / 2 if total else None)


@pytest.mark.parametrize("card", CARDS)
def test_sparse_rates_are_twice_the_dense_ones(card):
    entry = catalog().gpus[card]
    for name in ("fp16", "fp8", "fp4"):
        sparse = value(card, f"{name}_sparse_tflops")
        if sparse is not None:
            dense = getattr(entry, f"{name}_tflops").value
            assert sparse == pytest.approx(2 * dense, rel=0.01)


@pytest.mark.parametrize("card", CARDS)
def test_only_cards_of_nvidia_have_a_compute_capability(card):
    entry = catalog().gpus[card]
    assert (entry.vendor == "NVIDIA") == (entry.compute_capability is not None)
    assert entry.vendor == "NVIDIA" or entry.nvlink.value == "none"


@pytest.mark.parametrize("card", CARDS)
def test_a_module_has_no_slot_and_is_cooled_by_its_host(card):
    entry = catalog().gpus[card]
    module = entry.form_factor.value == "sxm"
    assert (entry.slot_width.value is None) == module
    assert (entry.cooling.value == "system") == module
