"""The estimates under the constants of the shipped catalogue, tried once for all tests."""

from __future__ import annotations

import pytest

from planner.accuracy.estimating import Estimator
from planner.accuracy.memory import Accuracy, accuracy_of_memory
from planner.accuracy.observations import Observation, load_observations
from planner.catalog.loading import default_catalog


@pytest.fixture(scope="session")
def estimator() -> Estimator:
    return Estimator.of(default_catalog())


@pytest.fixture(scope="session")
def rows() -> tuple[Observation, ...]:
    return load_observations()


@pytest.fixture(scope="session")
def found(estimator: Estimator, rows: tuple[Observation, ...]) -> dict[str, Accuracy]:
    """Errors by quantity."""
    return {a.quantity.name: a for a in accuracy_of_memory(estimator, rows)}
