"""The indexer: a public HTTP API with providers, GPU prices, capacity and daily series."""
