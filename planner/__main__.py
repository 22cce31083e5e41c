"""`python -m planner`: the same as the command `planner`."""

from planner.cli.main import main

main()
