"""The command `akash-tui`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run one command line, or the app."""
    from akash_tui.cli.output import drop_unwritten, open_missing_streams, write_plain

    open_missing_streams()
    write_plain()
    from akash_tui.adapters.system.memory import protect_memory
    from akash_tui.cli.app import run
    from akash_tui.services.redaction import redact_uncaught_errors

    redact_uncaught_errors()
    protect_memory()
    code = run(None, sys.argv[1:])
    drop_unwritten()
    sys.exit(code)


if __name__ == "__main__":
    main()
