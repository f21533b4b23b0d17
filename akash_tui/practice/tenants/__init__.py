"""The other tenants of a practice network: who rents, for how long, and what they pay."""
