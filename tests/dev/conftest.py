"""Fixtures of the screens that open alone: they are drawn when read, as in `tests/ui`."""

from tests.ui.conftest import _style_sheets_are_parsed_once, drawn_when_read

__all__ = ["_style_sheets_are_parsed_once", "drawn_when_read"]
