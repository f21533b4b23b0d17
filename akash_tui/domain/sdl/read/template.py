"""Template variables that nobody filled in: `{{ image }}`, `${CPU:-4}`, `<your-user>`.

Akash fills in nothing: such a text reaches the container, the registry or the parser as it stands.
"""

from __future__ import annotations

import re
from typing import Final

from akash_tui.domain.sdl.problem import Edit
from akash_tui.domain.sdl.read.nodes import Alias, Mapping, Node, Scalar, plain_edit

VARIABLE: Final = re.compile(
    r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|\$\{[^{}]*\}|\$[A-Z_][A-Z0-9_]*\b|%[A-Z][A-Z0-9_]*%|\[\[[^\[\]]*\]\]|<%[^<>]*%>"
    r"|<[A-Za-z][\w .:/-]*>|\b__[A-Z][A-Z0-9_]*__\b"
)
_DEFAULT: Final = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*:?-([\w./:@-]+)\}")


def variable_in(node: object) -> str | None:
    """The variable that the value has or is; None without one."""
    if isinstance(node, Scalar):
        found = VARIABLE.search(node.text)
        return found[0] if found else None
    if isinstance(node, Mapping) and node.flow and len(node.pairs) == 1:  # YAML reads {{ x }} as two mappings
        key = node.pairs[0][0]
        if isinstance(key, Mapping) and key.flow and len(key.pairs) == 1:
            inner = key.pairs[0][0]
            return f"{{{{ {inner.text} }}}}" if isinstance(inner, Scalar) else None
    return None


def default_edit(node: Node | object) -> Edit | None:
    """The default of `${NAME:-default}` in its place, if that is the whole value."""
    found = _DEFAULT.fullmatch(node.text) if isinstance(node, Scalar) else None
    return plain_edit(node, found[1]) if found and isinstance(node, Scalar | Alias) else None
