"""What is wanted: the scenario file, read and checked."""
