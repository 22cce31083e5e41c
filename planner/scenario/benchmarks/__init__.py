"""Measured rows: read from the files of benchmark programs, and written as one plain table."""
