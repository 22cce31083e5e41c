"""Memory of speech recognition."""

from __future__ import annotations

import pytest

from planner.catalog.loading import default_catalog
from planner.sizing.engines import read_constants
from planner.sizing.memory_engines import Transcriber
from planner.sizing.speech import cache_bytes, speech_bytes
from tests.sizing.support import engine_catalog, gib

ENGINE = read_constants(Transcriber, engine_catalog())
WHISPER = default_catalog().models["whisper-large-v3"]


def test_one_hypothesis_keeps_448_tokens_and_1500_frames_in_32_layers() -> None:
    t = WHISPER.transformer
    assert t is not None
    assert gib(cache_bytes(t, 1)) == pytest.approx(0.297, abs=0.001)
    assert cache_bytes(t, 5) - cache_bytes(t, 1) == 4 * 32 * 2 * 1280 * 2 * 448


@pytest.mark.parametrize(("precision", "mib"), [("bf16", 4755), ("int8_float16", 3091)])
def test_large_takes_what_its_readme_states(precision: str, mib: int) -> None:
    found = speech_bytes(WHISPER, precision, ENGINE)  # type: ignore[arg-type]
    assert found / 2**20 == pytest.approx(mib, rel=0.07)


def test_a_narrower_beam_saves_the_caches_of_hypotheses() -> None:
    wide, narrow = (speech_bytes(WHISPER, "bf16", ENGINE, beam=b) for b in (5, 1))
    assert gib(wide - narrow) == pytest.approx(0.273, abs=0.001)
