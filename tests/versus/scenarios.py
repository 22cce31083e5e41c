"""Small scenarios in which cards are compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

CHAT: Mapping[str, object] = {
    "name": "chat",
    "task": "inference",
    "model": "llama-3.1-8b",
    "precision": ["fp8"],
    "kv_cache": "fp8",
    "context_tokens": 8192,
    "slo": {"tokens_per_s_per_session": 20},
    "demand": [{"from": "2026-10", "concurrency": 12}],
}


def written(folder: Path, **changes: object) -> Path:
    """A scenario of one chat, with other top-level fields, as a file."""
    data = {
        "schema": 1,
        "name": "One chat",
        "start": "2026-10",
        "months": 24,
        "step_months": 12,
        "workloads": [CHAT],
        "sites": [
            {"name": "office", "facility_power_kw": 10, "pue": 1.2, "electricity_per_kwh": 0.2}
        ],
        "fleet": {"hosts": ["diy-desktop", "hp-z4-g5"]},
    }
    file = folder / "chat.yaml"
    file.write_text(json.dumps(data | changes), encoding="utf-8")
    return file
