"""The answer: a plan, its placement, its cash flow, its audit."""
