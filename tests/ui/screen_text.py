"""What a person reads on the screen: its drawn lines, and the cells of its tables by their titles."""

from __future__ import annotations

from typing import Any

from textual.app import App

FLUSH_LEFT = ("GPU", "provider", "region", "audited")
"""Titles of columns whose cells begin where the title does; the others end where it does."""


def lines(app: App[Any]) -> list[str]:
    """The screen in front, line by line, as the terminal gets it."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def text(app: App[Any]) -> str:
    return "\n".join(lines(app))


def line_of(app: App[Any], *parts: str) -> str:
    """The one line with all of these parts."""
    found = [line for line in lines(app) if all(part in line for part in parts)]
    assert len(found) == 1, f"{parts} stands on {len(found)} lines:\n{text(app)}"
    return found[0]


def under(app: App[Any], title: str, *row: str) -> str:
    """What stands in a table's row under a title: words up to two spaces."""
    header = next((line for line in lines(app) if title in line and "price/h" in line), "")
    assert header, f"no column {title!r}:\n{text(app)}"
    start = header.index(title)
    end = start + len(title) + (header[start + len(title)] in "▲▼")
    line = line_of(app, *row)
    return (line[start:].split("  ")[0] if title in FLUSH_LEFT else line[:end].split("  ")[-1]).strip()
