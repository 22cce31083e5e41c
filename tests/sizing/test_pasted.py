"""Pasted commands: flags, aliases and surroundings as people have them; nothing is dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError
from planner.sizing.pasted import read_command

MODEL = "Qwen/Qwen3-8B"


@pytest.mark.parametrize(
    "text",
    [
        f"vllm serve {MODEL} --tensor-parallel-size 2 --max-model-len 8192",
        f"vllm serve {MODEL} --tensor-parallel-size=2 --max-model-len=8192",
        f"vllm serve {MODEL} -tp 2 --max_model_len 8192",
        f"vllm serve -tp=2 --trust-remote-code {MODEL} --max-model-len 8192 > log 2>&1 &",
        f"vllm serve --model {MODEL} \\\n  -tp 2 \\\n  --max-model-len 8192 | tee log",
        f"HF_TOKEN=x uv run vllm serve {MODEL} -tp 2 --max-model-len 8192",
        f"python -m vllm.entrypoints.openai.api_server --model '{MODEL}' -tp 2"
        " --max-model-len 8192",
        f"docker run --gpus all -p 8000:8000 -e HF_TOKEN=x vllm/vllm-openai:v0.27.1 --model {MODEL}"
        " -tp 2 --max-model-len 8192",
    ],
)
def test_a_command_is_read_however_it_is_written(text: str) -> None:
    found = read_command(text)
    assert found.model == MODEL
    assert found.flags == {"--tensor-parallel-size": "2", "--max-model-len": "8192"}
    assert found.ignored == ()


def test_what_is_not_considered_is_named() -> None:
    found = read_command(
        "VLLM_ATTENTION_BACKEND=FLASHINFER VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS=0 "
        f"vllm serve {MODEL} --port 80 --enable-lora --speculative-config '{{\"a\": 1}}' -x --y=3"
    )
    assert found.ignored == (
        "VLLM_ATTENTION_BACKEND", "--enable-lora", "--speculative-config", "-x", "--y",
    )  # fmt: skip
    assert found.environment["VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS"] == "0"


@pytest.mark.parametrize(
    ("text", "number"), [("8192", 8192), ("8k", 8000), ("8K", 8192), ("25.6k", 25600)]
)
def test_numbers_may_be_short(text: str, number: int) -> None:
    assert read_command(f"vllm serve m --max-model-len {text}").whole("--max-model-len") == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "does not call `vllm serve`"),
        ("llama-server -m x.gguf", "does not call `vllm serve`"),
        ("vllm serve", "names no model"),
        ("vllm serve --port 80", "names no model"),
        ("vllm serve 'm", "cannot be split"),
        ("vllm serve m --max-model-len", "--max-model-len has no value"),
        ("vllm serve m --max-model-len --port 1", "--max-model-len has no value"),
    ],
)
def test_what_is_no_command_says_why(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_command(text)


@pytest.mark.parametrize("value", ["0", "-3", "many", "1.5", "2x"])
def test_a_count_is_a_whole_number(value: str) -> None:
    found = read_command(f"vllm serve m --max-num-seqs={value}")
    with pytest.raises(InputError, match="whole number"):
        found.whole("--max-num-seqs")


@pytest.mark.parametrize("value", ["0", "1.01", "-0.5", "ninety", "nan", "inf"])
def test_a_share_is_above_0_and_up_to_1(value: str) -> None:
    found = read_command(f"vllm serve m --gpu-memory-utilization={value}")
    with pytest.raises(InputError, match="a share above 0"):
        found.share("--gpu-memory-utilization")


@given(st.lists(st.sampled_from(
    ["vllm", "serve", "-tp", "2", "--max-model-len", "=", "--x", "|", ">", "m", "'", "\\\n",
     "-q=fp8",     "A=b", "--model", "", "-", "--", "--="]
)))  # fmt: skip
def test_no_words_break_the_reader(words: list[str]) -> None:
    try:
        found = read_command(" ".join(words))
    except InputError:
        return
    assert found.model
