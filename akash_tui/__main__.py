"""The command `akash-tui`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run one command line, or the app."""
    from akash_tui.cli.output import drop_unwritten, open_missing_streams

    open_missing_streams()
    from akash_tui.adapters.system.memory import protect_memory
    from akash_tui.cli.app import run
    from akash_tui.cli.output import print_error
    from akash_tui.compose import Program
    from akash_tui.services.ports import AkashError, BadInput
    from akash_tui.services.storage.crash_report import redact_uncaught_errors
    from akash_tui.services.storage.disk_faults import disk_fault

    redact_uncaught_errors()
    protect_memory()
    try:
        program = Program()
    except AkashError as error:
        print_error(error)
        sys.exit(error.exit_code)
    except OSError as error:
        print_error(
            disk_fault(error)
            or BadInput(
                f"The home folder cannot be made: {error.strerror}.", "set AKASH_TUI_HOME to a folder of your own."
            )
        )
        sys.exit(2)
    code = run(program, sys.argv[1:])
    drop_unwritten()
    sys.exit(code)


if __name__ == "__main__":
    main()
