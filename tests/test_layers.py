"""The directions of the house: who may import whom, and which libraries each layer may touch."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "akash_tui"

# layer -> (prefixes of our own it may import, third-party roots it may import; None = any)
MAY: dict[str, tuple[set[str], set[str] | None]] = {
    "domain": ({"domain"}, set()),
    "services": (
        {"domain", "services", "private_files"},
        {"pydantic", "pydantic_settings", "platformdirs", "filelock"},
    ),
    "adapters": (
        {"domain", "adapters", "services.ports", "wire", "private_files"},
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
            "filelock",
        },
    ),
    # the one writer of files, below both: the standard library alone
    "private_files": (set(), set()),
    "wire": ({"wire"}, {"google", "grpc_tools"}),
    "practice": (
        {"practice", "wire"},
        {
            *("starlette", "uvicorn", "websockets", "google", "cryptography", "bech32", "Crypto", "anyio", "mnemonic"),
            "filelock",
        },
    ),
    "ui": ({"domain", "services", "ui"}, {"textual", "rich", "plotext", "segno", "tree_sitter", "tree_sitter_yaml"}),
    # it is handed the program of `compose` and names it; adapters it sees only through that
    "cli": ({"domain", "services", "cli", "compose"}, {"click", "plotext"}),
    # development only: opens the whole program, and nothing of the program may import it
    "dev": ({"domain", "ui", "dev", "compose"}, {"textual"}),
    # the entry points: the only places that see both sides
    "__main__": ({"*"}, None),
    "compose": ({"*"}, None),
    # starts a practice network as a process, for `compose`
    "practice_process": ({"domain", "services", "practice"}, set()),
    "__init__": (set(), set()),
}

# layer -> its rooms from the ground up: a room imports those before it, never one after it. A module that lies in no
# room (`ui/app.py`) is a room by itself; "" is the layer's own `__init__`.
ROOMS: dict[str, tuple[str, ...]] = {
    "domain": (
        *(
            "",
            "text",
            "plain_text",
            "secret",
            "passphrase",
            "recovery_words",
            "alert",
            "web_address",
            "glossary",
            "provider_note",
        ),
        *("akash", "logs", "filtering", "market", "bids", "silence"),
        *("sdl.problem", "sdl.go", "sdl.read", "sdl.check", "sdl.build", "sdl", "sdl.edit", "sdl.lint", "sdl.explain"),
        "sdl.complete",
    ),
    "services": (
        *("", "errors", "redaction", "ports", "storage", "drafts", "memory", "core"),
        *("spending", "receipts", "leases", "market", "wallet", "deployment", "automation", "sweep"),
    ),
    "adapters": (
        *("", "sdl", "system", "wallet"),
        *("chain.errors", "chain.rest_json", "chain.endpoints", "chain.tx", "chain", "indexer", "provider"),
    ),
    "practice": (
        *("", "sockets", "state", "rules", "messages", "chain", "provider", "tenants", "gateway"),
        *("api_json", "api", "indexer", "server"),
    ),
    "ui": (
        *("", "actions", "widgets", "dialogs", "session", "base", "wallet_keys", "welcome", "wallet", "draft"),
        *("deploy", "editor", "lease_actions", "market", "leases", "sweep", "journal", "bids", "app"),
        "saved_bids_app",
    ),
}
MOST_FILES = 16
"""More files in one room, and a stranger does not find his."""


def _imports(path: Path, root: Path) -> tuple[str, ...]:
    """What a module imports; the file is read once for all tests."""
    return _imports_of(path, root, path.stat().st_mtime_ns)


@cache
def _imports_of(path: Path, root: Path, changed: int) -> tuple[str, ...]:
    return tuple(_read_imports(path, root))


def _read_imports(path: Path, root: Path) -> Iterator[str]:
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
                inside = inside and (layer == "dev" or not rest.startswith("dev."))
                if not inside and rest != "__version__":
                    yield f"{where}: {layer} may not import {name}"
            elif top not in sys.stdlib_module_names and libraries is not None and top not in libraries:
                yield f"{where}: {layer} may not import {top}"


def arrows(root: Path) -> dict[str, set[str]]:
    """Each module of ours and what it imports of ours, inside functions and for types alone too."""
    files = sorted((root / PACKAGE).rglob("*.py"))
    names = {".".join(p.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): p for p in files}
    return {
        module: {
            target
            for name in _imports(path, root)
            if (target := name if name in names else name.rpartition(".")[0]) in names and target != module
        }
        for module, path in names.items()
    }


def circles(graph: dict[str, set[str]]) -> list[str]:
    """What is left after taking away, again and again, whatever imports nothing or is imported by nothing."""
    left = dict(graph)
    while True:
        wanted = set().union(*left.values()) if left else set()
        ends = {module for module, targets in left.items() if module not in wanted or not targets & left.keys()}
        if not ends:
            return sorted(left)
        left = {module: targets - ends for module, targets in left.items() if module not in ends}


def test_every_import_points_the_right_way() -> None:
    assert list(faults(ROOT)) == []


def room_of(module: str, rooms: tuple[str, ...]) -> str | None:
    """The innermost room that a module of a layer lies in; None if there is none for it."""
    inside = [room for room in rooms if room and (module == room or module.startswith(room + "."))]
    return max(inside, key=len) if inside else "" if not module else None


def room_faults(root: Path) -> Iterator[str]:
    """Modules without a room, and imports of a room that stands above the importer's own."""
    for module, targets in arrows(root).items():
        layer, _, inside = module.removeprefix(f"{PACKAGE}.").partition(".")
        if layer not in ROOMS:
            continue
        rooms = ROOMS[layer]
        own = room_of(inside, rooms)
        if own is None:
            yield f"{module} lies in no room"
            continue
        for target in sorted(t for t in targets if t.startswith(f"{PACKAGE}.{layer}")):
            other = room_of(target.removeprefix(f"{PACKAGE}.{layer}").removeprefix("."), rooms)
            if other is not None and rooms.index(other) > rooms.index(own):
                yield f"{module} may not import {target}: {other!r} stands above {own!r}"


def test_no_room_imports_one_above_it() -> None:
    assert list(room_faults(ROOT)) == []


def test_rooms_can_be_read_at_a_glance() -> None:
    folders = {p.parent for layer in ROOMS for p in (ROOT / PACKAGE / layer).rglob("*.py")}
    counts = {str(f.relative_to(ROOT)): len([p for p in f.glob("*.py") if p.name != "__init__.py"]) for f in folders}
    assert {folder: n for folder, n in counts.items() if n > MOST_FILES} == {}


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("ui/widgets/x.py", "from akash_tui.ui.bids import y"),
        ("services/storage/x.py", "if TYPE_CHECKING:\n    from akash_tui.services.core.y import Z"),
        ("ui/cellar/x.py", ""),
    ],
)
def test_a_way_back_up_is_found(tmp_path: Path, file: str, line: str) -> None:
    for place, text in ((file, line), ("ui/bids/y.py", ""), ("services/core/y.py", "")):
        target = tmp_path / PACKAGE / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    assert list(room_faults(tmp_path)), f"{file}: {line!r} went unnoticed"


def test_no_module_imports_itself_by_a_detour() -> None:
    assert circles(arrows(ROOT)) == []


def test_a_circle_is_found(tmp_path: Path) -> None:
    ui = tmp_path / PACKAGE / "ui"
    ui.mkdir(parents=True)
    (ui / "a.py").write_text("from akash_tui.ui import b\n")
    (ui / "b.py").write_text("from .c import x\n")
    (ui / "c.py").write_text("if TYPE_CHECKING:\n    from akash_tui.ui.a import y\n")
    (ui / "d.py").write_text("from akash_tui.ui import a\n")
    assert circles(arrows(tmp_path)) == [f"{PACKAGE}.ui.{each}" for each in "abc"]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("domain/x.py", "import httpx"),
        ("domain/x.py", "from akash_tui.services import ports"),
        ("domain/x.py", "from akash_tui.private_files import write_private"),
        ("private_files.py", "from akash_tui.services import ports"),
        ("private_files.py", "import platformdirs"),
        ("services/x.py", "from akash_tui.adapters import chain"),
        ("adapters/x.py", "from akash_tui.services import session"),
        ("practice/x.py", "from akash_tui.domain import money"),
        ("ui/x.py", "from akash_tui.adapters.chain import rest"),
        ("cli/x.py", "def f():\n    from ..practice import world"),
        ("wire/x.py", "import akash_tui.domain"),
        ("ui/x.py", "from akash_tui.dev import screens"),
        ("compose.py", "from akash_tui.dev import screens"),
    ],
)
def test_a_wrong_arrow_is_found(tmp_path: Path, file: str, line: str) -> None:
    target = tmp_path / PACKAGE / file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(line)
    assert list(faults(tmp_path)), f"{file}: {line!r} went unnoticed"


COSMOS = re.compile(
    r"cosmos|tendermint|bech32|\babci|grpc|msg_index|coin_received|checktx|delivertx|mempool|authz|\bibc\b|[\"']sdk[\"']",
    re.IGNORECASE,
)
"""Words of the framework that the chain is made with: only its adapter and the practice network may know them."""
ADDRESS = re.compile(r"akash1\[")
ABOVE_THE_PORT = ("domain", "services", "ui", "cli")


def framework_words(root: Path, layers: tuple[str, ...] = ABOVE_THE_PORT) -> Iterator[str]:
    """Lines above the chain port that use its framework's words, or the pattern of an address a second time."""
    for layer in layers:
        for path in sorted((root / PACKAGE / layer).rglob("*.py")):
            where = path.relative_to(root / PACKAGE).as_posix()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if COSMOS.search(line) or (ADDRESS.search(line) and where != "domain/akash/address.py"):
                    yield f"{where}:{number}: {line.strip()}"


def test_nothing_above_the_chain_port_speaks_of_its_framework() -> None:
    assert list(framework_words(ROOT)) == []


@pytest.mark.parametrize(
    "line",
    [
        'OUT_OF_GAS = ("sdk", 11)',
        'if name == "coin_received":',
        "# refused in CheckTx",
        'r"^akash1[02-9ac-hj-np-z]{38}$"',
    ],
)
def test_a_word_of_the_framework_is_found(tmp_path: Path, line: str) -> None:
    target = tmp_path / PACKAGE / "services" / "x.py"
    target.parent.mkdir(parents=True)
    target.write_text(line + "\n")
    assert list(framework_words(tmp_path, ("services",))), f"{line!r} went unnoticed"


ONE_HOME: dict[str, set[str]] = {
    # the writer of files that are whole or not at all; the practice network imports nothing of ours
    r"\bos\.(replace|rename|fsync)\(": {"private_files.py", "practice/server/process.py"},
    # the journal, the bid memory (a file of its own, so that money stays apart), and names for completion at each key
    r"\bsqlite3\.connect\(": {
        "services/storage/journal_file.py",
        "services/memory/memory_file.py",
        "cli/saved_names.py",
    },
    # what may be written of an exception
    r"\bexcepthook\b|^\s*(import|from) traceback\b": {"services/redaction.py"},
}
"""What has one home each: a pattern of its lines -> the modules that may have them."""


def second_homes(root: Path) -> Iterator[str]:
    """Lines that do a second time what has one home, and homes without such a line."""
    for pattern, homes in ONE_HOME.items():
        found = {
            path.relative_to(root / PACKAGE).as_posix()
            for path in sorted((root / PACKAGE).rglob("*.py"))
            if re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)
        }
        yield from (f"{where}: {pattern}" for where in sorted(found ^ homes))


def test_writing_files_databases_and_crash_reports_have_one_home() -> None:
    assert list(second_homes(ROOT)) == []


def test_a_second_home_is_found(tmp_path: Path) -> None:
    target = tmp_path / PACKAGE / "ui" / "x.py"
    target.parent.mkdir(parents=True)
    target.write_text("os.replace(a, b)\n")
    assert any(line.startswith("ui/x.py: ") for line in second_homes(tmp_path))
