"""The SDL that is being prepared: its GPUs, its price, its values and what it may cost."""
