"""Log lines: made safe to draw, without duplicates, bounded."""
