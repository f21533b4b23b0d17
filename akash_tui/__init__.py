"""akash-tui: rent GPUs on Akash from the terminal, bid by bid."""

__version__ = "0.1.0"
