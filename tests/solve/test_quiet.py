"""Solvers print nothing where the program's own output goes, and the program's own output stays."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

import planner
from planner.solve.backend import Program, Request
from planner.solve.mathopt import BACKENDS
from planner.solve.quiet import quiet_native_output
from planner.solve.settings import Method
from tests.formulation.scenes import lab_setup
from tests.solve.searches import by, model_of, solved

ROOT = Path(planner.__file__).parents[1]
SCRIPT = """
import sys
from planner.solve.settings import Listener
from tests.solve.searches import by, solved
from tests.solve.test_backends import random_setup
from planner.solve.settings import Method

listener = Listener(on_solution=lambda s: print("heard", flush=True))
for seed in (0, 3):
    for method in Method:
        solved(random_setup(seed), sys.argv[1], by(method, seconds=5.0), listener)
print("warned", file=sys.stderr)
"""


def native_noise() -> None:
    """What a native library does: it writes past Python, buffered and not."""
    os.write(1, b"noise")
    os.write(2, b"noise")
    library = ctypes.CDLL(None)
    library.puts(b"noise")
    library.fflush(None)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_native_noise_is_heard_outside_and_not_inside(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_native_output():
        native_noise()
    assert capfd.readouterr() == ("", "")
    native_noise()
    heard = capfd.readouterr()
    assert "noise" in heard.out
    assert "noise" in heard.err


def test_nested_use_is_quiet_until_the_outermost_ends(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_native_output():
        with quiet_native_output():
            native_noise()
        native_noise()
    assert capfd.readouterr() == ("", "")


def test_streams_and_descriptors_are_given_back_even_after_an_error() -> None:
    before, streams = open_files(), (sys.stdout, sys.stderr)
    for _ in range(20):
        with pytest.raises(KeyError), quiet_native_output():
            raise KeyError
    assert (sys.stdout, sys.stderr) == streams
    assert open_files() == before


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_solver_prints_nothing(backend: str, capfd: pytest.CaptureFixture[str]) -> None:
    setup = lab_setup()
    for method in Method:
        solved(setup, backend, by(method))
    model = model_of(setup)
    BACKENDS[backend].solve(Program(model.variables, model.rows, model.cost), Request(seconds=0.01))
    impossible = lab_setup(site={"facility_power_kw": 0.1})
    assert solved(impossible, backend, by(Method.AUTO)).infeasible
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_process_prints_its_own_words_and_nothing_else(backend: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, backend], cwd=ROOT, check=True, capture_output=True,
        text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=120,
    )  # fmt: skip
    assert set(done.stdout.splitlines()) == {"heard"}
    assert done.stderr == "warned\n"
