"""What each message of a transaction does on the practice chain."""
