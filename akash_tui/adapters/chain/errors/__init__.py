"""Refusals and faults of the chain as errors with a sentence and an advice."""
