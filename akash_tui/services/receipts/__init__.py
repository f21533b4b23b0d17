"""Receipts of decisions: what was chosen among which bids."""
