"""From SDL nodes to a typed SDL model, with the place of every problem."""
