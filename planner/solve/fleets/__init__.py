"""The decomposition engine: what is owned is decided by a master, what runs on it by oracles."""
