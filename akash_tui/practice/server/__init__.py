"""The practice network as one process."""
