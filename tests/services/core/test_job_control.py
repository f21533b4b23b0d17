"""Whether a shell waits behind the program; what ctrl+z does on a real terminal is in tests/e2e/test_suspend.py."""

from __future__ import annotations

import os
import subprocess
import sys

from akash_tui.services.core.job_control import why_not_stop

ASK = "from akash_tui.services.core import job_control as j; print(j._a_shell_waits())"


def test_without_a_terminal_nothing_is_stopped() -> None:
    reader, writer = os.pipe()
    try:
        assert "do not come from a terminal" in (why_not_stop(reader) or "")
    finally:
        os.close(reader)
        os.close(writer)


def test_a_process_group_that_nobody_watches_is_not_stopped() -> None:
    asked = [sys.executable, "-c", ASK]
    alone = subprocess.run(asked, start_new_session=True, capture_output=True, text=True, check=True)
    watched = subprocess.run(asked, process_group=0, capture_output=True, text=True, check=True)
    assert (alone.stdout.strip(), watched.stdout.strip()) == ("False", "True")
