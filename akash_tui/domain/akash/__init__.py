"""Akash itself: deployments, orders, bids, leases, resources, providers, money, GPUs."""
