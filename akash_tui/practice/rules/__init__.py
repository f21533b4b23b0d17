"""The rules of the practice chain's market: escrow, deposits, orders, bids, leases, mint."""
