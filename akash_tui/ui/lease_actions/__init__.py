"""What a tenant does to a running deployment, by key: each asks first, then does exactly that."""
