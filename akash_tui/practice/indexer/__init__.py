"""The indexer of the practice network."""
