"""From cases to a verdict, and from a figure to whether it is what is asserted."""

from __future__ import annotations

from itertools import product

import pytest
from pydantic import ValidationError

from planner.catalog.schema import Scalar
from planner.claims.schema import (
    Asserted,
)
from planner.claims.verdicts import Judged, Outcome, Verdict, agrees, verdict_of
from tests.claims.pages import claim

CASES = [c for n in range(5) for c in product([True, False, None], repeat=n)]


def outcomes(*holds: bool | None) -> list[Outcome]:
    return [Outcome(f"case {i}", h, None, "", "because") for i, h in enumerate(holds)]


@pytest.mark.parametrize("holds", CASES)
def test_true_in_all_holds_in_none_is_refuted_in_some_depends(
    holds: tuple[bool | None, ...],
) -> None:
    found = verdict_of(outcomes(*holds))
    known = {h for h in holds if h is not None}
    assert (
        found
        is {
            frozenset(): Verdict.UNVERIFIABLE,
            frozenset({True}): Verdict.HOLDS,
            frozenset({False}): Verdict.REFUTED,
            frozenset({True, False}): Verdict.DEPENDS,
        }[frozenset(known)]
    )


@pytest.mark.parametrize("holds", [c for c in CASES if any(h is not None for h in c)])
def test_cases_that_nobody_knows_do_not_sway(holds: tuple[bool | None, ...]) -> None:
    known = [h for h in holds if h is not None]
    assert verdict_of(outcomes(*holds)) is verdict_of(outcomes(*known))


@pytest.mark.parametrize(
    ("asserted", "right", "wrong"),
    [
        ({"equals": 100}, [100, 101, 99, 100.5], [102, 98, None, "100 W", True]),
        ({"equals": 100, "tolerance": 0}, [100, 100.0], [100.1, 99.9]),
        ({"equals": 0}, [0, 0.0], [0.1, None, False, "none"]),
        ({"equals": -10, "tolerance": 0.5}, [-5, -15], [-4, -16, 10]),
        ({"equals": True}, [True], [False, 1, 1.0, None]),
        ({"equals": False}, [False], [True, 0, None]),
        ({"equals": "none"}, [None, "none", "None "], [0, False, "bridge"]),
        ({"equals": "GB202"}, ["GB202", "gb202"], ["GB203", None, 202]),
        ({"at_least": 10}, [10, 1e9], [9.99, None, True, "11"]),
        ({"at_most": 10}, [10, -1], [10.01, None, False, "9"]),
        ({"at_most": 10, "tolerance": 0.01}, [10.1, 10], [10.2]),
        ({"at_least": -10, "tolerance": 0.5}, [-15, 0], [-16]),
        ({"between": (5, 10)}, [4.95, 5, 7, 10.1], [4.9, 10.2, None, "7", True]),
        ({"between": (-10, -5), "tolerance": 0.1}, [-11, -4.5], [-12, -4]),
    ],
)  # fmt: skip
def test_a_figure_is_what_is_asserted_within_the_tolerance(
    asserted: dict[str, object], right: list[Scalar | None], wrong: list[Scalar | None]
) -> None:
    wanted = Asserted.model_validate(asserted)
    assert [v for v in right if not agrees(v, wanted)] == []
    assert [v for v in wrong if agrees(v, wanted)] == []


def test_years_and_counts_are_exact_unless_a_tolerance_is_given() -> None:
    year = Asserted.model_validate({"equals": 2024})
    loose = Asserted.model_validate({"equals": 2024, "tolerance": 0.01})
    assert not agrees(2025, year, exact=True)
    assert agrees(2024.0, year, exact=True)
    assert agrees(2025, year)
    assert agrees(2025, loose, exact=True)
    assert agrees(0.995, Asserted.model_validate({"equals": 1}), exact=True)


@pytest.mark.parametrize(
    "asserted",
    [
        {}, {"tolerance": 0.1}, {"equals": 1, "at_least": 1}, {"at_least": 1, "at_most": 2},
        {"between": (1, 2), "equals": "none"}, {"equals": 1, "tolerance": -0.1},
        {"equals": None}, {"equals": [1]}, {"between": (2, 1)}, {"equals": 1, "tolerance": 1.1},
        {"between": (1, 2, 3)}, {"at_least": "1"},
    ],
)  # fmt: skip
def test_one_test_is_asserted_and_no_other(asserted: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Asserted.model_validate(asserted)


def told(*cases: Outcome) -> Judged:
    from planner.claims.schema import Claim

    data = claim({"check": "reference", "ids": ("pue-office",)}, {"equals": 1})
    return Judged(Claim.model_validate(data), "page", verdict_of(cases), cases)


def test_cases_with_one_outcome_are_told_together_and_cards_after_what_is_different() -> None:
    found = told(
        Outcome("2k on a", True, "ok", "ok", "it fits"),
        Outcome("2k on b", True, "ok", "ok", "it fits"),
        Outcome("4k on a", True, "ok", "ok", "it fits"),
        Outcome("8k", False, "no", "no", "it does not"),
    )
    assert found.why == "holds (2k on a, b, 4k on a): it fits; does not (8k): it does not"
    assert found.computed is None


def test_a_figure_is_computed_where_every_case_that_is_known_has_the_same() -> None:
    known, unknown = Outcome("a", True, 4, "4", ""), Outcome("b", None, None, "unknown", "")
    assert told(known, unknown).computed == 4
    assert told(known, Outcome("c", True, 4.1, "4.1", "")).computed is None
    assert told(unknown).computed is None
