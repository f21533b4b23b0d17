"""Every transaction that was signed here."""
