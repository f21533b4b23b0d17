"""What a deployment, bid, price, GPU and SDL are. Standard library only, no clock, no network."""
