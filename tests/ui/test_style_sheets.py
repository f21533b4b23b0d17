"""Style sheets name only widgets that exist: a selector of a class that was renamed would silently do nothing."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import textual.widgets
from textual.dom import DOMNode

import akash_tui.ui

_DECLARATIONS = re.compile(r"[a-z-]+\s*:[^;{}]*;")
_TYPE = re.compile(r"(?<![\w$#.:-])[A-Z]\w*")


def _below(kind: type) -> Iterator[type]:
    yield kind
    for child in kind.__subclasses__():
        yield from _below(child)


def _nodes() -> set[type]:
    for module in pkgutil.walk_packages(akash_tui.ui.__path__, "akash_tui.ui."):
        importlib.import_module(module.name)
    for name in textual.widgets.__all__:
        getattr(textual.widgets, name)
    return set(_below(DOMNode))


def _types(css: str) -> set[str]:
    return set(_TYPE.findall(_DECLARATIONS.sub("", css)))


def test_every_type_in_a_selector_is_a_widget() -> None:
    nodes = _nodes()
    names = {node.__name__ for node in nodes}
    ours = [node for node in nodes if node.__module__.startswith("akash_tui.")]
    sheets = {node.__name__: vars(node).get("DEFAULT_CSS", "") for node in ours}
    sheets["app.tcss"] = (Path(akash_tui.ui.__file__).parent / "app.tcss").read_text(encoding="utf-8")
    assert len([css for css in sheets.values() if css]) > 10
    unknown = {where: _types(css) - names for where, css in sheets.items() if _types(css) - names}
    assert unknown == {}


def test_a_selector_without_a_widget_would_be_found() -> None:
    assert _types("Gone > .box { width: 92; } #id LiveTable:focus { color: $text; }") == {"Gone", "LiveTable"}
