"""One view of a plan, many outputs."""
