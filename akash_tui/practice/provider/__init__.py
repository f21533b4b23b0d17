"""Practice providers: hardware, bids, tenants, manifests, workloads."""
