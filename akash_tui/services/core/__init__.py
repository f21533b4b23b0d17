"""The open session and what it gives to every service."""
