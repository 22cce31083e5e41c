"""Ways to spoil a sound plan, each with the reasons for which the audit must refuse it."""

from tests.audit.corruptions import capacity, identity, money, ownership, packing
from tests.audit.corruptions.corruption import Corruption, listed

CORRUPTIONS: tuple[Corruption, ...] = tuple(
    found for module in (packing, capacity, ownership, money, identity) for found in listed(module)
)
"""All of them, in the order in which they are written."""
