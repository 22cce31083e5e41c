"""The mathematics: sets and parameters, one rule a file, the model built from them."""
