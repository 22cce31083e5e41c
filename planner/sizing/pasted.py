"""Reads a pasted command of vLLM: its flags, their aliases, and what is not considered.

Words are split as a shell does. What stands before `vllm serve` may set the environment or be
another program (`docker run ... vllm/vllm-openai`, `python -m vllm.entrypoints...`).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.errors import Diagnostic, InputError, did_you_mean

WRONG = "bad-command"
"""Id of every finding about a pasted command."""
ALIASES = {
    "-tp": "--tensor-parallel-size",
    "-pp": "--pipeline-parallel-size",
    "-dp": "--data-parallel-size",
    "-q": "--quantization",
}
COUNTED = frozenset({
    "--model", "--tensor-parallel-size", "--pipeline-parallel-size", "--max-model-len",
    "--max-num-seqs", "--max-num-batched-tokens", "--gpu-memory-utilization", "--kv-cache-dtype",
    "--quantization", "--dtype", "--enforce-eager", "--no-enforce-eager",
    "--kv-cache-memory-bytes",
})  # fmt: skip
"""Flags that the budget follows."""
HARMLESS = frozenset({
    "--host", "--port", "--api-key", "--served-model-name", "--trust-remote-code", "--tokenizer",
    "--tokenizer-mode", "--revision", "--download-dir", "--load-format", "--seed",
    "--uvicorn-log-level",
    "--enable-prefix-caching", "--no-enable-prefix-caching", "--enable-chunked-prefill",
    "--chat-template", "--reasoning-parser", "--tool-call-parser", "--enable-auto-tool-choice",
    "--disable-log-stats", "--disable-log-requests", "--enable-log-requests", "--generation-config",
    "--override-generation-config", "--root-path", "--middleware", "--allowed-origins",
    "--data-parallel-size", "--swap-space", "--distributed-executor-backend", "--response-role",
    "--scheduling-policy", "--async-scheduling", "--disable-uvicorn-access-log",
})  # fmt: skip
"""Flags that take no memory of a card."""
SWITCHES = frozenset({
    "--enforce-eager", "--no-enforce-eager", "--trust-remote-code", "--enable-prefix-caching",
    "--no-enable-prefix-caching", "--enable-chunked-prefill", "--no-enable-chunked-prefill",
    "--enable-auto-tool-choice", "--disable-log-stats", "--disable-log-requests",
    "--enable-log-requests", "--enable-expert-parallel", "--enable-lora", "--async-scheduling",
    "--disable-custom-all-reduce", "--enable-sleep-mode", "--disable-uvicorn-access-log",
    "--headless", "--calculate-kv-scales", "--disable-sliding-window", "--skip-tokenizer-init",
    "--disable-cascade-attn", "--language-model-only", "--enable-eplb", "--no-async-scheduling",
})  # fmt: skip
"""Flags without a value."""
_SERVER = "vllm.entrypoints.openai.api_server"
_END = re.compile(r"^(\||\|\||&&?|;|\d*>.*|&>.*|<.*)$")
_SETTING = re.compile(r"^([A-Za-z_][A-Za-z0-9_]*)=(.*)$", re.DOTALL)
_BINARY = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_DECIMAL = {"k": 10**3, "m": 10**6, "g": 10**9}


@dataclass(frozen=True, slots=True)
class Pasted:
    """A command as it was read.

    Attributes:
        model: what it serves: a name, an id or a path.
        flags: value of each flag that counts, by its long name; empty for a switch.
        environment: variables that it sets.
        ignored: flags and variables that are not considered.
    """

    model: str
    flags: dict[str, str]
    environment: dict[str, str]
    ignored: tuple[str, ...]

    def whole(self, flag: str) -> int | None:
        """A whole number above zero, also as people write it: 32k is 32,000, 32K is 32,768.

        Raises:
            InputError: if it is none.
        """
        text = self.flags.get(flag)
        if text is None:
            return None
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([kKmMgG]?)", text)
        unit = ({"": 1} | _BINARY | _DECIMAL)[match[2]] if match else 1
        number = float(match[1]) * unit if match else 0
        if number < 1 or number != int(number):
            raise wrong(f"{flag} wants a whole number above 0; `{text}` is none")
        return int(number)

    def share(self, flag: str) -> float | None:
        """A share above 0, up to 1.

        Raises:
            InputError: if it is none.
        """
        text = self.flags.get(flag)
        if text is None:
            return None
        if not re.fullmatch(r"\d*\.?\d+", text) or not 0 < float(text) <= 1:
            raise wrong(f"{flag} wants a share above 0, up to 1; `{text}` is none")
        return float(text)


def wrong(message: str, hint: str | None = None) -> InputError:
    """What is wrong with a command."""
    return InputError([Diagnostic(WRONG, message, help=hint)])


def read_command(text: str) -> Pasted:
    """Read a command of vLLM.

    Raises:
        InputError: if it is none, names no model, or a flag lacks its value.
    """
    try:
        words = shlex.split(re.sub(r"\\\r?\n", " ", text), comments=False)
    except ValueError as error:
        raise wrong(f"the command cannot be split into words: {str(error).lower()}") from None
    start = _start(words)
    if start is None:
        hint = did_you_mean(words[0], ["vllm"]) if words else None
        raise wrong("the command does not call `vllm serve`", hint)
    environment = dict(_settings(words[:start]))
    model, flags, ignored = _arguments(list(_until_end(words[start:])))
    model = flags.pop("--model", model)
    if not model:
        raise wrong("the command names no model", "`vllm serve MODEL ...`")
    unknown = [name for name in environment if name not in _READ]
    return Pasted(model, flags, environment, (*unknown, *ignored))


_READ = ("CUDA_VISIBLE_DEVICES", "VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS", "HF_TOKEN", "HF_HOME")
"""Variables that are considered, or that take no memory."""


def _start(words: Sequence[str]) -> int | None:
    """Where the arguments of the server begin."""
    for i, word in enumerate(words):
        if word.rpartition("/")[2] == "vllm" and words[i + 1 : i + 2] == ["serve"]:
            return i + 2
        if word == _SERVER or "vllm-openai" in word:
            return i + 1
    return None


def _settings(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Variables before the command, also those that `docker run -e` and `export` set."""
    for word in words:
        match = _SETTING.match(word.removeprefix("--env="))
        if match:
            yield match[1], match[2]


def _until_end(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        if _END.match(word):
            return
        yield word


def _arguments(words: list[str]) -> tuple[str, dict[str, str], list[str]]:
    """The model that stands without a flag, flags with their values, and what is ignored."""
    model, flags, ignored = "", dict[str, str](), list[str]()
    rest = iter(range(len(words)))
    for i in rest:
        word = words[i]
        if not word.startswith("-") or word == "-":
            model = model or word
            continue
        name, sign, value = word.partition("=")
        name = ALIASES.get(name, name.replace("_", "-") if name.startswith("--") else name)
        if name not in SWITCHES and not sign:
            value = _value(words, i, name)
            if i + 1 < len(words) and words[i + 1] == value:
                next(rest, None)
        if name in COUNTED:
            flags[name] = value
        elif name not in HARMLESS:
            ignored.append(name)
    return model, flags, ignored


def _value(words: Sequence[str], i: int, name: str) -> str:
    """The value of a flag: the next word, unless that is a flag; negative numbers are values."""
    following = words[i + 1] if i + 1 < len(words) else ""
    is_flag = following.startswith("-") and not re.fullmatch(r"-\d+(\.\d+)?", following)
    if following and not is_flag:
        return following
    if name in COUNTED:
        raise wrong(f"{name} has no value")
    return ""
