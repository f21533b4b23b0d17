"""The SDL doctor: problems that the chain would accept but a tenant should know."""
