"""What is open and serves nothing, and closing it."""
