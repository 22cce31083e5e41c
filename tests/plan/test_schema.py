"""A plan file says numbers that can be calculated with."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from planner.plan.schema import Routed


@pytest.mark.parametrize("amount", [math.inf, -math.inf, math.nan, 1e300])
def test_requests_without_a_number_are_no_plan(amount: float) -> None:
    with pytest.raises(ValidationError):
        Routed(input_tokens=1, output_tokens=1, requests_per_s=amount)
