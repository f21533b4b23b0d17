"""The market: GPU prices, providers, capacity, history, price alerts, savings."""
