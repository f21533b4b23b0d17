"""The Deploy screen: choose an SDL, tick GPU models, see what it may cost, ask for bids."""
