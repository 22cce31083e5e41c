"""A small invented catalogue and a small valid scenario, for tests of the door."""

from __future__ import annotations

import json
from functools import lru_cache
from textwrap import dedent
from typing import Any

from planner.catalog.catalog import Catalog
from planner.catalog.schema import CatalogFile
from planner.yaml_source import parse

Entry = dict[str, Any]


def fact(value: object, **more: object) -> Entry:
    return {"value": value, "source": "invented", "as_of": "2026-09"} | more


def facts(**values: object) -> Entry:
    return {name: fact(value) for name, value in values.items()}


def card(name: str, **different: object) -> Entry:
    values: Entry = {
        "architecture": "Ampere", "compute_capability": "8.6", "form_factor": "pcie",
        "memory_mib": 49140, "cuda_memory_fraction": 0.985, "memory_bandwidth_gb_s": 768,
        "ecc": True, "ecc_capacity_factor": 0.9375, "fp16_tflops": 154.8, "int8_tops": 309.7,
        "fp8_tflops": None, "fp4_tflops": None, "tdp_w": 300, "idle_w": 25,
        "transient_factor": 2.18, "slot_width": 2, "cooling": "blower", "pcie_generation": 4,
        "nvlink": "none", "nvlink_gb_s": 0, "mig_instances": 0, "data_centre_use": True,
    }  # fmt: skip
    return {"id": name, "name": name.upper(), "vendor": "NVIDIA"} | facts(**(values | different))


def host(name: str, **different: object) -> Entry:
    values: Entry = {
        "form": "tower", "rack_units": None, "slot_layouts": ((2, 2),), "max_gpus": 2,
        "cooling": ("blower", "open"), "max_open_cards": 1, "max_card_w": 600, "psu_w": 1450,
        "psu_planning_fraction": 0.8, "psu_transient_fraction": 2.0, "base_idle_w": 120,
        "base_load_w": 350, "pcie_generation": 5, "support_per_year": 0.03,
    }  # fmt: skip
    return {"id": name, "name": name.upper(), "vendor": "Nobody"} | facts(**(values | different))


TRANSFORMER: Entry = {
    "active_parameters": 8_030_261_248, "embedding_parameters": 525_336_576,
    "lm_head_parameters": 525_336_576, "layers": 32, "hidden_size": 4096,
    "intermediate_size": 14_336, "vocabulary": 128_256, "max_context_tokens": 131_072,
    "attention": {"kind": "gqa", "heads": 32, "kv_heads": 8, "head_dim": 128},
}  # fmt: skip
DIFFUSION: Entry = {
    "denoiser_parameters": 12_000_000_000, "text_encoder_parameters": 4_900_000_000,
    "vae_parameters": 84_000_000, "guidance_calls": 1, "default_steps": 28,
} | facts(flop_per_step_1024=6e13, flop_decode_1024=1e13, activation_gib_1024=4.5)  # fmt: skip


def model(name: str, kind: str, **parts: object) -> Entry:
    head = {"id": name, "name": name, "kind": kind, "licence": "none", "source": "invented"}
    return head | {"as_of": "2026-09", "parameters": 8_030_261_248} | parts


def book(name: str, prices: dict[str, float], first: float, yearly: float) -> Entry:
    common = {
        "basis": "observed", "currency": "USD", "condition": "new", "as_of": "2026-09",
        "source": "invented",
    }  # fmt: skip
    curve = facts(first_sale_share=first, yearly_retention=yearly)
    return {
        "id": name,
        "title": "Invented",
        "currency": "USD",
        "entries": [{"item": item, "value": value} | common for item, value in prices.items()],
        "resale": [{"items": group} | curve for group in ("gpus", "hosts")],
    }


PRICES = {"rtx-a6000": 4000.0, "tower-2": 3500.0, "hgx-8": 280_000.0}


@lru_cache(maxsize=1)
def small_catalog() -> Catalog:
    """Two loose cards (one without a price), a module, two hosts, four models, three books.

    A rack and a bridge, which have no price.
    """
    a6000 = card("rtx-a6000", nvlink="bridge", nvlink_gb_s=112.5)
    a6000["attributes"] = facts(rt_cores=84)
    a6000["tdp_w"]["other_claims"] = [{"value": 310, "source": "rumour", "as_of": "2026"}]
    file = {
        "schema": 1,
        "sources": [
            {"id": "invented", "title": "Invented for tests", "kind": "derived"},
            {"id": "rumour", "title": "Says otherwise", "kind": "article"},
        ],
        "gpus": [
            a6000,
            card("rtx-4090", memory_mib=24_564, ecc=False, cooling="open", data_centre_use=False),
            card(
                "h100-sxm", form_factor="sxm", slot_width=None, cooling="system", memory_mib=81559
            ),
        ],
        "hosts": [
            host("tower-2", cpu_cores=32, memory_gib=256, bridge_pairs=1),
            host("hgx-8", built_in={"gpu": "h100-sxm", "count": 8}, cooling=("system",)),
        ],
        "racks": [{"id": "rack-42u", "name": "RACK"} | facts(rack_units=42, kw=8, sockets=None)],
        "bridges": [
            {"id": "bridge-a6000", "name": "BRIDGE", "vendor": "NVIDIA"}
            | facts(gpus=("rtx-a6000",), per_pair=1)
        ],
        "models": [
            model("llama-3.1-8b", "decoder", transformer=TRANSFORMER),
            model(
                "gpt-oss-20b", "decoder", transformer=TRANSFORMER | {"native_precision": "mxfp4"}
            ),
            model("bge-large", "encoder", transformer=TRANSFORMER | {"max_context_tokens": 512}),
            model("flux-dev", "diffusion", diffusion=DIFFUSION),
        ],
        "exchange_rates": [
            {"currency": "EUR", "month": "2026-08", "usd_per_unit": 1.1, "source": "invented"}
        ],
        "price_books": [
            book("2026-09", PRICES, 0.75, 0.85),
            book("cards-only", {"rtx-a6000": 4000.0}, 0.75, 0.85),
            book("bubble", PRICES, 0.95, 1.4),
        ],
    }
    return Catalog.of_file(CatalogFile.model_validate(file, strict=False))


BASE = """
schema: 1
name: Small
start: 2026-10
months: 24
workloads:
  - name: chat
    task: inference
    model: llama-3.1-8b
    precision: [bf16]
    context_tokens: 8192
    demand: [{from: 2026-10, concurrency: 20}]
  - name: search
    task: embedding
    model: bge-large
    demand: [{from: 2026-10, tokens_per_s: 4000}]
  - name: paint
    task: image
    model: flux-dev
    demand: [{from: 2026-10, images_per_hour: 60}]
  - name: tune
    task: finetune
    model: llama-3.1-8b
    method: qlora
    tokens_per_month: 2.0e8
  - name: notebooks
    task: fixed
    need: {memory_gib: 8, time_share: 0.2}
    demand: [{from: 2026-10, count: 3}]
sites:
  - {name: lab, facility_power_kw: 8, pue: 1.4, electricity_per_kwh: 0.18}
"""


def base() -> Entry:
    """The valid scenario as plain data."""
    value = parse(BASE, file="base.yaml").value
    assert isinstance(value, dict)
    return value


def laid_over(fragment: str) -> str:
    """The valid scenario with a fragment of YAML laid over it, as text.

    Groups are laid over field by field, and entries of lists by their names; anything else
    replaces what was there. What is set to null is left out.
    """
    over = parse(dedent(fragment), file="fragment.yaml").value
    return json.dumps(_merged(base(), over), indent=1)


def _merged(below: Any, above: Any) -> Any:
    if isinstance(below, dict) and isinstance(above, dict):
        both = below | {k: _merged(below.get(k), v) for k, v in above.items()}
        return {k: v for k, v in both.items() if v is not None}
    if _is_named(below) and _is_named(above):
        named = {entry["name"]: entry for entry in below}
        changed = [_merged(named.get(e["name"], {}), e) for e in above]
        kept = [e for e in below if e["name"] not in {c["name"] for c in changed}]
        return [*changed, *kept]
    return above


def _is_named(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(e, dict) and "name" in e for e in value)
