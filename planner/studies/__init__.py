"""Questions that are answered by plans."""
