"""The outside world: chain, provider gateway, indexer, signing, keyring, YAML, disk."""
