"""Keeps native libraries from printing where the program's own output goes."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

_LOCK = threading.Lock()
_DEPTH = 0


@contextlib.contextmanager
def quiet_native_output() -> Iterator[None]:
    """Silence what native code prints on file descriptors 1 and 2.

    Python's own ``sys.stdout`` and ``sys.stderr`` stay visible (they move to copies of the
    descriptors for the time), so progress can be shown and warnings are not lost. Nested and
    parallel use is fine: the outermost use redirects.
    """
    global _DEPTH
    with _LOCK:
        _DEPTH += 1
        restore = _redirect() if _DEPTH == 1 else None
    try:
        yield
    finally:
        with _LOCK:
            _DEPTH -= 1
            if restore is not None:
                restore.close()


def _redirect() -> contextlib.ExitStack:
    stack = contextlib.ExitStack()
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        kept = {fd: os.dup(fd) for fd in (1, 2)}
    except OSError:
        return stack
    null = os.open(os.devnull, os.O_WRONLY)
    for name, fd in (("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        if stream is getattr(sys, f"__{name}__"):
            shown = os.fdopen(os.dup(kept[fd]), "w", buffering=1)
            setattr(sys, name, shown)
            stack.callback(shown.close)
            stack.callback(setattr, sys, name, stream)
    for fd, copy in kept.items():
        os.dup2(null, fd)
        stack.callback(os.close, copy)
        stack.callback(os.dup2, copy, fd)
    stack.callback(os.close, null)
    return stack
