"""REST JSON of the chain as typed values."""
