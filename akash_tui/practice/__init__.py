"""An Akash network for practice, demo and tests: a separate local server that speaks the real protocols."""
