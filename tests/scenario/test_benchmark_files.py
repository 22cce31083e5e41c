"""Files of benchmark programs become rows; what they do not say is asked for, never guessed."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from planner.catalog.loading import default_catalog
from planner.errors import InputError
from planner.scenario.benchmarks.plain import COLUMNS, written
from planner.scenario.benchmarks.reading import read_file
from planner.scenario.benchmarks.record import Given, Row

FILES = Path(__file__).parent / "bench_files"
SERVED = Given(gpu="rtx-a6000", model="llama-3.1-8b", precision="fp8", version="0.11.0")
LOCAL = Given(model="llama-3.1-8b")


def rows(file: str | Path, given: Given = SERVED) -> list[Row]:
    return [r.row for r in read_file(FILES / file, given, default_catalog())]


def refusal(path: Path, given: Given = SERVED) -> str:
    with pytest.raises(InputError) as caught:
        read_file(path, given, default_catalog())
    return str(caught.value)


def changed(tmp_path: Path, file: str, **change: object) -> Path:
    """A copy of a JSON file with other fields; None takes one away."""
    data = json.loads((FILES / file).read_text()) | change
    path = tmp_path / "changed.json"
    path.write_text(json.dumps({k: v for k, v in data.items() if v is not None}))
    return path


def test_a_result_of_vllm_is_one_row() -> None:
    assert rows("vllm-8.json") == [
        Row(
            gpu="rtx-a6000",
            cards=1,
            model="llama-3.1-8b",
            precision="fp8",
            kv_cache="bf16",
            engine="vllm",
            version="0.11.0",
            input_tokens=1024,
            output_tokens=256,
            concurrency=8,
            ttft_ms=142.6,
            itl_ms=17.4,
            tokens_per_s=436.1,
            source="vllm-8.json",
            date="2026-09-12",
        )
    ]


def test_results_that_were_appended_are_rows_of_their_own() -> None:
    assert [r.concurrency for r in rows("vllm-appended.jsonl")] == [16, 32]


def test_requests_at_a_rate_make_as_many_sessions_as_little_says(tmp_path: Path) -> None:
    file = changed(tmp_path, "vllm-8.json", request_rate=1.5, request_throughput=1.5)
    (row,) = rows(file)
    assert row.concurrency == int(1.5 * (142.6 + 17.4 * 255) / 1000) == 6
    unlimited = changed(tmp_path, "vllm-8.json", request_rate=4.0, request_throughput=4.0)
    assert rows(unlimited)[0].concurrency == 8, "no more than the limit"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"max_concurrency": None}, "all requests came at once"),
        ({"completed": 4, "total_input_tokens": 4096}, "4 requests never made 8 sessions"),
        ({"failed": 40}, "40 of 120 requests failed"),
        ({"mean_ttft_ms": None}, "there is no `mean_ttft_ms`"),
        ({"mean_tpot_ms": None, "mean_itl_ms": None}, "there is no `mean_itl_ms`"),
        ({"output_throughput": "fast"}, "`output_throughput` is 'fast', not a number"),
        ({"mean_ttft_ms": 0}, "`mean_ttft_ms` is 0, not above 0"),
        ({"total_output_tokens": True}, "`total_output_tokens` is True, not a number"),
    ],
)
def test_what_a_result_of_vllm_lacks_is_named(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    assert said in refusal(changed(tmp_path, "vllm-8.json", **change))


@pytest.mark.parametrize(
    ("file", "sessions", "day"),
    [
        ("guidellm-v2.json", [8, 1], "2026-09-12"),
        ("guidellm-v1.json", [9], "2026-09-12"),
        ("guidellm-v0.json", [4], "2025-04-24"),
    ],
)
def test_every_known_version_of_guidellm_is_read(file: str, sessions: list[int], day: str) -> None:
    found = rows(file)
    assert [r.concurrency for r in found] == sessions
    assert {(r.input_tokens, r.output_tokens, r.date) for r in found} == {(1024, 256, day)}


def test_the_figures_of_guidellm_are_those_of_successful_requests() -> None:
    row = rows("guidellm-v2.json")[0]
    assert (row.ttft_ms, row.itl_ms, row.tokens_per_s) == (150.1, 17.5, 430.2)


def test_an_unknown_version_of_guidellm_is_named(tmp_path: Path) -> None:
    file = changed(tmp_path, "guidellm-v2.json", metadata={"version": 3})
    assert "`metadata.version` is 3; known are 1 and 2" in refusal(file)


def test_a_metric_that_guidellm_does_not_have_is_named_with_its_place(tmp_path: Path) -> None:
    data = json.loads((FILES / "guidellm-v2.json").read_text())
    del data["benchmarks"][1]["metrics"]["inter_token_latency_ms"]
    file = tmp_path / "report.json"
    file.write_text(json.dumps(data))
    assert "no object `benchmarks[1].metrics.inter_token_latency_ms`" in refusal(file)


@pytest.mark.parametrize("end", ["json", "jsonl", "csv"])
def test_every_form_of_llama_bench_gives_the_same_rows(end: str) -> None:
    found = rows(f"llama-bench.{end}", LOCAL)
    assert [(r.input_tokens, r.tokens_per_s, r.ttft_ms) for r in found] == [
        (0, 140.0, None),
        (512, 135.0, 40.0),
        (4096, 118.0, None),
    ]
    assert {r.configuration for r in found} == {
        ("rtx-4090", 1, "llama-3.1-8b", "gguf-q4_k_m", "bf16", "llama.cpp")
    }
    assert {(r.version, r.date, r.concurrency) for r in found} == {("b5163", "2026-09-12", 1)}


def test_a_markdown_table_says_less_so_the_card_is_asked_for() -> None:
    assert "--gpu" in refusal(FILES / "llama-bench.md", LOCAL)
    found = rows("llama-bench.md", replace(LOCAL, gpu="rtx-4090"))
    assert [(r.input_tokens, r.tokens_per_s, r.ttft_ms) for r in found] == [
        (0, 140.0, None),
        (512, 135.0, 40.0),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"n_gpu_layers": 20}, "`n_gpu_layers` is 20"),
        ({"n_cpu_moe": 4}, "`n_cpu_moe` is set"),
        ({"model_type": "llama 8B IQ1_S"}, "--precision"),
        ({"type_k": "q8_0"}, "--kv-cache"),
        ({"gpu_info": "NVIDIA Tesla P40"}, "`NVIDIA Tesla P40` is not a card"),
        ({"n_gen": 0, "n_prompt": 512}, "no test of generation alone"),
    ],
)
def test_a_test_that_did_not_run_on_a_known_card_alone_is_refused(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    tests = json.loads((FILES / "llama-bench.json").read_text())
    file = tmp_path / "bench.json"
    file.write_text(json.dumps([tests[2] | change]))
    assert said in refusal(file, LOCAL)


def test_several_cards_of_one_kind_served_together(tmp_path: Path) -> None:
    tests = json.loads((FILES / "llama-bench.json").read_text())
    both = "NVIDIA RTX A6000, NVIDIA RTX A6000"
    file = tmp_path / "bench.json"
    file.write_text(json.dumps([tests[2] | {"gpu_info": both}]))
    (row,) = rows(file, LOCAL)
    assert (row.gpu, row.cards) == ("rtx-a6000", 2)


def test_the_plain_table_holds_every_row_as_it_was(tmp_path: Path) -> None:
    before = rows("vllm-8.json") + rows("guidellm-v0.json") + rows("llama-bench.json", LOCAL)
    file = tmp_path / "rows.csv"
    file.write_text(written(before))
    again = rows(file, Given())
    assert [replace(r, itl_ms=round(r.itl_ms, 3)) for r in again] == [
        replace(r, itl_ms=round(r.itl_ms, 3)) for r in before
    ]


def table(tmp_path: Path, **cells: object) -> Path:
    """A plain table of one row with other cells; None takes a column away."""
    row = next(csv.DictReader(io.StringIO(written(rows("vllm-8.json"))))) | cells
    kept = {name: value for name, value in row.items() if value is not None}
    file = tmp_path / "rows.csv"
    text = io.StringIO()
    csv.writer(text).writerows([kept.keys(), kept.values()])
    file.write_text(text.getvalue())
    return file


def test_the_columns_of_the_table_are_those_that_are_documented(tmp_path: Path) -> None:
    head = table(tmp_path).read_text().splitlines()[0]
    assert head.split(",") == list(COLUMNS)


def test_the_time_between_tokens_follows_from_the_rate_where_it_is_not_said(
    tmp_path: Path,
) -> None:
    (row,) = rows(table(tmp_path, itl_ms=None, kv_cache=None, cards=None, date=None), Given())
    assert row.itl_ms == pytest.approx(8000 / 436.1)
    assert (row.kv_cache, row.cards, row.date) == ("bf16", 1, "")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"tokens_per_s": None}, "there is no column `tokens_per_s`"),
        ({"tokens_s": "1"}, "`tokens_s` is not a column"),
        ({"gpu": "rtx-a600"}, "did you mean `rtx-a6000`?"),
        ({"model": "llama-3.1-8"}, "did you mean `llama-3.1-8b`?"),
        ({"precision": "fp9"}, "`fp9` is not a precision"),
        ({"kv_cache": "int8"}, "`int8` is not one of a cache"),
        ({"concurrency": "many"}, "`concurrency` is 'many', not a number"),
        ({"concurrency": "2.5"}, "`concurrency` is 2.5, not a whole number"),
        ({"concurrency": "0"}, "`concurrency` is 0, not above 0"),
        ({"source": ""}, "does not say its source"),
    ],
)
def test_a_wrong_cell_is_told_with_its_line(
    tmp_path: Path, cells: dict[str, object], said: str
) -> None:
    found = refusal(table(tmp_path, **cells), Given())
    assert said in found
    assert "rows.csv:" in found


def test_the_user_may_add_to_a_table_and_not_contradict_it(tmp_path: Path) -> None:
    file = table(tmp_path, gpu=None)
    assert rows(file, Given(gpu="rtx-4090"))[0].gpu == "rtx-4090"
    assert "`gpu` is `rtx-a6000`, but you say `l4`" in refusal(table(tmp_path), Given(gpu="l4"))


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"{}", b"[]", b"[1]", b"{\n{", b"\xff\xfe", b"a,b\n1,2\n", b'{"a": 1}'],
)
def test_a_file_of_no_known_form_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    assert "unreadable-benchmark" in refusal(file)
