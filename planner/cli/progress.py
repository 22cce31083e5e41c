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
from typing import TYPE_CHECKING, Protocol, TypeVar

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
    """A line on the terminal that says where the search stands.

    Args:
        currency: of the scenario.
        shown: whether there is one; None: where standard error is a terminal.
    """
    if not (sys.stderr.isatty() if shown is None else shown):
        yield _silent
        return
    from rich.console import Console

    with os.fdopen(os.dup(2), "w", encoding=sys.stderr.encoding) as own:
        console = Console(file=own)
        with console.status("reading the scenario ...", spinner="line") as status:
            yield lambda progress: status.update(line_of(progress, currency))


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
