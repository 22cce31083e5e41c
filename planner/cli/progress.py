"""Shows how a search goes, and lets Ctrl-C end it with what it has."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from types import FrameType
from typing import TYPE_CHECKING, Protocol, TextIO, TypeVar

from planner.units import money

if TYPE_CHECKING:
    from planner.solve.backend import Stop
    from planner.solve.settings import Progress

T = TypeVar("T")
_TICK_SECONDS = 0.1


class Display(Protocol):
    """Where progress is shown."""

    def __call__(self, progress: Progress) -> None:
        """Show where the search stands."""


def in_background(task: Callable[[], T], stop: Stop) -> T:
    """Run a search off the main thread, so that Ctrl-C is heard while a solver is at work.

    The first Ctrl-C asks the search to end with the best that it has; the second gives up.

    Raises:
        KeyboardInterrupt: on the second Ctrl-C.
    """
    with ThreadPoolExecutor(max_workers=1) as pool, _heard(stop):
        future = pool.submit(task)
        try:
            return _awaited(future)
        except KeyboardInterrupt:
            os._exit(130)


def _awaited(future: Future[T]) -> T:
    while True:
        try:
            return future.result(timeout=_TICK_SECONDS)
        except NotYet:
            if future.done():
                return future.result()


@contextlib.contextmanager
def _heard(stop: Stop) -> Iterator[None]:
    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        if stop.requested:
            raise KeyboardInterrupt
        stop.request()

    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def display(currency: str, *, shown: bool | None) -> Iterator[Display]:
    """Says on standard error where the search stands: a live line, or one for each better plan.

    Args:
        currency: of the scenario.
        shown: whether anything is shown; None: where standard error is a terminal.
    """
    live = sys.stderr.isatty()
    if not (live if shown is None else shown):
        yield _silent
        return
    with os.fdopen(os.dup(2), "w", encoding=sys.stderr.encoding) as own:
        if not live:
            yield _Lines(own, currency)
            return
        from rich.console import Console

        with Console(file=own).status("first fleet ...", spinner="line") as status:
            yield lambda progress: status.update(line_of(progress, currency))


class _Lines:
    """One line for each better plan."""

    def __init__(self, file: TextIO, currency: str) -> None:
        self._file, self._currency = file, currency
        self._cost: float | None = None

    def __call__(self, progress: Progress) -> None:
        """Write a line where the cost is another than before."""
        if progress.cost != self._cost:
            self._cost = progress.cost
            print(line_of(progress, self._currency), file=self._file, flush=True)


def line_of(progress: Progress, currency: str) -> str:
    """Where a search stands, on one line."""
    head = f"{progress.seconds:5.1f} s  "
    if progress.cost is None:
        return f"{head}no fleet yet  {progress.doing}"
    told = f"{head}best {money(round(progress.cost), currency)}"
    if progress.gap is not None:
        bound = money(round(progress.bound), currency)
        told += f"  none below {bound}  gap {progress.gap * 100:.2f} %"
    return f"{told}  {progress.doing}"


def _silent(progress: Progress) -> None:
    del progress
