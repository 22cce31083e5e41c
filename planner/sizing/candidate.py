"""A replica of a language model on a card: what sessions cost there, and how many may run."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from planner.catalog.items import Gpu
from planner.sizing.option import Refusal
from planner.sizing.refusals import Subject
from planner.sizing.serving import Replica
from planner.sizing.setting import MILLION
from planner.sizing.steps import Machine, mean_step_s, prefill_s, step_s


@dataclass(frozen=True, slots=True)
class Point:
    """What a number of sessions costs, rounded to the safe side.

    Attributes:
        sessions: sessions at a time.
        memory_bytes: memory on each card.
        share_ppm: share of the card's time, millionths.
        step_us: longest time for which the card is busy without a pause, microseconds.
    """

    sessions: int
    memory_bytes: int
    share_ppm: int
    step_us: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A replica on a card or a group: what a number of sessions costs, and whether it may run.

    Attributes:
        subject: names for refusals.
        gpu: the card.
        replica: the replica.
        machine: the card as the engine drives it.
        usable: bytes that replicas may use on a card.
        rate: tokens per second that every session gets.
        ttft_ms: longest time to the first token, or None.
        slowdown: factor on steps, 1 for the middle of the range.
        prefill_slowdown: factor on prompts.
        max_share_ppm: share of the card's time that may be promised, millionths.
        step_share_of_period: share of its period that a step takes at most, where smaller parts
            of a prompt can keep it so.
    """

    subject: Subject
    gpu: Gpu
    replica: Replica
    machine: Machine
    usable: int
    rate: float
    ttft_ms: float | None
    slowdown: float
    prefill_slowdown: float
    max_share_ppm: int
    step_share_of_period: float

    def step_s(self, sessions: int) -> float:
        """Seconds between two tokens of a session, prompts of the others included."""
        return mean_step_s(self.replica.work, self.machine, sessions) * self.slowdown

    def share_ppm(self, step_s: float) -> int:
        """Share of the card's time: steps per second x seconds of a step, rounded up."""
        return ceil(step_s * self.rate * MILLION)

    def prefill_s(self) -> float:
        """Seconds of the mean prompt alone."""
        return prefill_s(self.replica.work, self.machine) * self.prefill_slowdown

    def ttft_s(self, step_s: float) -> float:
        """Seconds to the first token: the prompt, one step, and the wait for other prompts."""
        return self.prefill_s() * (1.0 + self.replica.engine.ttft_queue_share) + step_s

    def longest_step_s(self, sessions: int, mean_s: float) -> float:
        """Seconds for which a step keeps the card busy without a pause.

        A step carries a part of a prompt, at most the engine's chunk (chunked prefill, as in
        Sarathi-Serve). The part is cut smaller until the step takes ``step_share_of_period`` of
        its period, but never below the mean load of prompts, b i / o tokens a step, which must
        be carried in any case.
        """
        chunk = self.replica.chunk_tokens
        full = step_s(self.replica.work, self.machine, sessions, chunk) * self.slowdown
        return max(mean_s, min(full, self.step_share_of_period / self.rate))

    def point(self, sessions: int) -> Point:
        """What a number of sessions costs."""
        mean_s = self.step_s(sessions)
        return Point(
            sessions=sessions,
            memory_bytes=self.replica.memory_bytes(sessions),
            share_ppm=self.share_ppm(mean_s),
            step_us=ceil(self.longest_step_s(sessions, mean_s) * MILLION),
        )

    def full_power_mw(self) -> float:
        """Power above idle while it runs: (board power - idle) x activity, of the cards at work."""
        above_idle_mw = float((self.gpu.tdp_w - self.gpu.idle_w) * 1000)
        return above_idle_mw * self.replica.work.parallel * self.replica.engine.activity

    def fits(self, sessions: int) -> bool:
        """Whether a replica may hold some sessions; then it may hold fewer."""
        if self.replica.memory_bytes(sessions) > self.usable:
            return False
        mean_s = self.step_s(sessions)
        in_time = self.ttft_ms is None or self.ttft_s(mean_s) * 1000 <= self.ttft_ms
        return in_time and self.share_ppm(mean_s) <= self.max_share_ppm

    def refusal(self) -> Refusal:
        """Why not even one session fits."""
        replica = self.replica
        if replica.memory_bytes(1) > self.usable:
            parts = {"weights": replica.weight_bytes, "KV": replica.session_bytes}
            parts |= {"engine": replica.engine_bytes(1)}
            return self.subject.too_large(parts, self.usable, " at 1 session")
        mean_s = self.step_s(1)
        if self.share_ppm(mean_s) > self.max_share_ppm:
            got = self.max_share_ppm / MILLION / mean_s
            return self.subject.too_slow("one session", got, self.rate, "tokens/s")
        assert self.ttft_ms is not None
        return self.subject.too_late("ttft", "the first token", self.ttft_s(mean_s), self.ttft_ms)
