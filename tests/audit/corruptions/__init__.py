"""Ways to spoil a sound plan, each with the reasons for which the audit must refuse it."""

from tests.audit.corruptions import (
    capacity,
    hiring,
    identity,
    money,
    ownership,
    packing,
    racking,
    serving,
    slicing,
)
from tests.audit.corruptions.corruption import Corruption, listed

MODULES = (packing, capacity, ownership, money, identity, hiring, racking, slicing, serving)
CORRUPTIONS: tuple[Corruption, ...] = tuple(found for m in MODULES for found in listed(m))
"""All of them, in the order in which they are written."""
