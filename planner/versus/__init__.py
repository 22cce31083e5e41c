"""Two cards beside each other: facts, what fits, how fast, what it costs, and which to buy when.

Nothing here is an opinion: the sheet comes from the catalogue, fits and speeds from sizing, and
the winner of a workload is found by solving it with one card only, the other only, and both.
"""
