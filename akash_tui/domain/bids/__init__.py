"""The bids of one deployment: rows, order, score, best prices, budget."""
