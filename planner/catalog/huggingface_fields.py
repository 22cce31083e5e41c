"""Typed access to the fields of a Hugging Face configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fields:
    """A configuration, read field by field.

    Attributes:
        data: the JSON object.
        id: name of the model, for messages.
        defaults: what transformers takes where a field is missing.
    """

    data: Mapping[str, object]
    id: str
    defaults: Mapping[str, int] = field(default_factory=dict)

    def size(self, name: str, default: int | None = None) -> int:
        """A positive whole number.

        Raises:
            ValueError: if it is missing without a default, or of another type.
        """
        value = self._get(name)
        if value is None:
            value = default
        if value is None:
            raise ValueError(f"`{self.id}`: config.json has no `{name}`")
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            raise ValueError(f"`{self.id}`: `{name}` is {value!r}, not a positive whole number")
        return value

    def count(self, name: str) -> int:
        """A whole number that may be 0, null or missing: 0 then.

        Raises:
            ValueError: if it is of another type.
        """
        return self.size(name) if self._get(name) else 0

    def flag(self, name: str, default: bool) -> bool:
        """A switch.

        Raises:
            ValueError: if it is of another type.
        """
        value = self.data.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ValueError(f"`{self.id}`: `{name}` is {value!r}, not true or false")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A name.

        Raises:
            ValueError: if it is missing without a default, or of another type.
        """
        value = self.data.get(name, default)
        if not isinstance(value, str):
            raise ValueError(f"`{self.id}`: config.json has no `{name}`")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of names, empty where it is missing.

        Raises:
            ValueError: if it is of another type.
        """
        value = self.data.get(name) or []
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise ValueError(f"`{self.id}`: `{name}` is not a list of names")
        return tuple(value)

    def inner(self, name: str, defaults: Mapping[str, int]) -> Fields:
        """An object inside, empty where it is missing.

        Raises:
            ValueError: if it is of another type.
        """
        value = self.data.get(name) or {}
        if not isinstance(value, Mapping):
            raise ValueError(f"`{self.id}`: `{name}` is not an object")
        return Fields(value, self.id, defaults)

    def head_dim(self) -> int:
        """Width of a head, as stated or hidden size / heads."""
        return self.size("head_dim", self.size("hidden_size") // self.size("num_attention_heads"))

    def _get(self, name: str) -> object:
        value = self.data.get(name)
        return self.defaults.get(name) if value is None else value
