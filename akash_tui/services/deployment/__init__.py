"""One deployment from create to close: bids, lease, manifest, update, deposit, recovery."""
