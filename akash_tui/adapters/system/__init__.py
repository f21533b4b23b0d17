"""The computer: clock, notifications, private files, a test network's faucet."""
