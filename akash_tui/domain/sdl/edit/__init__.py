"""Changes to an SDL's text that leave every other byte alone."""
