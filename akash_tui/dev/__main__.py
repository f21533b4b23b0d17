"""`python -m akash_tui.dev SCREEN --seed N`: open one screen on a fresh practice network with quick blocks."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from akash_tui.dev.screens import DESTINATIONS, DevProgram, app_for, open_screen


def main() -> int:
    """Open the screen; everything it leaves behind is deleted at the end."""
    parser = argparse.ArgumentParser(prog="python -m akash_tui.dev", description=__doc__)
    parser.add_argument("screen", choices=sorted(DESTINATIONS), metavar="SCREEN", help=", ".join(sorted(DESTINATIONS)))
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="same seed, same providers and prices")
    parser.add_argument("--ascii", action="store_true", help="plain glyphs only")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="akash-tui-dev-") as home:
        program = DevProgram(Path(home))
        app = app_for(arguments.screen, program, seed=arguments.seed, ascii_only=arguments.ascii)
        try:
            app.run(auto_pilot=lambda pilot: open_screen(arguments.screen, pilot))
        finally:
            asyncio.run(program.aclose())
    return app.return_code or 0


if __name__ == "__main__":
    raise SystemExit(main())
