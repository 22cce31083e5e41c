"""Laws of what may be compared: names, overlays, lists of the scenario, and its own prices."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.catalog.loading import data_folder, default_catalog
from planner.claims.choosing import scenarios_folder
from planner.cli.main import run
from planner.errors import InputError
from planner.formulation.setup import set_up
from planner.scenario.inputs import Inputs
from planner.scenario.loading import load_scenario, read_scenario
from planner.sizing.sizing import size
from planner.studies.choices import State, bill_of
from planner.studies.obstacles import obstacles
from planner.versus.conditions import alone, conditions
from planner.versus.economics import economics
from planner.versus.head_to_head import head_to_head
from planner.versus.priced import at_prices, goods, price_of
from tests.versus.scenarios import written

A, B = "rtx-4090", "rtx-pro-6000-maxq"


def shipped() -> Inputs:
    return load_scenario(scenarios_folder() / "versus.yaml")


def overlay(folder: Path) -> Path:
    """A catalogue file with a card of one's own: the RTX 4090 under another name."""
    text = (data_folder() / "gpus" / f"{A}.yaml").read_text(encoding="utf-8")
    file = folder / "own.yaml"
    file.write_text(text.replace(f"id: {A}", "id: our-card"), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"catalog": {"exclude": [A]}}, "catalog.exclude names it"),
        ({"fleet": {"hosts": ["diy-desktop"], "gpus": [B]}}, "fleet.gpus does not name it"),
    ],
)
def test_a_card_that_the_scenario_shuts_out_is_refused_with_the_reason(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=f"does not let `{A}` be used: {message}"):
        head_to_head(A, B, written(tmp_path, **changes))


def test_a_card_that_only_an_overlay_knows_is_compared(tmp_path: Path) -> None:
    own = overlay(tmp_path)
    quotes = [{"item": "our-card", "price": 2000}]
    of_scenario = written(tmp_path, catalog={"overlays": [own.name]}, quotes=quotes)
    found = head_to_head("our-card", B, of_scenario)
    assert found.winners[0].winner == "our-card"
    with pytest.raises(InputError, match="did you mean `our-card`"):
        head_to_head("our-crd", B, of_scenario)


def test_the_command_takes_an_overlay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own, file = overlay(tmp_path), written(tmp_path)
    command = ["versus", "our-card", B, "--workloads", str(file), "--overlay", str(own), "--json"]
    assert run(command) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["gpus"] == ["our-card", B]


def test_the_price_of_a_card_is_the_one_that_the_scenario_plans_with(tmp_path: Path) -> None:
    quotes = [{"item": A, "price": 2500, "source": "offer 7"}]
    found = head_to_head(A, B, written(tmp_path, quotes=quotes))
    cost = found.economics[0]
    assert (cost.price, cost.basis) == (2500.0, "the scenario's own (offer 7)")
    assert found.trades is not None
    assert found.trades.same_money[0].price % 2500 == 0
    raised = next(c for c in found.winners[0].conditions if c.kind == "price" and A in c.text)
    assert "(now 2,500)" in raised.text


def test_a_break_even_takes_the_place_of_every_quote_of_the_card(tmp_path: Path) -> None:
    later = [{"item": A, "price": 900}, {"item": A, "price": 100, "from": "2027-01"}]
    quotes = [*later, {"item": B, "price": 9000}]
    inputs = load_scenario(written(tmp_path, step_months=3, quotes=quotes))
    changed = at_prices(inputs, {A: 5000.0})
    assert [(q.item, q.price) for q in changed.scenario.quotes] == [(B, 9000), (A, 5000)]
    workload = inputs.scenario.workloads[0]
    costs = tuple(bill_of(gpu, (gpu,), inputs) for gpu in (A, B))
    found = [c for c in conditions(inputs, workload, (A, B), A, costs) if c.kind == "price"]
    raised = next(c for c in found if A in c.text)
    assert raised.value is not None
    at_it = bill_of(A, (A,), at_prices(inputs, {A: raised.value}))
    assert at_it.cents == pytest.approx(costs[1].cents, rel=0.02)


def test_the_shipped_hosts_take_every_card_and_none_of_them_slows_groups_down() -> None:
    inputs = shipped()
    loose = [h for h in inputs.hosts().values() if h.built_in is None]
    assert {h.pcie_generation for h in loose} == {5}
    cards = [
        {
            "name": gpu, "task": "fixed", "gpus": [gpu], "need": {"cards": 1},
            "demand": [{"from": inputs.scenario.start, "count": 1}],
        }
        for gpu in default_catalog().gpus
    ]  # fmt: skip
    data = inputs.scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
    asked = read_scenario(json.dumps({**data, "workloads": cards}), file="cards")
    sizing = size(asked)
    assert obstacles(sizing, set_up(asked, sizing)) == []
    assert all(price_of(inputs, host) for host in inputs.hosts())


def test_a_module_is_planned_in_the_hosts_that_it_is_built_into() -> None:
    inputs = shipped()
    chat = alone(inputs, inputs.scenario.workloads[0])
    found = bill_of("h100-sxm", ("h100-sxm",), chat)
    assert found.state is State.CAN
    bought = goods(inputs, "h100-sxm")
    assert set(bought) == {"dgx-h100", "hgx-h100-8"}
    assert dict(found.bought).keys() & bought.keys()
    assert "built into dgx-h100 at USD 290,000" in economics(
        inputs, "h100-sxm", 70.0, None, None
    ).basis  # fmt: skip


def test_the_price_of_a_module_is_varied_with_that_of_its_hosts() -> None:
    inputs = shipped()
    workload = inputs.scenario.workloads[0]
    asked = alone(inputs, workload)
    dear = at_prices(asked, {"h100-nvl": 200_000.0})
    gpus = ("h100-sxm", "h100-nvl")
    costs = tuple(bill_of(gpu, (gpu,), dear) for gpu in gpus)
    found = list(conditions(dear, workload, gpus, "h100-nvl", costs))
    cut = next(c for c in found if c.kind == "price" and "dgx-h100" in c.text)
    assert "cost less than about 0." in cut.text
    assert cut.winner == "h100-sxm"
