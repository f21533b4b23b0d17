"""What the practice chain remembers: accounts, books, parameters, events."""
