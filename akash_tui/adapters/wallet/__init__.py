"""Wallets: recovery words, keys, addresses, and where they are stored."""
