"""The session that is open in the app: connections, runs, background reads, errors, crash reports."""
