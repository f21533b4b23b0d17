"""How Go reads numbers, texts, URLs and quantities, and how it sorts."""
