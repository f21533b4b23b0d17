"""SDL text to compiled form: YAML meets the compiler."""
