"""Widgets and drawing: the live table, bars, charts, themes, and how figures are written."""
