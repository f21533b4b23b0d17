"""What a tenant does: deploy, collect bids, accept, watch, close. asyncio, no widgets."""
