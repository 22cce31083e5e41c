"""Which cards may be built into a host."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.catalog.loading import default_catalog, load_overlays
from planner.errors import InputError


def overlay(folder: Path, gpu: str) -> Path:
    """A system with two of a card built in, like one that is known, under another name."""
    entry = next(h for h in default_catalog().hosts.values() if h.built_in is not None)
    data = entry.model_dump(mode="json", by_alias=True, exclude_none=True)
    data |= {"id": "prebuilt", "name": "Prebuilt"}
    data["built_in"]["value"] = {"gpu": gpu, "count": 2}
    file = folder / "overlay.yaml"
    file.write_text(json.dumps({"schema": 1, "hosts": [data]}))
    return file


def test_a_card_that_is_sold_loose_cannot_be_built_in(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_overlays(default_catalog(), [overlay(tmp_path, "rtx-a6000")])
    (found,) = caught.value.diagnostics
    assert found.rule == "built-in-card"
    assert found.span is not None


def test_a_module_can_be_built_in(tmp_path: Path) -> None:
    assert "prebuilt" in load_overlays(default_catalog(), [overlay(tmp_path, "h100-sxm")]).hosts
