"""A pasted command on a card, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator

from planner.errors import printable
from planner.report.command_check import Checked
from planner.report.details_text import bars, fact
from planner.report.screen import Screen
from planner.report.sizes_json import budget_json
from planner.sizing.budget import Budget, Fit
from planner.sizing.server_remedies import FlagChange
from planner.sizing.vllm_server import Account, Server
from planner.units import gib

FIELDS = {
    "--max-model-len": "max_model_len",
    "--max-num-seqs": "max_num_seqs",
    "--max-num-batched-tokens": "max_num_batched_tokens",
    "--tensor-parallel-size": "cards",
}
"""Flags whose value is a number of the server."""


def check_text(checked: list[Checked], screen: Screen) -> str:
    """A command on some cards, one below the other."""
    return "\n\n".join("\n".join(_one(c, screen)) for c in checked) + "\n"


def _one(checked: Checked, screen: Screen) -> Iterator[str]:
    server, account = checked.server, checked.account
    what = f"{printable(checked.model.name)} in {server.precision} on {_on(checked)}"
    yield screen.bold(screen.wrapped(f"{what}: {_verdict(checked)}", "", "    "))
    if account is not None:
        yield from bars(_budget(account), screen)
        for name, text in _facts(checked, account):
            yield fact(name, text, screen)
    if checked.fit is Fit.NO:
        yield from _changes(checked, screen)
    yield screen.dim(screen.wrapped(_defaults(checked)))
    if checked.ignored:
        ignored = ", ".join(printable(flag) for flag in checked.ignored)
        yield screen.dim(screen.wrapped(f"Not considered: {ignored}."))


def _on(checked: Checked) -> str:
    return f"{checked.server.cards} x {checked.gpu}"


def _verdict(checked: Checked) -> str:
    if checked.why is not None or checked.account is None:
        return f"no; {checked.why}"
    count = checked.sequences
    return f"{checked.fit.value}, it starts and holds {_requests(count)} of full length at a time"


def _requests(count: int) -> str:
    return "1 request" if count == 1 else f"{count:,} requests"


def _budget(account: Account) -> Budget:
    """The memory of a card: what vLLM asks for, and what stands beside it."""
    taken = (
        *account.taken,
        ("cache", max(0, account.pool_bytes)),
        ("context", account.outside_bytes),
    )
    return Budget(taken, account.total_bytes, account.card_bytes)


def _facts(checked: Checked, account: Account) -> Iterator[tuple[str, str]]:
    server = checked.server
    asked = f"{gib(account.requested_bytes):.1f} of {gib(account.total_bytes):.1f} GiB"
    yield "vLLM asks for", f"{asked} of each card (--gpu-memory-utilization {server.utilisation:g})"
    if account.pool_bytes <= 0:
        return
    yield "cache", f"{account.pool_tokens:,} tokens, {gib(account.pool_bytes):.2f} GiB on each card"
    full = f"{account.concurrency:,.2f} at {server.max_model_len:,} tokens each"
    yield "max concurrency", f"{full}; --max-num-seqs {server.max_num_seqs:,}{_waiting(checked)}"


def _waiting(checked: Checked) -> str:
    account = checked.account
    if account is None or account.wrong or account.concurrency >= checked.server.max_num_seqs:
        return ""
    mean = account.pool_tokens // max(1, checked.server.max_num_seqs)
    return f" run together only while their mean length is {mean:,} tokens or less"


def _changes(checked: Checked, screen: Screen) -> Iterator[str]:
    if not checked.changes:
        yield screen.wrapped("  Nothing that was tried makes it fit.")
        return
    yield screen.wrapped("  What makes it fit, each tried by sizing it, the nearest first:")
    for change in checked.changes:
        yield screen.wrapped(_change(change), "  - ", "    ")


def _change(change: FlagChange) -> str:
    flags = ", ".join(flag_text(flag, change.server) for flag in change.changed)
    account = change.account
    full = f"{account.concurrency:,.1f} requests of {change.server.max_model_len:,} tokens"
    return f"{flags}: {account.fit.value}, a cache of {account.pool_tokens:,} tokens, {full}"


def flag_text(flag: str, server: Server) -> str:
    """A flag with its value in a command."""
    if flag in FIELDS:
        return f"{flag} {getattr(server, FIELDS[flag])}"
    match flag:
        case "--gpu-memory-utilization":
            return f"{flag} {server.utilisation:g}"
        case "--kv-cache-dtype":
            return f"{flag} {server.kv_cache}"
        case "--quantization" if server.precision == "fp8":
            return f"{flag} fp8"
        case "--quantization":
            return f"a checkpoint in {server.precision}"
        case "--kv-cache-memory-bytes":
            return f"without {flag}"
        case _:
            return flag


def _defaults(checked: Checked) -> str:
    filled = f" Not named, so as vLLM has it: {', '.join(checked.defaults)}." * bool(
        checked.defaults
    )
    return (
        "The budget is that of vLLM: weights, activations, libraries and graphs are taken from "
        f"what it asks for, the cache is the rest; the context stands beside it.{filled}"
    )


def check_json(checked: list[Checked]) -> list[dict[str, object]]:
    """The same for programs."""
    return [_json(c) for c in checked]


def _json(checked: Checked) -> dict[str, object]:
    account = checked.account
    return {
        "gpu": checked.gpu,
        "model": checked.model.id,
        "fits": checked.fit is not Fit.NO,
        "fit": checked.fit.value,
        "why": checked.why,
        "server": _server(checked.server),
        "defaults": list(checked.defaults),
        "not_considered": list(checked.ignored),
        "account": None if account is None else _account(account),
        "would_make_it_fit": [
            {
                "changed": [flag_text(flag, change.server) for flag in change.changed],
                "server": _server(change.server),
                "account": _account(change.account),
                "distance": round(change.distance, 3),
            }
            for change in checked.changes
        ],
    }


def _server(server: Server) -> dict[str, object]:
    return {
        "precision": server.precision,
        "kv_cache": server.kv_cache,
        "tensor_parallel_size": server.cards,
        "max_model_len": server.max_model_len,
        "max_num_seqs": server.max_num_seqs,
        "max_num_batched_tokens": server.max_num_batched_tokens,
        "gpu_memory_utilization": server.utilisation,
        "enforce_eager": not server.graphs,
        "kv_cache_memory_bytes": server.cache_bytes,
    }


def _account(account: Account) -> dict[str, object]:
    return {
        "fit": account.fit.value,
        "budget_gib": budget_json(_budget(account)),
        "requested_gib": round(gib(account.requested_bytes), 3),
        "cuda_total_gib": round(gib(account.total_bytes), 3),
        "kv_pool_gib": round(gib(account.pool_bytes), 3),
        "kv_pool_tokens": account.pool_tokens,
        "max_concurrency": round(account.concurrency, 3),
    }
