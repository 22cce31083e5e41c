"""Constants of the engines: complete, with sources and ranges."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from planner.accuracy.estimating import GENERATORS
from planner.catalog.catalog import Catalog
from planner.errors import InputError
from planner.sizing.engines import (
    Collectives,
    Diffusers,
    Encoder,
    EngineConstants,
    Engines,
    LlamaCpp,
    Sharing,
    Trainer,
    Vllm,
    read_constants,
)
from planner.sizing.memory_engines import Generator, Sglang, TensorRtLlm, Transcriber
from planner.sizing.vllm_server import ServerDefaults
from tests.sizing.support import engine_catalog

KINDS: tuple[type[EngineConstants], ...] = (
    Sharing, Collectives, Vllm, LlamaCpp, Encoder, Diffusers, Trainer,
    Generator, Sglang, TensorRtLlm, Transcriber, ServerDefaults,
)  # fmt: skip


def without(engine: str, constant: str) -> Catalog:
    catalog = engine_catalog()
    entry = catalog.engines[engine]
    constants = {k: v for k, v in entry.constants.items() if k != constant}
    changed = entry.model_copy(update={"constants": constants})
    return replace(catalog, engines={**catalog.engines, engine: changed})


@pytest.mark.parametrize("kind", KINDS)
def test_every_constant_of_a_file_is_read_and_none_is_missing(kind: type[EngineConstants]) -> None:
    alike = [k for k in KINDS if kind.ENGINE == k.ENGINE]
    read = {f.name for k in alike for f in fields(k)} - {"version"}  # type: ignore[arg-type]
    assert read == set(engine_catalog().engines[kind.ENGINE].constants)


def test_every_engine_of_the_catalogue_has_a_record() -> None:
    assert {k.ENGINE for k in KINDS} | set(GENERATORS.values()) == set(engine_catalog().engines)


@pytest.mark.parametrize("engine", sorted(GENERATORS.values()))
def test_every_program_that_only_generates_states_the_same_constants(engine: str) -> None:
    assert read_constants(Generator, engine_catalog(), engine).base_gib > 0


def test_every_constant_names_a_source_of_the_files_and_an_estimate_has_a_range() -> None:
    catalog = engine_catalog()
    for engine in catalog.engines.values():
        for name, fact in engine.constants.items():
            assert fact.source in catalog.sources, (engine.id, name)
            assert fact.source != "recall"
            if fact.low is not None and fact.high is not None:
                assert fact.low <= fact.value <= fact.high, (engine.id, name)


def test_a_source_is_listed_once() -> None:
    assert len(engine_catalog().sources) == len({s.id for s in engine_catalog().to_file().sources})


def test_a_missing_constant_is_named() -> None:
    with pytest.raises(InputError, match="engine `vllm` has no constant `logit_bytes`"):
        Engines.of(without("vllm", "logit_bytes"))


def test_a_missing_engine_is_named() -> None:
    with pytest.raises(InputError, match="the catalogue has no engine `nccl`"):
        read_constants(Collectives, replace(engine_catalog(), engines={}))


def test_a_range_needs_both_ends() -> None:
    catalog = without("diffusers", "speed")
    entry = catalog.engines["diffusers"]
    speed = (
        engine_catalog().engines["diffusers"].constants["speed"].model_copy(update={"low": None})
    )
    changed = entry.model_copy(update={"constants": {**entry.constants, "speed": speed}})
    with pytest.raises(InputError, match="constant `speed` of engine `diffusers` has no range"):
        read_constants(Diffusers, replace(catalog, engines={"diffusers": changed}))
