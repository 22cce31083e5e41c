"""A pasted command of vLLM on a card: what it serves, whether it fits, and what would make it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor
from pathlib import Path

from planner.catalog.architecture import ModelEntry
from planner.catalog.loading import default_catalog
from planner.catalog.names import must_be_known
from planner.report.pasted_server import is_automatic, model_of, server_of_pasted
from planner.scenario.inputs import Inputs
from planner.scenario.question import Question, inputs_of
from planner.scenario.workloads import InferenceWorkload
from planner.sizing.budget import Fit
from planner.sizing.option import Refusal
from planner.sizing.pasted import Pasted, read_command
from planner.sizing.server_remedies import FlagChange, flag_changes, longest, trial
from planner.sizing.setting import Setting
from planner.sizing.vllm_server import Account, Server, account


@dataclass(frozen=True, slots=True)
class Checked:
    """A command on one kind of card.

    Attributes:
        gpu: the card.
        model: what it serves.
        server: what it asks for, defaults filled in.
        defaults: flags that it does not name.
        ignored: flags and variables that were not considered.
        account: what becomes of the memory; None where the model does not run there so.
        why: why it does not fit, or None.
        changes: what would make it fit, the nearest first.
    """

    gpu: str
    model: ModelEntry
    server: Server
    defaults: tuple[str, ...]
    ignored: tuple[str, ...]
    account: Account | None
    why: str | None
    changes: tuple[FlagChange, ...]

    @property
    def fit(self) -> Fit:
        """Whether it fits."""
        return Fit.NO if self.account is None else self.account.fit

    @property
    def sequences(self) -> int:
        """Requests of full length at a time."""
        return 0 if self.account is None else floor(self.account.concurrency)


def check_command(
    text: str, gpus: Sequence[str], model: str | None = None, *, ecc: bool = False
) -> list[Checked]:
    """A command on some cards.

    Args:
        text: the command as it is pasted.
        gpus: ids of cards.
        model: an id of the catalogue or the path of a config.json, where the command names a path.
        ecc: whether error correction is on.

    Raises:
        InputError: if it is no command of vLLM, or names something that is not known.
    """
    pasted, catalog = read_command(text), default_catalog()
    also = "`planner catalog list gpus` shows all"
    must_be_known("unknown-gpu", gpus, catalog.gpus, "a card of the catalogue", also)
    reference, told = model_of(model or pasted.model, pasted, catalog)
    inputs = inputs_of(Question(reference, task="inference", ecc=ecc), catalog, Path())
    return [_checked(inputs, pasted, gpu, told) for gpu in gpus]


def _checked(inputs: Inputs, pasted: Pasted, gpu_id: str, told: str | None) -> Checked:
    setting, gpu = Setting.of(inputs), inputs.gpus()[gpu_id]
    (workload,) = inputs.scenario.workloads
    assert isinstance(workload, InferenceWorkload)
    model = inputs.model(workload)
    server, defaults = server_of_pasted(pasted, inputs, gpu, model, told)
    if is_automatic(pasted):
        server = longest(trial(setting, inputs, workload, gpu), server)
    found = account(setting, inputs, workload, gpu, server)
    ready = found if not isinstance(found, Refusal) else None
    why = found.text if isinstance(found, Refusal) else found.wrong
    changes = () if why is None else flag_changes(setting, inputs, workload, gpu, server)
    return Checked(gpu_id, model, server, defaults, pasted.ignored, ready, why, changes)
