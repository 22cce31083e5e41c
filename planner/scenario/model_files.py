"""Reads a ``config.json`` and what stands beside it: its quantisation, and headers of weights."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from pydantic import ValidationError

from planner.catalog.architecture import ModelEntry
from planner.catalog.huggingface import entry_of
from planner.catalog.huggingface_files import Stored, of_headers, of_index, weighed
from planner.errors import InputError
from planner.yaml_source import read_bytes

MAX_CONFIG_BYTES = 1 << 20
MAX_INDEX_BYTES = 64 << 20
MAX_HEADER_BYTES = 100 << 20
"""The most that the safetensors format allows."""
CONFIG, INDEX, WEIGHTS = "config.json", "model.safetensors.index.json", "model.safetensors"
QUANTISATION = "hf_quant_config.json"
"""Where TensorRT Model Optimizer says how weights are quantised, if config.json does not."""


class UnreadableError(Exception):
    """A file does not describe a model."""


def model_of(path: Path, reference: str, *, name: str, source: str, as_of: str) -> ModelEntry:
    """The model of a config.json, or of the folder that holds one.

    Args:
        path: the file or the folder.
        reference: what the user called it, for messages.
        name: id of the model.
        source: id of the source of its dimensions.
        as_of: date of the source.

    Raises:
        UnreadableError: if it cannot be read, or does not describe a model that can be sized.
    """
    is_folder = os.path.isdir(path)  # noqa: PTH112  # Path.is_dir breaks on a name too long
    file = path / CONFIG if is_folder else path
    config = _object(file, reference, MAX_CONFIG_BYTES)
    beside = file.parent if file.name == CONFIG else None
    try:
        whole = config if beside is None else _quantised(config, beside)
        model = entry_of(whole, name=name, source=source, as_of=as_of)
        stored = None if beside is None or model.transformer is None else _stored(beside)
        dtype = config.get("torch_dtype", config.get("dtype"))
        return model if stored is None else weighed(model, stored, str(dtype))
    except ValueError as error:
        said = reason(error).removeprefix(f"`{name}`: ")
        raise UnreadableError(f"`{reference}` cannot be used: {said}") from None


def reason(error: ValueError) -> str:
    """What is wrong, in one line."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg'].removeprefix('Input ')}"


def _quantised(config: dict[str, object], folder: Path) -> dict[str, object]:
    """A configuration with what a file beside it says of its quantisation."""
    file = folder / QUANTISATION
    if config.get("quantization_config") or not file.exists():
        return config
    said = _object(file, QUANTISATION, MAX_CONFIG_BYTES).get("quantization")
    if not isinstance(said, Mapping):
        raise ValueError(f"`{QUANTISATION}` has no `quantization`")
    return {**config, "quantization_config": {"quant_method": "modelopt", **said}}


def _stored(folder: Path) -> Stored | None:
    """What the files of weights in a folder say, or None where there are none."""
    index, single = folder / INDEX, folder / WEIGHTS
    if not index.exists():
        return of_headers([_header(single)]) if single.exists() else None
    said = _object(index, INDEX, MAX_INDEX_BYTES)
    stored, places = of_index(said), said["weight_map"]
    assert isinstance(places, Mapping)
    files = [folder / Path(str(name)).name for name in dict.fromkeys(places.values())]
    if files and all(file.exists() for file in files):
        return of_headers(_headers(files))
    return stored


def _headers(files: list[Path]) -> Iterator[Mapping[str, object]]:
    for file in files:
        yield _header(file)


def _header(file: Path) -> Mapping[str, object]:
    """The header of a safetensors file; the weights themselves are not read."""
    try:
        with file.open("rb") as weights:
            length = int.from_bytes(weights.read(8), "little")
            text = weights.read(length) if length <= MAX_HEADER_BYTES else b""
    except OSError as error:
        raise UnreadableError(f"cannot read `{file.name}`: {error.strerror}") from None
    if not text or len(text) != length:
        raise UnreadableError(f"`{file.name}` has no header of safetensors")
    return _parsed(text, file.name)


def _object(path: Path, reference: str, most: int) -> dict[str, object]:
    try:
        text = read_bytes(path, most)
    except InputError as error:
        said = error.diagnostics[0].message.rpartition(": ")[2]
        raise UnreadableError(f"cannot read `{reference}`: {said}") from None
    if len(text) > most:
        raise UnreadableError(f"`{reference}` is larger than {most >> 20} MiB")
    return _parsed(text, reference)


def _parsed(text: bytes, reference: str) -> dict[str, object]:
    try:
        found = json.loads(text, parse_constant=_not_json)
    except json.JSONDecodeError as error:
        said = f"{error.msg.lower()}, in line {error.lineno}, column {error.colno}"
        raise UnreadableError(f"`{reference}` is not JSON: {said}") from None
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"`{reference}` is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise UnreadableError(f"`{reference}` does not hold a JSON object")
    return found


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not allowed")
