"""Constants that were fitted to measured rows, and how they are fitted anew without some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from planner.accuracy.estimating import Estimator
from planner.accuracy.observations import Kind, Observation

ROUNDS = 3
"""Gauss-Newton rounds: the forms are linear in their constants but for a choice of the larger."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Constants that were fitted to rows.

    Attributes:
        kinds: rows that they were fitted to.
        engine: whose they are.
        names: their names.
        by: what is left out in turn: a family, or a model where one family is all there is.
        version: rows of one version only.
    """

    kinds: tuple[Kind, ...]
    engine: str
    names: tuple[str, ...]
    by: Literal["family", "model"]
    version: str | None = None

    def uses(self, row: Observation) -> bool:
        """Whether a row is one that the constants are fitted to."""
        return row.kind in self.kinds and self.version in (None, row.version)

    def group(self, row: Observation) -> str:
        """What a row is left out with."""
        return row.family if self.by == "family" else row.model


ACTIVATION = Fit(("vllm_activation",), "vllm", ("logit_bytes", "hidden_factor"), "family")
GRAPHS = Fit(
    ("vllm_graphs",),
    "vllm",
    ("graph_base_gib", "graph_layer_gib", "graph_head_gib", "graph_moe_gib"),
    "family",
)
PROMPT_446 = Fit(
    ("generate_total",),
    "transformers-4.46",
    ("prefill_width", "prefill_hidden", "base_gib"),
    "model",
    "4.46",
)
PROMPT_451 = Fit(("generate_total",), "transformers", ("awq_width", "base_gib"), "model", "4.51")
TRAINING = Fit(
    ("lora_peak", "qlora_peak"),
    "trainer",
    ("fragmentation", "base_gib", "qlora_hidden_bytes"),
    "family",
)
FITS = (ACTIVATION, GRAPHS, PROMPT_446, PROMPT_451, TRAINING)
"""All of them."""


def fitted(estimator: Estimator, fit: Fit, rows: Sequence[Observation], without: str) -> Estimator:
    """Constants fitted to rows, one group left out: least squares of relative errors.

    A constant of which the rest says nothing keeps its value.
    """
    kept = [row for row in rows if fit.uses(row) and fit.group(row) != without]
    for _ in range(ROUNDS if kept else 0):
        residuals = _errors(estimator, kept)
        columns = []
        for name in fit.names:
            value = estimator.constant(fit.engine, name)
            step = 0.01 * max(abs(value), 0.1)
            moved = estimator.with_constant(fit.engine, name, value + step)
            columns.append((_errors(moved, kept) - residuals) / step)
        change = np.linalg.lstsq(np.array(columns).T, -residuals, rcond=1e-6)[0]
        for name, delta in zip(fit.names, change, strict=True):
            value = max(0.0, estimator.constant(fit.engine, name) + float(delta))
            estimator = estimator.with_constant(fit.engine, name, value)
    return estimator


def _errors(
    estimator: Estimator, rows: Sequence[Observation]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([estimator.estimate_gib(row) / row.measured_gib - 1 for row in rows])
