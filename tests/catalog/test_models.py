"""Laws of the catalogue's models: their parameters follow from their dimensions."""

from __future__ import annotations

import pytest

from planner.catalog.architecture import GroupedAttention
from tests.catalog import parameters
from tests.catalog.facts import catalog

MODELS = catalog().models
DECODERS = sorted(n for n, m in MODELS.items() if m.kind == "decoder")
MIXTURES = [n for n in DECODERS if MODELS[n].transformer.experts is not None]
TRANSFORMERS = sorted(n for n, m in MODELS.items() if m.transformer is not None)
DIFFUSERS = sorted(n for n, m in MODELS.items() if m.diffusion is not None)
BERTS = {
    "bge-large-en-v1.5": parameters.pooler(1024),
    "bge-m3": parameters.pooler(1024),
    "bge-reranker-v2-m3": parameters.pooler(1024) + 1024 + 1,
}


@pytest.mark.parametrize("model", [*DECODERS, "e5-mistral-7b-instruct"])
def test_the_parameters_of_a_decoder_follow_exactly_from_its_dimensions(model):
    assert parameters.decoder(MODELS[model]) == MODELS[model].parameters


@pytest.mark.parametrize(("model", "head"), BERTS.items())
def test_the_parameters_of_a_bert_follow_exactly_from_its_dimensions(model, head):
    transformer = MODELS[model].transformer
    assert parameters.bert(transformer, head=head) == MODELS[model].parameters


def test_the_parameters_of_nomic_follow_exactly_from_its_dimensions():
    model = MODELS["nomic-embed-text-v1.5"]
    assert parameters.nomic(model.transformer) == model.parameters


def test_the_parameters_of_whisper_follow_exactly_from_its_dimensions():
    model = MODELS["whisper-large-v3"]
    assert parameters.whisper(model.transformer) == model.parameters


def test_the_parameters_of_every_model_are_computed_by_some_law_above():
    computed = {*DECODERS, *BERTS, *DIFFUSERS, "e5-mistral-7b-instruct", "nomic-embed-text-v1.5"}
    assert computed | {"whisper-large-v3"} == set(MODELS)
    assert len(MODELS) >= 67


@pytest.mark.parametrize("model", TRANSFORMERS)
def test_an_embedding_has_a_row_for_every_token(model):
    entry, t = MODELS[model], MODELS[model].transformer
    rows = t.embedding_parameters / t.hidden_size
    if entry.kind == "decoder":
        assert rows == t.vocabulary
        assert t.lm_head_parameters in (0, t.embedding_parameters)
    else:
        assert t.vocabulary <= rows <= t.vocabulary + t.max_context_tokens + 4
        assert t.lm_head_parameters == 0


@pytest.mark.parametrize("model", MIXTURES)
def test_the_routed_experts_are_counted_layer_by_layer_and_are_a_part_of_the_model(model):
    t = MODELS[model].transformer
    layers = t.layers - t.experts.first_dense_layers
    each = 3 * t.hidden_size * t.experts.intermediate_size
    assert t.experts.parameters == layers * t.experts.routed * each
    assert t.experts.parameters < MODELS[model].parameters


@pytest.mark.parametrize("model", MIXTURES)
def test_a_token_passes_through_everything_but_the_experts_it_does_not_visit(model):
    t = MODELS[model].transformer
    skipped = t.experts.parameters * (1 - t.experts.per_token / t.experts.routed)
    rest = MODELS[model].parameters - skipped
    assert t.active_parameters == pytest.approx(rest, rel=0.01)


@pytest.mark.parametrize("model", sorted(set(TRANSFORMERS) - set(MIXTURES)))
def test_a_token_passes_through_all_of_a_model_without_experts(model):
    assert MODELS[model].transformer.active_parameters == MODELS[model].parameters


@pytest.mark.parametrize("model", TRANSFORMERS)
def test_heads_share_keys_evenly_and_a_window_is_narrower_than_the_context(model):
    t = MODELS[model].transformer
    if not isinstance(t.attention, GroupedAttention):
        return
    assert t.attention.heads % t.attention.kv_heads == 0
    assert t.attention.sliding_layers <= t.layers
    assert (t.attention.window is None) == (t.attention.sliding_layers == 0)
    assert (t.attention.window or 0) < t.max_context_tokens


@pytest.mark.parametrize("model", DIFFUSERS)
def test_an_image_model_is_the_sum_of_its_parts(model):
    d = MODELS[model].diffusion
    parts = d.denoiser_parameters + d.text_encoder_parameters + d.vae_parameters
    assert parts == MODELS[model].parameters


@pytest.mark.parametrize("model", DIFFUSERS)
def test_a_denoiser_uses_every_weight_for_many_positions(model):
    d = MODELS[model].diffusion
    per_weight = d.flop_per_step_1024.value / d.denoiser_parameters
    assert 2 * 32 * 32 <= per_weight <= 2 * 128 * 128
