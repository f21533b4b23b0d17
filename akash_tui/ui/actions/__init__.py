"""The one registry of actions: what each key does, and where."""
