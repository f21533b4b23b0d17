"""The Market screen and its pages: GPUs, prices, providers, capacity, spend, price alerts."""
