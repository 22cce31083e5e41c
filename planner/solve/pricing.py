"""Pricing of card patterns: the most valuable set of replicas that fits on one card, exactly.

A knapsack in bytes and time with at most one replica of each workload, integer levels and the
latency rule. Labels are extended workload by workload as arrays; a Lagrangian bound on what the
remaining workloads can add (valid for any multipliers, tight for good ones) prunes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.formulation.patterns import CardPattern, CardRoom, Families, pattern_of
from planner.sizing.option import Option

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_NO_PERIOD = np.iinfo(np.int64).max // 4
_NOBODY = -1
"""Step of nobody, shorter than that of any replica: everyone can wait for it."""
_STEPS = 24
_SHRINK = 0.8
_BLOCK = 1 << 21
_MOST_COMPARED = 512


@dataclass(frozen=True)
class Choices:
    """Options of one workload on one kind of card, as arrays; entry 0 means "not on this card".

    Attributes:
        workload: name of the workload.
        options: the options; None for entry 0.
        bytes: memory of each.
        share: share of the card's time, millionths.
        step: longest step, microseconds; that of nobody for entry 0.
        slack: longest step of another that it can wait for, microseconds; that of nobody if its
            own is longer than its period already.
        capacity: quanta of load that it carries.
        watts: power above idle for each quantum.
        ecc: whether the workload needs error correction.
    """

    workload: str
    options: tuple[Option | None, ...]
    bytes: Integers
    share: Integers
    step: Integers
    slack: Integers
    capacity: Floats
    watts: Floats
    ecc: bool


def choices_of(families: Families) -> list[Choices]:
    """Arrays for each workload, all precisions together."""
    return [_choices([o for levels in precisions for o in levels]) for precisions in families]


def _choices(options: Sequence[Option]) -> Choices:
    def whole(values: Sequence[int], none: int = 0) -> Integers:
        return np.array([none, *values], dtype=np.int64)

    slack = [
        _NO_PERIOD if o.period_us is None else max(_NOBODY, o.period_us - o.step_us)
        for o in options
    ]
    return Choices(
        workload=options[0].workload,
        options=(None, *options),
        bytes=whole([o.memory_bytes for o in options]),
        share=whole([o.share_ppm for o in options]),
        step=whole([o.step_us for o in options], _NOBODY),
        slack=whole(slack, _NO_PERIOD),
        capacity=np.array([0.0, *(float(o.capacity) for o in options)]),
        watts=np.array([0.0, *(float(o.watts_per_quantum) for o in options)]),
        ecc=options[0].ecc,
    )


def best_pattern(
    room: CardRoom, choices: Sequence[Choices], values: Sequence[Floats], at_least: float
) -> tuple[float, CardPattern | None]:
    """The most valuable pattern of a card.

    Args:
        room: what the card offers.
        choices: options of each workload.
        values: value of each option, for each workload; 0 for entry 0.
        at_least: only patterns worth more than this are of interest.

    Returns:
        Value and pattern; ``at_least`` and None if there is none.
    """
    worth, best = at_least, None
    for members, size in _cases(room, choices):
        found = _search(
            [choices[i] for i in members],
            [values[i] for i in members],
            (size, room.max_share_ppm),
            worth,
        )
        if found is not None:
            worth, best = found
    return worth, None if best is None else pattern_of(room.gpu, best)


def _cases(room: CardRoom, choices: Sequence[Choices]) -> list[tuple[list[int], int]]:
    """With error correction on for all workloads, and off for those that do not need it."""
    everyone = list(range(len(choices)))
    plain = [i for i in everyone if not choices[i].ecc]
    if len(plain) == len(everyone):
        return [(everyone, room.plain_bytes)]
    cases = [(everyone, room.ecc_bytes)]
    if plain and room.plain_bytes > room.ecc_bytes:
        cases.append((plain, room.plain_bytes))
    return cases


@dataclass(frozen=True)
class _Labels:
    """Partial patterns: what each has taken, its longest step, its least slack, its worth."""

    bytes: Integers
    share: Integers
    step: Integers
    slack: Integers
    value: Floats
    picks: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.value)

    def take(self, kept: Integers) -> _Labels:
        return _Labels(
            self.bytes[kept],
            self.share[kept],
            self.step[kept],
            self.slack[kept],
            self.value[kept],
            self.picks[kept],
        )


def _search(
    choices: Sequence[Choices],
    values: Sequence[Floats],
    room: tuple[int, int],
    at_least: float,
) -> tuple[float, list[Option]] | None:
    order = sorted(
        (i for i in range(len(choices)) if values[i].max() > 0), key=lambda i: -values[i].max()
    )
    choices, values = [choices[i] for i in order], [values[i] for i in order]
    bound = _Bound(choices, values, room)
    if not order or bound.at_root() <= at_least:
        return None
    labels = _start(len(order))
    for depth, (choice, value) in enumerate(zip(choices, values, strict=True)):
        best = max(at_least, float(labels.value.max()) * (1 - 1e-12))
        labels = _extended(labels, choice, value, depth, room, bound, best)
        if not len(labels):
            return None
    top = int(labels.value.argmax())
    if labels.value[top] <= at_least:
        return None
    picked = [c.options[k] for c, k in zip(choices, labels.picks[top], strict=True)]
    return float(labels.value[top]), [o for o in picked if o is not None]


def _start(depth: int) -> _Labels:
    nothing = np.zeros(1, dtype=np.int64)
    step, slack = (np.full(1, n, dtype=np.int64) for n in (_NOBODY, _NO_PERIOD))
    picks = np.zeros((1, depth), dtype=np.int32)
    return _Labels(nothing, nothing, step, slack, np.zeros(1), picks)


class _Bound:
    """What bytes and time that are left can still be worth.

    For prices p, q of a byte and of a share, no completion adds more than p x bytes left +
    q x share left + the sum over the remaining workloads of max(value - p bytes - q share).
    """

    def __init__(
        self, choices: Sequence[Choices], values: Sequence[Floats], room: tuple[int, int]
    ) -> None:
        self._room = room
        self._prices = self._good_prices(choices, values)
        gains = [
            float(self._gain(c, v, self._prices).max())
            for c, v in zip(choices, values, strict=True)
        ]
        self._tails = np.cumsum([0.0, *gains[::-1]])[::-1]

    def at_root(self) -> float:
        """No pattern is worth more than this."""
        return (
            self._prices[0] * self._room[0]
            + self._prices[1] * self._room[1]
            + float(self._tails[0])
        )

    def reach(self, labels: _Labels, depth: int) -> Floats:
        """No completion of a label is worth more than this, ``depth`` workloads being decided."""
        left = self._prices[0] * (self._room[0] - labels.bytes)
        left = left + self._prices[1] * (self._room[1] - labels.share)
        reach: Floats = labels.value + left + self._tails[depth]
        return reach

    @staticmethod
    def _gain(choice: Choices, value: Floats, prices: tuple[float, float]) -> Floats:
        gain: Floats = value - prices[0] * choice.bytes - prices[1] * choice.share
        return gain

    def _good_prices(
        self, choices: Sequence[Choices], values: Sequence[Floats]
    ) -> tuple[float, float]:
        """Prices with a small bound, by a subgradient method with shrinking steps."""
        scale = sum(float(v.max()) for v in values)
        x = y = step = 0.5
        best, prices = np.inf, (0.0, 0.0)
        for _ in range(_STEPS):
            tried = (x * scale / self._room[0], y * scale / self._room[1])
            bound, used = (x + y) * scale, [0, 0]
            for choice, value in zip(choices, values, strict=True):
                gain = self._gain(choice, value, tried)
                k = int(gain.argmax())
                bound += float(gain[k])
                used[0] += int(choice.bytes[k])
                used[1] += int(choice.share[k])
            if bound < best:
                best, prices = bound, tried
            over = (used[0] / self._room[0] - 1, used[1] / self._room[1] - 1)
            norm = max(1e-9, (over[0] ** 2 + over[1] ** 2) ** 0.5)
            x, y = max(0.0, x + step * over[0] / norm), max(0.0, y + step * over[1] / norm)
            step *= _SHRINK
        return prices


def _extended(
    labels: _Labels,
    choice: Choices,
    value: Floats,
    depth: int,
    room: tuple[int, int],
    bound: _Bound,
    best: float,
) -> _Labels:
    """Every label with every option that fits and can still beat ``best``; in blocks of memory."""
    rows = max(1, _BLOCK // len(choice.bytes))
    parts = []
    for start in range(0, len(labels), rows):
        block = labels.take(np.arange(start, min(start + rows, len(labels))))
        part = _joined(block, choice, value, depth, room)
        reach = bound.reach(part, depth + 1)
        best = max(best, float(part.value.max(initial=best)) * (1 - 1e-12))
        parts.append(part.take(np.flatnonzero(reach > best)))
    every = parts[0] if len(parts) == 1 else _stacked(parts)
    return _undominated(every.take(np.flatnonzero(bound.reach(every, depth + 1) > best)))


def _joined(
    labels: _Labels, choice: Choices, value: Floats, depth: int, room: tuple[int, int]
) -> _Labels:
    taken = labels.bytes[:, None] + choice.bytes[None, :]
    share = labels.share[:, None] + choice.share[None, :]
    fits = (taken <= room[0]) & (share <= room[1])
    fits &= choice.step[None, :] <= labels.slack[:, None]
    fits &= labels.step[:, None] <= choice.slack[None, :]
    row, column = np.nonzero(fits)
    picks = labels.picks[row]
    picks[:, depth] = column
    return _Labels(
        taken[row, column],
        share[row, column],
        np.maximum(labels.step[row], choice.step[column]),
        np.minimum(labels.slack[row], choice.slack[column]),
        labels.value[row] + value[column],
        picks,
    )


def _stacked(parts: Sequence[_Labels]) -> _Labels:
    return _Labels(
        np.concatenate([p.bytes for p in parts]),
        np.concatenate([p.share for p in parts]),
        np.concatenate([p.step for p in parts]),
        np.concatenate([p.slack for p in parts]),
        np.concatenate([p.value for p in parts]),
        np.concatenate([p.picks for p in parts]),
    )


def _undominated(labels: _Labels) -> _Labels:
    """Drop labels that one of the most valuable beats with no more of anything."""
    if len(labels) < 2:
        return labels
    labels = labels.take(np.lexsort((labels.share, labels.bytes, -labels.value)))
    alive = np.ones(len(labels), dtype=np.bool_)
    for i in range(min(_MOST_COMPARED, len(labels))):
        if alive[i]:
            rest = slice(i + 1, None)
            alive[rest] &= ~(
                (labels.bytes[rest] >= labels.bytes[i])
                & (labels.share[rest] >= labels.share[i])
                & (labels.step[rest] >= labels.step[i])
                & (labels.slack[rest] <= labels.slack[i])
            )
    return labels.take(np.flatnonzero(alive))
