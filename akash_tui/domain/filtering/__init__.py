"""The filter language of every list."""
