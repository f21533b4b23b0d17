"""Wallets on the screen: create, import, export, remove."""
