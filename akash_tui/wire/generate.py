"""Regenerate the `*_pb2` modules from the `.proto` files beside this one (needs the development tools).

The files name packages, messages and field numbers as the network does, and hold only what this
program reads or writes. Running it twice gives the same bytes; a test compares.
"""

from __future__ import annotations

import sys
from importlib.resources import as_file, files
from pathlib import Path

WIRE = Path(__file__).resolve().parent
ROOT = WIRE.parent.parent


def generate(out: Path) -> None:
    """Write every module and its stub under `out`, as `out/akash_tui/wire/NAME_pb2.py[i]`."""
    from grpc_tools import protoc  # type: ignore[import-untyped]

    sources = [str(p.relative_to(ROOT)) for p in sorted(WIRE.glob("*.proto"))]
    with as_file(files("grpc_tools") / "_proto") as google:
        code = protoc.main(
            ["protoc", f"-I{ROOT}", f"-I{google}", f"--python_out={out}", f"--pyi_out={out}", *sources],
        )
    if code != 0:
        raise SystemExit(f"protoc failed with status {code}")


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
