"""Every rule and every part of the objective prints as its golden file says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from planner.formulation.model import row_text
from planner.formulation.objective import TERMS
from planner.formulation.rule import RuleFile, TermFile
from planner.formulation.rules import RULES
from planner.formulation.variables import Variables
from tests.formulation.scenes import SCENES, lab

GOLDEN = Path(__file__).parents[1] / "golden" / "rules"
SameAsGolden = Callable[[str, Path], None]


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.rule.name)
def test_the_rows_of_a_rule_print_as_expected(file: RuleFile, same_as_golden: SameAsGolden) -> None:
    problem = SCENES.get(file.rule.name, lab)()
    rows = [row_text(row) for row in file.rows(problem, Variables(problem))]
    assert rows, f"no scene in tests/formulation/scenes.py triggers {file.rule.name}"
    same_as_golden(page(file.rule.sentence, file.rule.unit, rows), golden_file(file.rule.name))


@pytest.mark.parametrize("file", TERMS, ids=lambda file: file.term.name)
def test_a_part_of_the_objective_prints_as_expected(
    file: TermFile, same_as_golden: SameAsGolden
) -> None:
    problem = SCENES.get(file.term.name, lab)()
    terms = file.cost(problem, Variables(problem)).terms
    assert terms, f"no scene in tests/formulation/scenes.py triggers {file.term.name}"
    lines = [f"  {factor} {variable}" for variable, factor in terms.items()]
    same_as_golden(page(file.term.sentence, "cents", lines), golden_file(file.term.name))


def page(sentence: str, unit: str, lines: list[str]) -> str:
    return "\n".join([sentence, f"In {unit}:", "", *lines, ""])


def golden_file(name: str) -> Path:
    return GOLDEN / f"{name}.txt"
