"""Small catalogues and scenarios for the tests of sizing; nothing here depends on shipped cards."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from planner.catalog.architecture import ModelEntry, Transformer
from planner.catalog.catalog import Catalog
from planner.catalog.huggingface import entry_of
from planner.catalog.items import Gpu
from planner.catalog.schema import CatalogFile, GpuEntry, HostEntry
from planner.scenario.inputs import Inputs
from planner.scenario.schema import Scenario
from planner.sizing.engines import Engines
from planner.sizing.option import Option, Refusal, Sizing
from planner.sizing.setting import Setting
from planner.sizing.sizing import size
from tests.catalog.huggingface_configs import COUNTS

ENGINE_FILES = Path(__file__).resolve().parents[2] / "catalog" / "engines"
Data = dict[str, Any]


def fact(value: object) -> Data:
    return {"value": value, "source": "test", "as_of": "2026"}


@lru_cache(maxsize=1)
def engine_catalog() -> Catalog:
    """The engines that come with the program."""
    merged: dict[str, list[Any]] = {"sources": [], "engines": []}
    shelves = ENGINE_FILES.parent
    files = [*ENGINE_FILES.glob("*.yaml"), shelves / "benchmarks" / "memory.yaml"]
    files.append(shelves / "sources.yaml")
    for file in sorted(files):
        data = yaml.safe_load(file.read_text())
        for section, entries in merged.items():
            entries += data.get(section, [])
    text = json.dumps({"schema": 1, **merged})
    return Catalog.of_file(CatalogFile.model_validate_json(text))


@lru_cache(maxsize=1)
def engines() -> Engines:
    return Engines.of(engine_catalog())


@cache
def model(name: str) -> ModelEntry:
    """A language model or encoder by its name in ``tests.catalog.huggingface_configs``."""
    found = entry_of(COUNTS[name][0], name=name, source="test", as_of="2026")
    return found.model_copy(update={"parameters": COUNTS[name][1]})


def dimensions(name: str) -> Transformer:
    found = model(name).transformer
    assert found is not None
    return found


FLUX = ModelEntry.model_validate_json(
    json.dumps(
        {
            "id": "flux",
            "name": "FLUX",
            "kind": "diffusion",
            "licence": "test",
            "source": "test",
            "as_of": "2026",
            "parameters": 16_870_599_139,
            "diffusion": {
                "denoiser_parameters": 11_901_408_320,
                "text_encoder_parameters": 4_885_371_136,
                "vae_parameters": 83_819_683,
                "flop_per_step_1024": fact(7.4e13),
                "flop_decode_1024": fact(1.0e13),
                "activation_gib_1024": fact(4.7),
                "guidance_calls": 1,
                "default_steps": 28,
            },
        }
    )
)

CARDS: dict[str, Data] = {
    "a6000": {
        "architecture": "Ampere", "compute_capability": "8.6", "memory_mib": 49140,
        "memory_bandwidth_gb_s": 768.0, "fp16_tflops": 154.8, "int8_tops": 309.7,
        "nvlink": "bridge", "nvlink_gb_s": 112.5, "ecc_capacity_factor": 0.9375,
    },
    "maxq": {
        "architecture": "Blackwell", "compute_capability": "12.0", "memory_mib": 97887,
        "memory_bandwidth_gb_s": 1792.0, "fp16_tflops": 438.9, "int8_tops": 877.9,
        "fp8_tflops": 877.9, "fp4_tflops": 1755.7, "pcie_generation": 5,
    },
    "gamer": {
        "architecture": "Ada", "compute_capability": "8.9", "memory_mib": 24564,
        "memory_bandwidth_gb_s": 1008.0, "fp16_tflops": 165.2, "int8_tops": 660.6,
        "fp8_tflops": 330.3, "tdp_w": 450.0, "ecc": False, "data_centre_use": False,
    },
    "h100": {
        "architecture": "Hopper", "compute_capability": "9.0", "memory_mib": 81559,
        "cuda_memory_fraction": 0.9942, "memory_bandwidth_gb_s": 3350.0, "fp16_tflops": 989.0,
        "int8_tops": 1979.0, "fp8_tflops": 1979.0, "tdp_w": 700.0, "form_factor": "sxm",
        "slot_width": None, "cooling": "system", "nvlink": "nvswitch", "nvlink_gb_s": 900.0,
        "pcie_generation": 5,
    },
    "cut": {
        "architecture": "Blackwell", "compute_capability": "12.0", "memory_mib": 98304,
        "memory_bandwidth_gb_s": 1792.0, "fp16_tflops": 438.9, "int8_tops": 877.9,
        "fp8_tflops": 877.9, "fp4_tflops": 1755.7, "pcie_generation": 5, "mig_instances": 4,
        "mig": {
            "compute_slices": 4, "memory_slices": 4,
            "profiles": [
                {"name": name, "compute_slices": n, "memory_slices": n, "starts": starts}
                for name, n, starts in (
                    ("1g.24gb", 1, [0, 1, 2, 3]), ("2g.48gb", 2, [0, 2]), ("4g.96gb", 4, [0]),
                )
            ],
        },
    },
    "instinct": {
        "vendor": "AMD", "architecture": "CDNA 2", "compute_capability": None,
        "memory_mib": 65536, "memory_bandwidth_gb_s": 1638.0, "fp16_tflops": 181.0,
    },
}  # fmt: skip
COMMON: Data = {
    "form_factor": "pcie", "cuda_memory_fraction": 0.985, "ecc": True, "ecc_capacity_factor": 1.0,
    "int8_tops": None, "fp8_tflops": None, "fp4_tflops": None, "tdp_w": 300.0, "idle_w": 25.0,
    "transient_factor": 2.0, "slot_width": 2, "cooling": "blower", "pcie_generation": 4,
    "nvlink": "none", "nvlink_gb_s": 0.0, "mig_instances": 0, "data_centre_use": True,
}  # fmt: skip


def card_entry(name: str, changes: Data | None = None) -> GpuEntry:
    data = {**COMMON, **CARDS[name], **(changes or {})}
    data = {k: fact(v) for k, v in data.items() if k not in ("vendor", "attributes")}
    if data["compute_capability"]["value"] is None:
        data["compute_capability"] = None
    attributes = {k: fact(v) for k, v in (changes or {}).get("attributes", {}).items()}
    vendor = CARDS[name].get("vendor", "NVIDIA")
    data |= {"id": name, "name": name, "vendor": vendor, "attributes": attributes}
    return GpuEntry.model_validate_json(json.dumps(data))


def card(name: str, **changes: object) -> Gpu:
    return Gpu.of(card_entry(name, changes))


def host_entry(generation: int, built_in: tuple[str, int] | None = None) -> HostEntry:
    facts: Data = {
        "form": "tower", "rack_units": None, "slot_layouts": [[2, 2, 2, 2]], "max_gpus": 4,
        "cooling": ["blower"], "max_open_cards": 1, "max_card_w": 600.0, "psu_w": 2000.0,
        "psu_planning_fraction": 0.8, "psu_transient_fraction": 2.0, "base_idle_w": 100.0,
        "base_load_w": 300.0, "pcie_generation": generation, "support_per_year": 0.0,
    }  # fmt: skip
    data: Data = {k: fact(v) for k, v in facts.items()}
    data |= {"id": f"host-{generation}", "name": "host", "vendor": "test"}
    if built_in:
        data["id"] = f"server-{generation}"
        data["built_in"] = fact({"gpu": built_in[0], "count": built_in[1]})
    return HostEntry.model_validate_json(json.dumps(data))


CHAT: Data = {
    "name": "chat", "task": "inference", "model": "llama-3.1-8b", "precision": ["fp8"],
    "kv_cache": "fp8", "context_tokens": 8192, "slo": {"tokens_per_s_per_session": 20},
    "demand": [{"from": "2026-10", "concurrency": 20}],
}  # fmt: skip
EMBED: Data = {
    "name": "embed", "task": "embedding", "model": "bge-m3",
    "demand": [{"from": "2026-10", "tokens_per_s": 20000}],
}  # fmt: skip
PICTURES: Data = {
    "name": "pictures", "task": "image", "model": "flux",
    "demand": [{"from": "2026-10", "images_per_hour": 60}],
}  # fmt: skip
TUNE: Data = {
    "name": "tune", "task": "finetune", "model": "llama-3.1-8b", "method": "qlora",
    "tokens_per_month": 4.0e8,
}  # fmt: skip
NOTEBOOK: Data = {
    "name": "notebook", "task": "fixed", "need": {"memory_gib": 10, "time_share": 0.25},
    "demand": [{"from": "2026-10", "count": 3}],
}  # fmt: skip


def inputs(
    *workloads: Data,
    cards: tuple[str, ...] = ("a6000", "maxq"),
    changes: dict[str, Data] | None = None,
    hosts: tuple[HostEntry, ...] = (),
    **scenario: object,
) -> Inputs:
    """A scenario of workloads with a catalogue of small cards."""
    data: Data = {
        "schema": 1, "name": "Test", "start": "2026-10", "months": 3,
        "workloads": list(workloads),
        "sites": [{"name": "lab", "facility_power_kw": 8, "electricity_per_kwh": 0.2}],
        **scenario,
    }  # fmt: skip
    models = {name: model(name) for name in COUNTS} | {"flux": FLUX}
    catalog = replace(
        engine_catalog(),
        gpus={c: card_entry(c, (changes or {}).get(c)) for c in cards},
        hosts={h.id: h for h in hosts},
        models=models,
    )
    return Inputs(Scenario.model_validate_json(json.dumps(data)), catalog)


def sized(*workloads: Data, **more: Any) -> Sizing:
    return size(inputs(*workloads, **more))


def setting(*workloads: Data, **more: Any) -> Setting:
    return Setting.of(inputs(*(workloads or (CHAT,)), **more))


def options_of(sizing: Sizing, **wanted: object) -> list[Option]:
    """Options with the given values, by rising level."""
    return [o for o in sizing.options if all(getattr(o, k) == v for k, v in wanted.items())]


def refusals_of(sizing: Sizing, **wanted: object) -> list[Refusal]:
    return [r for r in sizing.refusals if all(getattr(r, k) == v for k, v in wanted.items())]


def gib(size_bytes: float) -> float:
    return size_bytes / 2**30
