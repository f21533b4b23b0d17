"""The GPU market: supply, prices, daily series, and how they are written."""
