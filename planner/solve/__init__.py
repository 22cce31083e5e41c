"""Solvers and engines; the only room that knows OR-Tools."""
