"""Provider gateways: trust, tokens, manifests, status, logs, events and shells."""
