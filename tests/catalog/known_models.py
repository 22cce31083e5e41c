"""Real models: what their published configurations must come to.

The configurations in ``configs`` hold the keys as published. The totals are those of the published
safetensors, and of the modules that transformers 4.57 instantiates from the same keys (Kimi K2 as
DeepSeek-V3, InternLM 2 and Baichuan 2 as Llama, which they are but for the names of their tensors).
DeepSeek-R1, Kimi K2 and GLM-4.5 are counted without the layers that predict further tokens, FP8
without its scales, and Falcon without the copy of its embedding that its files hold twice.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "configs"


class Known(NamedTuple):
    """What is known of a model.

    Attributes:
        parameters: all of them.
        active: those that one token passes through.
        layers: layers.
        kv_bytes: bytes of keys and values of one token in 16 bits, all layers; 0 for a model that
            keeps none.
        sliding: layers with a window or a chunk.
        window: that window.
        precision: in which the weights are published.
        vision: parameters of the tower that sees.
    """

    parameters: int
    active: int
    layers: int
    kv_bytes: int
    sliding: int = 0
    window: int | None = None
    precision: str = "bf16"
    vision: int = 0


def config(name: str) -> dict[str, object]:
    """The configuration of a model."""
    found = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


KNOWN: dict[str, Known] = {
    "baichuan2-7b": Known(7_505_973_248, 7_505_973_248, 32, 524_288),
    "bert-base-uncased": Known(109_482_240, 109_482_240, 12, 0),
    "command-a-03-2025": Known(
        111_057_580_032, 111_057_580_032, 64, 262_144, sliding=48, window=4096
    ),
    "command-r-plus": Known(103_810_674_688, 103_810_674_688, 64, 262_144),
    "command-r-v01": Known(34_980_831_232, 34_980_831_232, 40, 1_310_720),
    "command-r7b-12-2024": Known(
        8_028_033_024, 8_028_033_024, 32, 131_072, sliding=24, window=4096
    ),
    "deepseek-r1": Known(671_026_419_200, 37_552_297_472, 61, 70_272, precision="fp8"),
    "falcon-40b": Known(41_303_293_952, 41_303_293_952, 60, 122_880),
    "falcon-7b": Known(6_921_720_704, 6_921_720_704, 32, 8_192),
    "gemma-7b": Known(8_537_680_896, 8_537_680_896, 28, 458_752),
    "glm-4-32b-0414": Known(32_566_081_536, 32_566_081_536, 61, 62_464),
    "glm-4-9b-0414": Known(9_400_279_040, 9_400_279_040, 40, 40_960),
    "glm-4-9b-hf": Known(9_399_951_360, 9_399_951_360, 40, 40_960),
    "glm-4.5-air": Known(106_852_251_264, 13_424_129_664, 46, 188_416),
    "gpt-oss-120b": Known(
        116_829_156_672, 5_711_982_912, 36, 73_728, sliding=18, window=128, precision="mxfp4"
    ),
    "gpt-oss-20b": Known(
        20_914_757_184, 4_187_440_704, 24, 49_152, sliding=12, window=128, precision="mxfp4"
    ),
    "granite-3.1-3b-a800m": Known(3_298_793_472, 882_874_368, 32, 65_536),
    "granite-3.3-8b": Known(8_170_864_640, 8_170_864_640, 40, 163_840),
    "internlm2-7b": Known(7_737_708_544, 7_737_708_544, 32, 131_072),
    "kimi-k2": Known(1_026_408_232_448, 32_861_500_928, 61, 70_272, precision="fp8"),
    "llama-3.1-405b": Known(405_853_388_800, 405_853_388_800, 126, 516_096),
    "llama-3.1-8b": Known(8_030_261_248, 8_030_261_248, 32, 131_072),
    "llama-4-maverick": Known(
        401_583_781_376, 18_056_623_616, 48, 196_608, sliding=36, window=8192, vision=871_932_416
    ),
    "llama-4-scout": Known(
        108_641_793_536, 18_044_827_136, 48, 196_608, sliding=36, window=8192, vision=871_932_416
    ),
    "ministral-8b-2410": Known(8_019_808_256, 8_019_808_256, 36, 147_456),
    "mistral-nemo-2407": Known(12_247_782_400, 12_247_782_400, 40, 163_840),
    "mistral-small-3.1-24b": Known(24_011_361_280, 24_011_361_280, 40, 163_840, vision=438_958_080),
    "mixtral-8x22b": Known(140_620_634_112, 39_152_031_744, 56, 229_376),
    "modernbert-base": Known(149_014_272, 149_014_272, 22, 0, sliding=14, window=64),
    "modernbert-large": Known(394_781_696, 394_781_696, 28, 0, sliding=18, window=64),
    "nemotron-mini-4b": Known(4_190_509_056, 4_190_509_056, 32, 131_072),
    "olmo-2-0325-32b": Known(32_234_279_936, 32_234_279_936, 64, 262_144),
    "olmo-2-1124-7b": Known(7_298_617_344, 7_298_617_344, 32, 524_288),
    "olmo-3-7b": Known(7_298_011_136, 7_298_011_136, 32, 524_288, sliding=24, window=4096),
    "olmoe-1b-7b": Known(6_919_161_856, 1_282_017_280, 16, 131_072),
    "phi-3.5-moe": Known(41_873_153_344, 6_640_999_744, 32, 131_072),
    "qwen1.5-moe-a2.7b": Known(14_315_784_192, 2_689_173_504, 24, 196_608),
    "qwen2-57b-a14b": Known(57_408_658_944, 14_249_270_784, 28, 57_344),
    "qwen2.5-vl-7b": Known(8_292_166_656, 8_292_166_656, 28, 57_344, vision=676_550_144),
    "qwen3-235b-a22b": Known(235_093_634_560, 22_190_763_520, 94, 192_512),
    "qwen3-30b-a3b-fp8": Known(30_532_122_624, 3_353_032_704, 48, 98_304, precision="fp8"),
    "qwen3-32b-fp8-static": Known(32_762_123_264, 32_762_123_264, 64, 262_144, precision="fp8"),
    "qwen3-8b": Known(8_190_735_360, 8_190_735_360, 36, 147_456),
    "qwen3-coder-480b-a35b": Known(480_154_875_392, 35_474_765_312, 62, 253_952),
    "qwen3-vl-2b": Known(2_127_532_032, 2_127_532_032, 28, 114_688, vision=406_957_056),
    "qwen3-vl-30b-a3b": Known(31_070_754_032, 3_891_664_112, 48, 98_304, vision=538_631_408),
    "qwen3-vl-8b": Known(8_767_123_696, 8_767_123_696, 36, 147_456, vision=576_388_336),
    "roberta-large": Known(355_359_744, 355_359_744, 24, 0),
    "seed-oss-36b": Known(36_151_104_512, 36_151_104_512, 64, 262_144),
    "smollm3-3b": Known(3_075_098_624, 3_075_098_624, 36, 73_728),
    "starcoder2-15b": Known(15_957_889_024, 15_957_889_024, 40, 81_920, sliding=40, window=4096),
    "starcoder2-7b": Known(7_173_923_840, 7_173_923_840, 32, 65_536, sliding=32, window=4096),
    "whisper-large-v3": Known(1_543_490_560, 1_543_490_560, 64, 0),
    "yi-34b": Known(34_388_917_248, 34_388_917_248, 60, 245_760),
}
