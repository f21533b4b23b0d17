"""The practice node's REST and RPC servers."""
