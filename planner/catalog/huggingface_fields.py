"""Typed access to the fields of a Hugging Face configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Fields:
    """A configuration, read field by field.

    Attributes:
        data: the JSON object.
        id: name of the model, for messages.
        defaults: what transformers takes where a field is missing.
        names: what a family calls a field, where it has a name of its own for it.
    """

    data: Mapping[str, object]
    id: str
    defaults: Mapping[str, int | bool] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def own(self, name: str) -> str:
        """What the family calls a field."""
        return self.names.get(name, name)

    def size(self, name: str, default: int | None = None) -> int:
        """A positive whole number.

        Raises:
            ValueError: if it is missing without a default, or of another type.
        """
        value = self._get(name)
        if value is None:
            value = default
        if value is None:
            raise ValueError(f"`{self.id}`: config.json has no `{self.own(name)}`")
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            wrong = f"`{self.own(name)}` is {value!r}, not a positive whole number"
            raise ValueError(f"`{self.id}`: {wrong}")
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
        value = self._get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ValueError(f"`{self.id}`: `{self.own(name)}` is {value!r}, not true or false")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """A name.

        Raises:
            ValueError: if it is missing without a default, or of another type.
        """
        value = self.data.get(self.own(name), default)
        if not isinstance(value, str):
            raise ValueError(f"`{self.id}`: config.json has no `{self.own(name)}`")
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

    def numbers(self, name: str) -> tuple[int, ...] | None:
        """A list of whole numbers, or None where it is missing or null.

        Raises:
            ValueError: if it is of another type.
        """
        value = self.data.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(type(v) is int for v in value):
            raise ValueError(f"`{self.id}`: `{name}` is not a list of whole numbers")
        return tuple(value)

    def inner(self, name: str, defaults: Mapping[str, int | bool] | None = None) -> Fields:
        """An object inside, empty where it is missing.

        Raises:
            ValueError: if it is of another type.
        """
        value = self.data.get(name) or {}
        if not isinstance(value, Mapping):
            raise ValueError(f"`{self.id}`: `{name}` is not an object")
        return Fields(value, self.id, defaults or {})

    def called(
        self, names: Mapping[str, str], defaults: Mapping[str, int | bool] | None = None
    ) -> Fields:
        """The same with a family's names and defaults."""
        return replace(self, names=names, defaults=defaults or {})

    def given(self, name: str) -> bool:
        """Whether a field is there with a value, or has a default."""
        return self._get(name) is not None

    def head_dim(self) -> int:
        """Width of a head, as stated or hidden size / heads."""
        return self.size("head_dim", self.size("hidden_size") // self.size("num_attention_heads"))

    def _get(self, name: str) -> object:
        value = self.data.get(self.own(name))
        return self.defaults.get(name) if value is None else value
