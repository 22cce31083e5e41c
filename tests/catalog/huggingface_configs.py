"""Configurations of known models, written down from their dimensions, and their exact counts."""

from __future__ import annotations

Config = dict[str, object]


def decoder(
    kind: str,
    hidden: int,
    inner: int,
    layers: int,
    heads: int,
    kv: int,
    vocabulary: int,
    context: int = 131072,
    **more: object,
) -> Config:
    return {
        "model_type": kind,
        "hidden_size": hidden,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": kv,
        "vocab_size": vocabulary,
        "max_position_embeddings": context,
        **more,
    }


LLAMA_8B = decoder("llama", 4096, 14336, 32, 32, 8, 128256, tie_word_embeddings=False)
SIGLIP: Config = {
    "model_type": "siglip_vision_model",
    "hidden_size": 1152,
    "intermediate_size": 4304,
    "num_hidden_layers": 27,
    "patch_size": 14,
    "image_size": 896,
}
GPT_OSS_LAYERS = ["sliding_attention", "full_attention"] * 18
GPT_OSS_120B = decoder(
    "gpt_oss",
    2880,
    2880,
    36,
    64,
    8,
    201088,
    head_dim=64,
    num_local_experts=128,
    num_experts_per_tok=4,
    sliding_window=128,
    layer_types=GPT_OSS_LAYERS,
    quantization_config={"quant_method": "mxfp4"},
)
GPT_OSS_20B = GPT_OSS_120B | {
    "num_hidden_layers": 24,
    "num_local_experts": 32,
    "layer_types": GPT_OSS_LAYERS[:24],
}
DEEPSEEK_V3 = decoder(
    "deepseek_v3",
    7168,
    18432,
    61,
    128,
    128,
    129280,
    163840,
    q_lora_rank=1536,
    kv_lora_rank=512,
    qk_nope_head_dim=128,
    qk_rope_head_dim=64,
    v_head_dim=128,
    n_routed_experts=256,
    n_shared_experts=1,
    num_experts_per_tok=8,
    moe_intermediate_size=2048,
    first_k_dense_replace=3,
    topk_method="noaux_tc",
    quantization_config={"quant_method": "fp8"},
)
DEEPSEEK_V2 = decoder(
    "deepseek_v2",
    5120,
    12288,
    60,
    128,
    128,
    102400,
    163840,
    q_lora_rank=1536,
    kv_lora_rank=512,
    qk_nope_head_dim=128,
    qk_rope_head_dim=64,
    v_head_dim=128,
    n_routed_experts=160,
    n_shared_experts=2,
    num_experts_per_tok=6,
    moe_intermediate_size=1536,
    first_k_dense_replace=1,
    topk_method="group_limited_greedy",
)
DEEPSEEK_V2_LITE = decoder(
    "deepseek_v2",
    2048,
    10944,
    27,
    16,
    16,
    102400,
    163840,
    q_lora_rank=None,
    kv_lora_rank=512,
    qk_nope_head_dim=128,
    qk_rope_head_dim=64,
    v_head_dim=128,
    n_routed_experts=64,
    n_shared_experts=2,
    num_experts_per_tok=6,
    moe_intermediate_size=1408,
    first_k_dense_replace=1,
    topk_method="greedy",
)
GEMMA3_27B: Config = {
    "model_type": "gemma3",
    "text_config": {
        "model_type": "gemma3_text",
        "hidden_size": 5376,
        "intermediate_size": 21504,
        "num_hidden_layers": 62,
        "num_attention_heads": 32,
        "num_key_value_heads": 16,
        "head_dim": 128,
        "sliding_window": 1024,
    },
    "vision_config": SIGLIP,
}
GEMMA3_12B: Config = {
    "model_type": "gemma3",
    "text_config": {
        "model_type": "gemma3_text",
        "hidden_size": 3840,
        "intermediate_size": 15360,
        "num_hidden_layers": 48,
        "num_attention_heads": 16,
        "num_key_value_heads": 8,
        "sliding_window": 1024,
    },
    "vision_config": SIGLIP,
}
GEMMA3_4B: Config = {
    "model_type": "gemma3",
    "text_config": {
        "model_type": "gemma3_text",
        "hidden_size": 2560,
        "intermediate_size": 10240,
        "num_hidden_layers": 34,
        "sliding_window": 1024,
    },
    "vision_config": SIGLIP,
}
GEMMA3_1B = decoder(
    "gemma3_text",
    1152,
    6912,
    26,
    4,
    1,
    262144,
    32768,
    head_dim=256,
    sliding_window=512,
    sliding_window_pattern=6,
)
BGE_LARGE: Config = {
    "model_type": "bert",
    "architectures": ["BertModel"],
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "vocab_size": 30522,
    "max_position_embeddings": 512,
    "type_vocab_size": 2,
}
BGE_M3 = BGE_LARGE | {
    "model_type": "xlm-roberta",
    "architectures": ["XLMRobertaModel"],
    "vocab_size": 250002,
    "max_position_embeddings": 8194,
    "type_vocab_size": 1,
}
BGE_RERANKER = BGE_M3 | {"architectures": ["XLMRobertaForSequenceClassification"]}

COUNTS: dict[str, tuple[Config, int, int]] = {
    "llama-3.1-8b": (LLAMA_8B, 8_030_261_248, 8_030_261_248),
    "llama-3.1-70b": (
        decoder("llama", 8192, 28672, 80, 64, 8, 128256),
        70_553_706_496,
        70_553_706_496,
    ),
    "llama-3.2-1b": (
        decoder("llama", 2048, 8192, 16, 32, 8, 128256, tie_word_embeddings=True),
        1_235_814_400,
        1_235_814_400,
    ),
    "mistral-7b-v0.1": (
        decoder("mistral", 4096, 14336, 32, 32, 8, 32000, 32768, sliding_window=4096),
        7_241_732_096,
        7_241_732_096,
    ),
    "mistral-small-24b": (
        decoder(
            "mistral", 5120, 32768, 40, 32, 8, 131072, 32768, head_dim=128, sliding_window=None
        ),
        23_572_403_200,
        23_572_403_200,
    ),
    "qwen2.5-7b": (
        decoder(
            "qwen2", 3584, 18944, 28, 28, 4, 152064, use_sliding_window=False, sliding_window=131072
        ),
        7_615_616_512,
        7_615_616_512,
    ),
    "qwen3-0.6b": (
        decoder(
            "qwen3", 1024, 3072, 28, 16, 8, 151936, 40960, head_dim=128, tie_word_embeddings=True
        ),
        596_049_920,
        596_049_920,
    ),
    "qwen3-32b": (
        decoder("qwen3", 5120, 25600, 64, 64, 8, 151936, 40960, head_dim=128),
        32_762_123_264,
        32_762_123_264,
    ),
    "mixtral-8x7b": (
        decoder(
            "mixtral",
            4096,
            14336,
            32,
            32,
            8,
            32000,
            32768,
            num_local_experts=8,
            num_experts_per_tok=2,
        ),
        46_702_792_704,
        12_879_925_248,
    ),
    "qwen3-30b-a3b": (
        decoder(
            "qwen3_moe",
            2048,
            6144,
            48,
            32,
            4,
            151936,
            40960,
            head_dim=128,
            num_experts=128,
            num_experts_per_tok=8,
            moe_intermediate_size=768,
        ),
        30_532_122_624,
        3_353_032_704,
    ),
    "gemma-2-9b": (
        decoder("gemma2", 3584, 14336, 42, 16, 8, 256000, 8192, head_dim=256, sliding_window=4096),
        9_241_705_984,
        9_241_705_984,
    ),
    "gemma-3-1b": (GEMMA3_1B, 999_885_952, 999_885_952),
    "gemma-3-4b": (GEMMA3_4B, 4_300_079_472, 4_300_079_472),
    "gemma-3-27b": (GEMMA3_27B, 27_432_406_640, 27_432_406_640),
    "phi-3-mini-4k": (
        decoder("phi3", 3072, 8192, 32, 32, 32, 32064, 4096, sliding_window=2047),
        3_821_079_552,
        3_821_079_552,
    ),
    "phi-4": (
        decoder("phi3", 5120, 17920, 40, 40, 10, 100352, 16384),
        14_659_507_200,
        14_659_507_200,
    ),
    "phi-4-mini": (
        decoder(
            "phi3", 3072, 8192, 32, 24, 8, 200064, tie_word_embeddings=True, sliding_window=262144
        ),
        3_836_021_760,
        3_836_021_760,
    ),
    "llama-2-7b": (
        decoder("llama", 4096, 11008, 32, 32, 32, 32000, 4096),
        6_738_415_616,
        6_738_415_616,
    ),
    "llama-2-70b": (
        decoder("llama", 8192, 28672, 80, 64, 8, 32000, 4096),
        68_976_648_192,
        68_976_648_192,
    ),
    "llama-3.1-405b": (
        decoder("llama", 16384, 53248, 126, 128, 8, 128256),
        405_853_388_800,
        405_853_388_800,
    ),
    "llama-3.2-3b": (
        decoder("llama", 3072, 8192, 28, 24, 8, 128256, head_dim=128, tie_word_embeddings=True),
        3_212_749_824,
        3_212_749_824,
    ),
    "qwen2.5-32b": (
        decoder("qwen2", 5120, 27648, 64, 40, 8, 152064),
        32_763_876_352,
        32_763_876_352,
    ),
    "qwen2.5-72b": (
        decoder("qwen2", 8192, 29568, 80, 64, 8, 152064),
        72_706_203_648,
        72_706_203_648,
    ),
    "qwen3-235b-a22b": (
        decoder(
            "qwen3_moe",
            4096,
            12288,
            94,
            64,
            4,
            151936,
            40960,
            head_dim=128,
            num_experts=128,
            num_experts_per_tok=8,
            moe_intermediate_size=1536,
        ),
        235_093_634_560,
        22_190_763_520,
    ),
    "gemma-3-12b": (GEMMA3_12B, 12_187_325_040, 12_187_325_040),
    "gpt-oss-20b": (GPT_OSS_20B, 20_914_757_184, 4_187_440_704),
    "deepseek-v2": (DEEPSEEK_V2, 235_741_434_880, 21_375_800_320),
    "deepseek-v2-lite": (DEEPSEEK_V2_LITE, 15_706_484_224, 2_661_150_208),
    "deepseek-v3": (DEEPSEEK_V3, 671_026_419_200, 37_552_297_472),
    "gpt-oss-120b": (GPT_OSS_120B, 116_829_156_672, 5_711_982_912),
    "bge-large-en-v1.5": (BGE_LARGE, 335_141_888, 335_141_888),
    "bge-m3": (BGE_M3, 567_754_752, 567_754_752),
    "bge-reranker-v2-m3": (BGE_RERANKER, 567_755_777, 567_755_777),
}
"""(configuration, parameters, parameters that one token passes through) by model."""
