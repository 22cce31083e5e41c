"""A finding is shown where it stands, whatever the line holds."""

from __future__ import annotations

import pickle

import pytest

from planner.errors import (
    AuditError,
    Diagnostic,
    ExitCode,
    InfeasibleError,
    InputError,
    InterruptedSearch,
    NoAnswerError,
    PlannerError,
    Span,
    columns,
    did_you_mean,
    nearest,
    render_all,
)
from planner.yaml_source import parse


def shown(line: str, column: int, end: int) -> list[str]:
    """The source line and the caret line of a finding."""
    text = Diagnostic("rule", "message", Span("x.yaml", 7, column, end), line).render()
    return text.split("\n")[3:5]


def test_a_finding_is_rendered_as_in_the_design() -> None:
    text = "\n" * 40 + "existing: [{gpu: rtx-pro-600, count: 2}]\n"
    document = parse(text, file="scenarios/lab.yaml")
    found = document.diagnostic(
        "unknown-gpu",
        "`rtx-pro-600` is not in the catalogue",
        ("existing", 0, "gpu"),
        hint="did you mean `rtx-pro-6000-ws`?",
    )
    assert found.render() == (
        "error[unknown-gpu]: `rtx-pro-600` is not in the catalogue\n"
        "  --> scenarios/lab.yaml:41:18\n"
        "   |\n"
        "41 | existing: [{gpu: rtx-pro-600, count: 2}]\n"
        "   |                  ^^^^^^^^^^^\n"
        "   = help: did you mean `rtx-pro-6000-ws`?"
    )


@pytest.mark.parametrize("name", ["lab", "日本語", "ｗｉｄｅ", "e\u0301te\u0301", "🦙", "über"])
def test_the_caret_stands_under_its_sign_in_any_script(name: str) -> None:
    line = f"{name}: @x"
    source, carets = shown(line, len(name) + 3, len(name) + 4)
    before = source[: source.index("@")]
    assert columns(carets[: carets.index("^")]) == columns(before)


def test_a_wide_value_is_underlined_in_full() -> None:
    _, carets = shown("name: 日本", 7, 9)
    assert carets.endswith("| " + " " * 6 + "^^^^")


def test_a_tab_takes_one_column() -> None:
    assert shown("\ta: 1", 2, 3) == ["7 |  a: 1", "  |  ^"]


def test_a_very_long_line_is_cut_around_the_caret() -> None:
    source, carets = shown("a" * 5000 + "HERE" + "b" * 5000, 5001, 5005)
    assert len(source) < 120
    assert source[carets.index("^") :].startswith("HERE")
    assert carets.count("^") == 4


def test_no_text_of_a_file_steers_the_terminal() -> None:
    evil = "\x1b[2J\u202e\u2028\x07"
    text = Diagnostic(f"rule{''}", evil, Span(evil, 1, 1, 3), evil, evil).render()
    assert all(line.isprintable() for line in text.split("\n"))
    assert len(text.split("\n")) == 6


def test_a_finding_about_a_whole_file_names_it() -> None:
    text = Diagnostic("empty-file", "no data", Span("x.yaml"), help="write some").render()
    assert text == "error[empty-file]: no data\n --> x.yaml\n  = help: write some"


def test_findings_are_sorted_by_place_and_counted() -> None:
    spans = [None, Span("b", 1, 1, 2), Span("a", 10, 1, 2), Span("a", 9, 5, 6), Span("a", 9, 1, 2)]
    text = render_all([Diagnostic(f"r{i}", "m", span) for i, span in enumerate(spans)])
    assert [line for line in text.split("\n") if "error" in line] == [
        "error[r4]: m", "error[r3]: m", "error[r2]: m", "error[r1]: m", "error[r0]: m", "5 errors",
    ]  # fmt: skip


def test_a_flood_of_findings_is_cut_and_its_size_said() -> None:
    text = render_all([Diagnostic("r", str(i)) for i in range(1234)])
    assert text.count("error[r]") == 100
    assert text.endswith("1234 errors; the first 100 are shown")


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("rtx-pro-600", "rtx-pro-6000-ws"),
        ("RTX A6000", "rtx-a6000"),
        ("a6000", "rtx-a6000"),
        ("rtx_4090", "rtx-4090"),
        ("mi300x", None),
        ("", None),
    ],
)
def test_a_misspelt_name_finds_its_neighbour_and_a_strange_one_finds_none(
    name: str, near: str | None
) -> None:
    known = ["rtx-a6000", "rtx-pro-6000-server", "rtx-pro-6000-ws", "rtx-pro-5000", "rtx-4090"]
    assert nearest(name, known) == near
    assert did_you_mean(name, known) == (f"did you mean `{near}`?" if near else None)


ERRORS: list[tuple[PlannerError, int]] = [
    (InputError([Diagnostic("rule", "message", Span("x.yaml", 1, 1, 2), "a: 1")]), 2),
    (InfeasibleError(["no card is large enough"]), 1),
    (AuditError(["chat: 3 of 4 sessions"]), 1),
    (NoAnswerError("out of time", ["best bound 5"]), 3),
    (InterruptedSearch(), 130),
]


@pytest.mark.parametrize(("error", "code"), ERRORS, ids=lambda e: type(e).__name__)
def test_every_error_has_its_exit_code_and_says_itself_as_data(
    error: PlannerError, code: int
) -> None:
    data = error.to_json()
    assert data["exit_code"] == error.exit_code == ExitCode(code)
    assert data["message"] == str(error)
    assert data["kind"] == error.kind != "error"


@pytest.mark.parametrize(("error", "code"), ERRORS, ids=lambda e: type(e).__name__)
def test_an_error_survives_the_way_between_processes(error: PlannerError, code: int) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.exit_code) == (type(error), str(error), code)
    assert {error: 1}[error] == 1


def test_data_of_an_input_error_holds_every_finding_in_order() -> None:
    spans = [Span("x.yaml", 9, 1, 2), Span("x.yaml", 3, 4, 8), Span("x.yaml")]
    error = InputError([Diagnostic("rule", "m", span) for span in spans])
    told = error.to_json()["diagnostics"]
    assert isinstance(told, list)
    assert [d["place"]["line"] for d in told] == [None, 3, 9]
    assert told[1]["place"] == {"file": "x.yaml", "line": 3, "column": 4, "end_column": 8}
