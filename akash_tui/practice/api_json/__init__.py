"""The practice chain's state as the JSON that a real node answers."""
