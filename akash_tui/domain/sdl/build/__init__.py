"""From an SDL model to groups, manifest and version, as the Go reference gives them."""
