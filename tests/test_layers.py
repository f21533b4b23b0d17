"""The directions of the house: who may import whom, and which libraries each layer may touch."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "akash_tui"

# layer -> (prefixes of our own it may import, third-party roots it may import; None = any)
MAY: dict[str, tuple[set[str], set[str] | None]] = {
    "domain": ({"domain"}, set()),
    "services": ({"domain", "services"}, {"pydantic", "pydantic_settings", "platformdirs"}),
    "adapters": (
        {"domain", "adapters", "services.ports", "wire"},
        {
            "httpx",
            "httpcore",
            "pydantic",
            "yaml",
            "websockets",
            "google",
            "cryptography",
            "keyring",
            "mnemonic",
            "bech32",
            "Crypto",
            "platformdirs",
        },
    ),
    "wire": ({"wire"}, {"google", "grpc_tools"}),
    "practice": (
        {"practice", "wire"},
        {"starlette", "uvicorn", "websockets", "google", "cryptography", "bech32", "Crypto", "anyio", "mnemonic"},
    ),
    "ui": ({"domain", "services", "ui"}, {"textual", "rich", "textual_plotext", "plotext"}),
    "cli": ({"domain", "services", "cli"}, {"click"}),
    # the entry points: the only places that see both sides
    "__main__": ({"*"}, None),
    "compose": ({"*"}, None),
    "__init__": (set(), set()),
}


def _imports(path: Path, root: Path) -> Iterator[str]:
    here = list(path.relative_to(root).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(here[: len(here) - node.level]) if node.level else ""
            target = ".".join(p for p in (base, node.module or "") if p)
            yield from (f"{target}.{a.name}" for a in node.names)


def faults(root: Path) -> Iterator[str]:
    for path in sorted((root / PACKAGE).rglob("*.py")):
        layer = path.relative_to(root / PACKAGE).with_suffix("").parts[0]
        own, libraries = MAY[layer]
        where = path.relative_to(root)
        for name in _imports(path, root):
            top, _, rest = name.partition(".")
            if top == PACKAGE:
                inside = any(p == "*" or rest == p or rest.startswith(p + ".") for p in own)
                if not inside and rest != "__version__":
                    yield f"{where}: {layer} may not import {name}"
            elif top not in sys.stdlib_module_names and libraries is not None and top not in libraries:
                yield f"{where}: {layer} may not import {top}"


def test_every_import_points_the_right_way() -> None:
    assert list(faults(ROOT)) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("domain/x.py", "import httpx"),
        ("domain/x.py", "from akash_tui.services import ports"),
        ("services/x.py", "from akash_tui.adapters import chain"),
        ("adapters/x.py", "from akash_tui.services import session"),
        ("practice/x.py", "from akash_tui.domain import money"),
        ("ui/x.py", "from akash_tui.adapters.chain import rest"),
        ("cli/x.py", "def f():\n    from ..practice import world"),
        ("wire/x.py", "import akash_tui.domain"),
    ],
)
def test_a_wrong_arrow_is_found(tmp_path: Path, file: str, line: str) -> None:
    target = tmp_path / PACKAGE / file
    target.parent.mkdir(parents=True)
    target.write_text(line)
    assert list(faults(tmp_path)), f"{file}: {line!r} went unnoticed"
