"""The explanation behind every problem code."""
