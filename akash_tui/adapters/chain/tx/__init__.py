"""Transactions: messages, fees, signing, broadcast and look-up."""
