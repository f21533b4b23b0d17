"""What this machine remembers of bids and providers."""
