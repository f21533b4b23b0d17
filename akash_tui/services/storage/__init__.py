"""Files and tables of the home: journal, settings, presets, SDL versions, standing orders."""
