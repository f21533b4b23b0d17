"""The practice chain's state: accounts, books, parameters, events."""
