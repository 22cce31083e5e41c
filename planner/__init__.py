"""The provably cheapest fleet of GPUs over time."""

__version__ = "0.1.0"
