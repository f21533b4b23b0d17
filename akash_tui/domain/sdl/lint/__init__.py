"""The SDL doctor: findings that the chain would accept but a tenant should know."""
