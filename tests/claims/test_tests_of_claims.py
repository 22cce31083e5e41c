"""Every kind of test that a claim can name, on a claim of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.catalog.loading import default_catalog
from planner.claims.verdicts import Verdict
from tests.claims.pages import Data, claim, judged, sum_of, verdict

HOLDS, REFUTED = Verdict.HOLDS, Verdict.REFUTED
DEPENDS, UNKNOWN = Verdict.DEPENDS, Verdict.UNVERIFIABLE
PRO6000 = ["rtx-pro-6000-ws", "rtx-pro-6000-maxq", "rtx-pro-6000-server"]
LLAMA: Data = {"model": "llama-3.1-8b", "precision": "fp8"}
PRICE: Data = {"check": "price", "items": ["rtx-a6000"], "currency": "USD"}
PERIODS: Data = {"periods": [{"name": "ever", "since": "2015", "until": "2035"}]}


def fact(attribute: str, *items: str) -> Data:
    return {"check": "fact", "items": list(items), "attribute": attribute}


def fit(*gpus: str, **more: object) -> Data:
    return {"check": "fit", "gpus": list(gpus)} | LLAMA | more


def rate(*gpus: str, **more: object) -> Data:
    return {"check": "rate", "gpus": list(gpus)} | LLAMA | more


FACTS: list[tuple[Data, Data, Verdict]] = [
    (fact("nvlink", *PRO6000), {"equals": "none"}, HOLDS),
    (fact("nvlink_gb_s", *PRO6000), {"equals": 900}, REFUTED),
    (fact("tdp_w", *PRO6000), {"equals": 600}, DEPENDS),
    (fact("memory_gib", "rtx-a6000"), {"at_least": 47}, HOLDS),
    (fact("fp4_tflops", "rtx-4090"), {"equals": "none"}, HOLDS),
    (fact("fp4_tflops", "rtx-4090"), {"at_least": 0}, REFUTED),
    (fact("max_gpus", "hp-z4-g5"), {"between": [1, 8]}, HOLDS),
    (fact("max_context_tokens", "llama-3.1-8b"), {"equals": 131072}, HOLDS),
    (fact("layers", "llama-3.1-8b"), {"equals": 32}, HOLDS),
    (fact("taste", "rtx-4090"), {"equals": 1}, UNKNOWN),
    (fact("sms", "rtx-4090"), {"equals": 129}, REFUTED),
    (fact("sms", "rtx-4090"), {"equals": 129, "tolerance": 0.01}, HOLDS),
]
SUMS: list[tuple[Data, Data, Verdict]] = [
    (sum_of("a + b", {"a": 1, "b": 2}), {"equals": 3}, HOLDS),
    (sum_of("a / b", {"a": 1, "b": 0}), {"equals": 3}, UNKNOWN),
    (
        sum_of("a", {"a": 1}, cases=[{"name": "x"}, {"name": "y", "terms": {"a": {"stated": 2}}}]),
        {"equals": 1},
        DEPENDS,
    ),
    (
        sum_of(
            "a",
            {},
            cases=[
                {"name": "known", "terms": {"a": {"stated": 1}}},
                {"name": "unknown", "terms": {"a": {"reference": "nobody-knows"}}},
            ],
        ),
        {"equals": 1},
        HOLDS,
    ),
    (
        sum_of("a", {"a": {"fact": {"item": "rtx-4090", "attribute": "tdp_w"}}}),
        {"equals": 450},
        HOLDS,
    ),
    (
        sum_of("a", {"a": {"fact": {"item": "rtx-4090", "attribute": "nvlink"}}}),
        {"equals": 0},
        UNKNOWN,
    ),
    (sum_of("a", {"a": {"reference": "psu-planning"}}), {"between": [0.5, 1]}, HOLDS),
    (sum_of("a", {"a": {"claim": "no-such-claim"}}), {"equals": 0}, UNKNOWN),
    (
        sum_of(
            "high - low",
            {
                "high": {"price": {"item": "rtx-a6000", "book": "2026-09", "end": "high"}},
                "low": {"price": {"item": "rtx-a6000", "book": "2026-09", "end": "low"}},
            },
        ),
        {"at_least": 0},
        HOLDS,
    ),
    (
        sum_of("a", {"a": {"price": {"item": "rtx-a6000", "book": "2026-09", "currency": "XXX"}}}),
        {"at_least": 0},
        UNKNOWN,
    ),
    (
        sum_of("a", {"a": {"price": {"item": "h100-sxm", "book": "2026-09"}}}),
        {"at_least": 0},
        UNKNOWN,
    ),
    (
        sum_of(
            "high / low",
            {
                end: {
                    "observed": {
                        "items": ["rtx-a6000"],
                        "since": "2015",
                        "until": "2035",
                        "statistic": statistic,
                    }
                }
                for end, statistic in (("low", "lowest"), ("high", "highest"))
            },
        ),
        {"at_least": 1.01, "tolerance": 0},
        HOLDS,
    ),
    (
        sum_of("a", {"a": {"weights_gb": {"model": "llama-3.1-8b", "precision": "bf16"}}}),
        {"equals": 16.06, "tolerance": 0.001},
        HOLDS,
    ),
    (
        sum_of("a", {"a": {"weights_gb": {"model": "flux.1-dev", "precision": "bf16"}}}),
        {"equals": 1},
        UNKNOWN,
    ),
    (
        sum_of(
            "a / 16",
            {"a": {"training_gb": {"model": "llama-3.1-8b", "method": "full", "part": "state"}}},
        ),
        {"equals": 8.03, "tolerance": 0.001},
        HOLDS,
    ),
    (
        sum_of("a", {"a": {"cache_gb": {"model": "llama-3.1-8b", "context_tokens": 8192}}}),
        {"equals": 1.0737},
        HOLDS,
    ),
    (
        sum_of("a", {"a": {"cache_gb": {"model": "bge-m3", "context_tokens": 512}}}),
        {"at_least": 0},
        HOLDS,
    ),
    (
        sum_of(
            "twice / once",
            {
                name: {"tokens_per_s": {"gpu": "rtx-4090", "bandwidth_gb_s": speed} | LLAMA}
                for name, speed in (("once", 500), ("twice", 1000))
            },
        ),
        {"equals": 2, "tolerance": 0},
        HOLDS,
    ),
    (
        sum_of(
            "min(ceiling - high, high - middle, middle - low)",
            {
                of: {"tokens_per_s": {"gpu": "rtx-4090", "of": of} | LLAMA}
                for of in ("ceiling", "high", "middle", "low")
            },
        ),
        {"at_least": 0.1, "tolerance": 0},
        HOLDS,
    ),
    (
        sum_of(
            "min(high - middle, middle - low)",
            {
                of: {
                    "tuning_tokens_per_s": {
                        "gpu": "rtx-pro-6000-ws",
                        "of": of,
                        "model": "llama-3.1-8b",
                        "method": "lora",
                    }
                }
                for of in ("high", "middle", "low")
            },
        ),
        {"at_least": 0.1, "tolerance": 0},
        HOLDS,
    ),
    (
        sum_of(
            "a",
            {
                "a": {
                    "tuning_tokens_per_s": {
                        "gpu": "rtx-4090",
                        "model": "llama-3.1-70b",
                        "method": "full",
                    }
                }
            },
        ),
        {"at_least": 0},
        UNKNOWN,
    ),
]
FITS: list[tuple[Data, Data, Verdict]] = [
    (fit("rtx-4090"), {"equals": "ok"}, HOLDS),
    (fit("rtx-4090", model="llama-3.1-70b"), {"equals": "no"}, HOLDS),
    (fit("rtx-4090", "rtx-pro-6000-ws", model="llama-3.1-70b"), {"equals": "no"}, DEPENDS),
    (
        fit("rtx-pro-6000-ws", model="llama-3.1-70b", cards=2, precision="bf16"),
        {"equals": "ok"},
        HOLDS,
    ),
    (fit("rtx-4090", utilisation=0.05), {"equals": "no"}, HOLDS),
    (fit("rtx-4090", sessions=64, context_tokens=8192), {"equals": "no"}, HOLDS),
    (fit("rtx-a6000", task="finetune", method="qlora"), {"equals": "ok"}, HOLDS),
    (fit("rtx-a6000", task="finetune", method="full"), {"equals": "no"}, HOLDS),
    (fit("rtx-a6000", task="image", model="flux.1-dev", precision="bf16"), {"equals": "ok"}, HOLDS),
    (fit("rtx-a6000", task="embedding", model="bge-m3", precision="bf16"), {"equals": "ok"}, HOLDS),
    (fit("rtx-a6000", task="image"), {"equals": "ok"}, UNKNOWN),
    (fit("rtx-4090"), {"equals": "fits"}, HOLDS),
    (fit("rtx-4090", model="llama-3.1-70b"), {"equals": "fits"}, REFUTED),
    (fit("w7900"), {"equals": "no"}, UNKNOWN),
    (
        fit(
            "rtx-4090",
            cases=[{"name": "one", "changes": {}}, {"name": "many", "changes": {"sessions": 500}}],
        ),
        {"equals": "ok"},
        DEPENDS,
    ),
    (
        fit("rtx-4090", cases=[{"name": "one", "changes": {"sessions": "many"}}]),
        {"equals": "ok"},
        UNKNOWN,
    ),
    (
        fit(
            "rtx-4090",
            model="llama-3.1-70b",
            cases=[
                {"name": "large", "changes": {"gpus": ["rtx-pro-6000-ws"], "context_tokens": 1024}}
            ],
        ),
        {"equals": "no"},
        REFUTED,
    ),
]
RATES: list[tuple[Data, Data, Verdict]] = [
    (rate("rtx-4090"), {"equals": 100}, HOLDS),
    (rate("rtx-4090"), {"at_least": 198}, REFUTED),
    (rate("rtx-4090", "rtx-pro-6000-ws"), {"equals": 198}, DEPENDS),
    (rate("rtx-4090", model="llama-3.1-70b"), {"equals": 0.1}, REFUTED),
    (rate("rtx-4090", sessions=32), {"equals": 198}, HOLDS),
    (rate("rtx-4090"), {"equals": 130}, REFUTED),
    (rate("rtx-4090"), {"equals": 130, "tolerance": 0.2}, HOLDS),
    (rate("rtx-4090"), {"at_most": 10}, REFUTED),
    (rate("rtx-4090"), {"at_most": 110}, UNKNOWN),
    (rate("rtx-4090"), {"at_most": 200}, HOLDS),
    (rate("w7900"), {"equals": 10}, UNKNOWN),
]
PRICES: list[tuple[Data, Data, Verdict]] = [
    (PRICE | PERIODS, {"between": [1000, 10_000]}, HOLDS),
    (
        PRICE
        | {
            "periods": [*PERIODS["periods"], {"name": "long ago", "since": "1990", "until": "1991"}]
        },
        {"at_most": 1},
        REFUTED,
    ),
    (PRICE | PERIODS | {"statistic": "lowest"}, {"at_least": 10_000}, REFUTED),
]
REFERENCES: list[tuple[Data, Data, Verdict]] = [
    ({"check": "reference", "ids": ["pue-office"]}, {"between": [1, 2]}, HOLDS),
    ({"check": "reference", "ids": ["pue-office", "nobody-knows"]}, {"at_most": 0.5}, REFUTED),
    ({"check": "reference", "ids": ["nobody-knows"]}, {"equals": 1}, UNKNOWN),
    ({"check": "reference", "ids": ["open-cards-side-by-side"]}, {"equals": False}, HOLDS),
    ({"check": "reference", "ids": ["open-cards-side-by-side"]}, {"equals": True}, REFUTED),
]


@pytest.mark.parametrize(
    ("about", "asserts", "expected"), [*FACTS, *SUMS, *FITS, *RATES, *PRICES, *REFERENCES]
)
def test_a_claim_has_the_verdict_of_its_facts(
    about: Data, asserts: Data, expected: Verdict, tmp_path: Path
) -> None:
    assert verdict(tmp_path, about, asserts) is expected


def test_a_comfortable_fit_uses_nine_tenths_and_a_tight_one_more(tmp_path: Path) -> None:
    words = {}
    for sessions in range(1, 40):
        about = fit("rtx-4090", context_tokens=8192, sessions=sessions)
        (found,) = judged(tmp_path, claim(about, {"equals": "ok"}))
        needed, usable = (float(w) for w in found.why.split() if w[0].isdigit())
        words[sessions] = (found.computed, needed / usable)
    assert {w for w, _ in words.values()} == {"ok", "edge", "no"}
    for word, share in words.values():
        low, high = {"ok": (0, 0.9), "edge": (0.9, 1), "no": (1, 9)}[f"{word}"]
        assert low - 0.005 <= share <= high + 0.005


def test_the_sum_is_shown_with_its_numbers(tmp_path: Path) -> None:
    (found,) = judged(tmp_path, claim(sum_of("max(a, b) * 2", {"a": 1, "b": 2000}), {"equals": 1}))
    assert found.why == "max(1, 2,000) * 2 = 4,000"
    assert found.computed == 4000


def test_a_number_that_another_claim_asserts_is_a_term_whatever_its_own_verdict(
    tmp_path: Path,
) -> None:
    wrong = claim(fact("tdp_w", "rtx-4090"), {"equals": 1000}, "first")
    double = claim(sum_of("2 * a", {"a": {"claim": "first"}}), {"equals": 2000}, "second")
    assert [j.verdict for j in judged(tmp_path, wrong, double)] == [REFUTED, HOLDS]


def test_prices_are_compared_without_tax_and_both_ends_of_a_range_count(tmp_path: Path) -> None:
    known = default_catalog()
    one = next(o for o in known.price_observations if o.value is None and o.currency == "USD")
    seen = one.model_copy(update={"low": 1200.0, "high": 2400.0, "vat_rate": 0.2})
    catalog = replace(known, price_observations=(seen,))
    for statistic, net in (("lowest", 1000), ("median", 1500), ("highest", 2000)):
        about = PRICE | {"items": [one.item], "statistic": statistic} | PERIODS
        (found,) = judged(tmp_path, claim(about, {"at_least": 0}), catalog=catalog)
        assert found.computed == net


def test_prices_are_counted_by_the_day_where_both_dates_have_one(tmp_path: Path) -> None:
    known = default_catalog()
    one = next(o for o in known.price_observations if o.value is not None and o.currency == "USD")
    seen = one.model_copy(update={"as_of": "2026-09-20", "value": 2000.0, "vat_rate": 0.0})
    catalog = replace(known, price_observations=(seen,))
    for since, until, counted in (
        ("2026-09-21", "2026-12", False),
        ("2026-09-20", "2026-09-20", True),
        ("2026-01", "2026-09-19", False),
        ("2026-09", "2026-Q3", True),
    ):
        period = {"name": "then", "since": since, "until": until}
        about = PRICE | {"items": [one.item], "periods": [period]}
        assert verdict(tmp_path, about, {"equals": 2000}, catalog) is (
            HOLDS if counted else UNKNOWN
        )


def test_a_price_seen_in_a_currency_without_a_rate_cannot_be_compared(tmp_path: Path) -> None:
    known = default_catalog()
    one = next(o for o in known.price_observations if known.sources[o.source].kind == "secondary")
    catalog = replace(known, price_observations=(one.model_copy(update={"currency": "XXX"}),))
    about = PRICE | {"items": [one.item]} | PERIODS
    (found,) = judged(tmp_path, claim(about, {"at_least": 0}), catalog=catalog)
    assert (found.verdict, found.why) == (UNKNOWN, "there is no exchange rate for XXX")


def test_a_speed_above_the_estimate_that_the_bandwidth_allows_is_told_as_such(
    tmp_path: Path,
) -> None:
    (found,) = judged(tmp_path, claim(rate("rtx-4090"), {"equals": 121}))
    assert found.verdict is HOLDS
    assert found.why.endswith("121 is above what is estimated, but the bandwidth allows it")
    (found,) = judged(tmp_path, claim(rate("rtx-4090"), {"equals": 60}))
    assert "above" not in found.why


def test_of_a_card_without_cuda_nothing_is_known_whatever_is_asked(tmp_path: Path) -> None:
    for about in (fit("w7900", task="finetune"), fit("mi300x"), rate("mi300x")):
        (found,) = judged(
            tmp_path, claim(about, {"equals": "no" if about["check"] == "fit" else 9e9})
        )
        assert found.verdict is UNKNOWN
        assert "nothing is known of them" in found.why
