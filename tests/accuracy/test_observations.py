"""The measurements that come with the program."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from planner.accuracy.observations import Observation, load_models, load_observations
from planner.accuracy.peers import load_peers
from planner.accuracy.quantities import QUANTITIES
from planner.catalog.loading import default_catalog
from planner.errors import InputError

Rows = tuple[Observation, ...]


def test_every_row_belongs_to_one_quantity(rows: Rows) -> None:
    assert {sum(q.holds(row) for q in QUANTITIES) for row in rows} == {1}


def test_every_row_has_a_name_of_its_own(rows: Rows) -> None:
    assert max(Counter(row.id for row in rows).values()) == 1


def test_every_row_that_is_tried_names_a_model_and_every_row_a_source(rows: Rows) -> None:
    catalog = default_catalog()
    models = load_models(catalog)
    assert {row.model for row in rows if row.excluded is None} <= set(models)
    assert {row.source for row in rows} <= set(catalog.sources)


def test_a_row_that_is_not_tried_says_why(rows: Rows) -> None:
    left = [row for row in rows if row.excluded is not None]
    assert len(left) == 11
    assert all(len(f"{row.excluded}") > 20 for row in left)


def test_other_programs_are_compared_on_quantities_that_are_tried() -> None:
    assert {p.quantity for p in load_peers()} <= {q.name for q in QUANTITIES}
    assert all(p.low <= p.high for p in load_peers())


@pytest.mark.parametrize("wrong", ["measured_gib", "kind"])
def test_a_wrong_row_is_told_by_its_name(wrong: str, tmp_path: Path) -> None:
    values = {"id": "one", "kind": "vllm_weights", "model": "m", "precision": "bf16"}
    values |= {"measured_gib": "1.5", "source": "s", "as_of": "2026", wrong: "-1"}
    lines = [",".join(values), ",".join(values.values())]
    (tmp_path / "memory.csv").write_text("\n".join(lines))
    with pytest.raises(InputError, match="row `one`"):
        load_observations(tmp_path)


def test_a_wrong_error_of_another_program_is_told_by_its_row(tmp_path: Path) -> None:
    (tmp_path / "peers.csv").write_text("quantity,peer,low,high,source,as_of\nx,y,-1,2,s,2026\n")
    with pytest.raises(InputError, match=r"peers\.csv: row 1"):
        load_peers(tmp_path)
