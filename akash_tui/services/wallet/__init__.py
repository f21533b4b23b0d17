"""What a wallet has: balances and their value, what is locked and costs, the mint, and what moved last."""
