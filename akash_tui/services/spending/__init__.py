"""Money: quotes, signing, sending, and what became of each transaction."""
