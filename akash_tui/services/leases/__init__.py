"""Running deployments: state, lists, alerts, logs, events and shells."""
