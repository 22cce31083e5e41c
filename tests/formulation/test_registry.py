"""The folders of rules and of parts of the objective are the lists, and each entry is complete."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from math import isfinite
from pathlib import Path
from pkgutil import iter_modules

import pytest

from planner.formulation import objective, rules
from planner.formulation.model import Model, build_model, row_text
from planner.formulation.objective import TERMS
from planner.formulation.problem import Problem
from planner.formulation.rule import Row, Rule, RuleFile, Term, TermFile
from planner.formulation.rules import RULES
from planner.formulation.variables import FAMILIES, Variables
from planner.sizing.sizing import size
from tests.fixtures.families import random_family_inputs
from tests.fixtures.options import random_case
from tests.formulation.scenes import ALL, lab, problem_of

TESTS = Path(__file__).parents[1]
RECORDS: list[tuple[Rule | Term, str]] = [
    *((file.rule, "rules") for file in RULES),
    *((file.term, "objective") for file in TERMS),
]
NAMES = [record.name for record, _ in RECORDS]
FAMILIES_OF = {
    "fleet": {"owned", "running", "installed", "kinds"},
    "housing": {
        "running", "installed", "builds", "replicas", "pools", "racked", "opened",
        "standing", "filled", "ways", "racked_machines", "racked_cards", "pieces", "shared",
        "sliced",
    },
    "serving": {
        "installed", "patterns", "replicas", "served", "cuts", "pools", "turns", "routed",
        "thresholds", "pieces", "shared", "sliced", "counted", "ceilings",
    },
}  # fmt: skip
"""What rules may bind, by what they say that they are about."""
OWNED_TOO = {"own_bridges", "own_racks"}
"""Rules about what else is bought to house or to serve: they bind what is owned as well."""


@pytest.mark.parametrize(("record", "folder"), RECORDS, ids=NAMES)
class TestEveryRuleAndEveryPartOfTheObjective:
    def test_has_a_sentence(self, record: Rule | Term, folder: str) -> None:
        assert record.sentence[0].isupper()
        assert record.sentence.endswith(".")

    def test_has_a_formula_with_balanced_braces(self, record: Rule | Term, folder: str) -> None:
        assert record.formula.strip()
        assert record.formula.count("{") == record.formula.count("}")

    def test_says_its_unit_or_its_category(self, record: Rule | Term, folder: str) -> None:
        assert record.unit if isinstance(record, Rule) else record.category

    def test_has_a_golden_file(self, record: Rule | Term, folder: str) -> None:
        text = (TESTS / "golden" / "rules" / f"{record.name}.txt").read_text(encoding="utf-8")
        assert text.startswith(record.sentence)

    def test_has_a_test_file_with_tests(self, record: Rule | Term, folder: str) -> None:
        module = import_module(f"tests.formulation.{folder}.test_{record.name}")
        assert any(name.startswith("test_") for name in vars(module))


def test_names_of_rules_and_parts_of_the_objective_are_unique() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize(("package", "files"), [(rules, RULES), (objective, TERMS)])
def test_a_file_bears_the_name_of_its_rule(
    package: object, files: Sequence[RuleFile | TermFile]
) -> None:
    modules = sorted(m.name for m in iter_modules(package.__path__))  # type: ignore[attr-defined]
    names = [f.rule.name if isinstance(f, RuleFile) else f.term.name for f in files]
    assert names == modules


def test_no_golden_file_and_no_test_file_outlives_its_rule() -> None:
    golden = {file.stem for file in (TESTS / "golden" / "rules").iterdir()}
    tested = {
        file.stem.removeprefix("test_")
        for folder in ("rules", "objective")
        for file in (TESTS / "formulation" / folder).glob("test_*.py")
    }
    assert golden == tested == set(NAMES)


def problems() -> list[Problem]:
    """Problems by hand, and random ones with groups, error correction and limits of all kinds."""
    randoms = [random_case(seed, "tiny") for seed in range(25)]
    families = [random_family_inputs(seed) for seed in range(60)]
    return [
        *(problem() for problem in ALL),
        *(problem_of(i, s) for i, s in randoms),
        *(problem_of(i, size(i)) for i in families),
    ]


@pytest.fixture(scope="module")
def models() -> list[Model]:
    return [build_model(problem) for problem in problems()]


def test_names_of_rows_and_of_variables_are_unique(models: list[Model]) -> None:
    for model in models:
        for things in (model.rows, model.variables):
            names = [thing.name for thing in things]
            assert len(set(names)) == len(names)


def test_rows_have_limits_and_finite_numbers(models: list[Model]) -> None:
    for row in (row for model in models for row in model.rows):
        limits = [n for n in (row.at_least, row.at_most) if n is not None]
        assert limits, row.name
        assert all(isfinite(n) for n in (*limits, *row.expression.terms.values())), row.name


def test_rows_bind_variables_of_the_model_only(models: list[Model]) -> None:
    for model in models:
        known = set(model.variables)
        for row in model.rows:
            assert row.expression.terms.keys() <= known, row.name


def test_variables_have_finite_bounds_and_a_documented_family(models: list[Model]) -> None:
    for variable in (v for model in models for v in model.variables):
        assert 0 <= variable.lower <= variable.upper < 10**9, variable
        assert variable.family in FAMILIES


def test_every_family_that_is_documented_occurs(models: list[Model]) -> None:
    assert {v.family for model in models for v in model.variables} == FAMILIES.keys()


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.rule.name)
def test_a_rule_binds_only_what_it_says_that_it_is_about(
    file: RuleFile, models: list[Model]
) -> None:
    mine = [row for model in models for row in model.rows if row.rule is file.rule]
    assert mine
    bound = families(mine) - ({"owned"} if file.rule.name in OWNED_TOO else set())
    assert bound <= FAMILIES_OF[file.rule.about]


@pytest.mark.parametrize("file", TERMS, ids=lambda file: file.term.name)
def test_a_part_of_the_objective_prices_only_what_it_says_that_it_is_about(
    file: TermFile, models: list[Model]
) -> None:
    priced = {v.family for m in models for v in file.cost(m.problem, Variables(m.problem)).terms}
    assert priced
    assert priced <= FAMILIES_OF[file.term.about]


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.rule.name)
def test_a_rule_concerns_every_problem_in_which_it_has_rows(
    file: RuleFile, models: list[Model]
) -> None:
    for model in models:
        if any(row.rule is file.rule for row in model.rows):
            assert file.applies(model.problem)


@pytest.mark.parametrize("file", TERMS, ids=lambda file: file.term.name)
def test_a_part_of_the_objective_concerns_every_problem_in_which_it_costs_something(
    file: TermFile, models: list[Model]
) -> None:
    for model in models:
        if file.cost(model.problem, Variables(model.problem)).terms:
            assert file.applies(model.problem)


@pytest.mark.parametrize("file", [*RULES, *TERMS], ids=lambda file: record_of(file).name)
def test_what_concerns_only_some_problems_leaves_the_plain_lab_alone(
    file: RuleFile | TermFile,
) -> None:
    folder = "rules" if isinstance(file, RuleFile) else "objective"
    module = import_module(f"planner.formulation.{folder}.{record_of(file).name}")
    assert file.applies(lab()) is not hasattr(module, "applies")


def test_rules_about_the_fleet_yield_the_same_rows_without_patterns_and_builds(
    models: list[Model],
) -> None:
    for model in models:
        bare = build_model(model.problem.restricted((), ()))
        assert fleet_rows(bare) == fleet_rows(model)


def families(rows: Sequence[Row]) -> set[str]:
    return {v.family for row in rows for v in row.expression.terms}


def fleet_rows(model: Model) -> list[str]:
    return [row_text(row) for row in model.rows if row.rule.about == "fleet"]


def record_of(file: RuleFile | TermFile) -> Rule | Term:
    return file.rule if isinstance(file, RuleFile) else file.term
