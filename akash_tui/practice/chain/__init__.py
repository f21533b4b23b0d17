"""The practice chain: transactions, blocks, execution, snapshots."""
