"""The commands of `planner catalog`, one file for each purpose."""
