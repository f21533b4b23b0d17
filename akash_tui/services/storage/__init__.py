"""The home's files and tables: journal, settings, presets, SDL versions, avoided providers, standing orders, log."""
