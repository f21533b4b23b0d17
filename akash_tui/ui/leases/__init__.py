"""The Leases screen and the screens of one deployment."""
