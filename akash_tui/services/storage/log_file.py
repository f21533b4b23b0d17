"""The log file of `--log FILE` or AKASH_TUI_LOG: private, bounded, and without secrets.

Two defences. What our own modules log is chosen to hold no secret (requests without query, headers and body), and a
formatter removes whatever still looks like one. Records of other libraries are reduced to where they were logged, and
exceptions to their types and code lines, because their texts may hold anything.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import platform
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from akash_tui import __version__
from akash_tui.private_files import close_to_others, open_plain_file, require_no_database
from akash_tui.services.errors import BadInput
from akash_tui.services.redaction import OURS, RedactingFormatter

MAX_BYTES = 5_000_000
"""A file that would grow longer becomes `FILE.1`, in place of the one before it: at most two files of this size."""


class _PrivateFileHandler(RotatingFileHandler):
    """Makes its files with mode 0600, and closes one that others could read."""

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        if path.is_symlink() and path.is_file() and path.stat().st_mode & 0o077:
            raise OSError(errno.EINVAL, "It is a link to a file that others may read")
        require_no_database(path)
        handle = open_plain_file(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        close_to_others(path)
        return open(handle, "a", encoding="utf-8", errors="backslashreplace")

    def doRollover(self) -> None:
        """Another process that logs here may have done it already: then what it moved is not replaced at once."""
        if self.stream is None or not _moved(self.stream, self.baseFilename):
            super().doRollover()
        else:
            self.stream.close()
            self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk must disturb nobody; the standard way would print the record to the terminal."""

    def close(self) -> None:
        with contextlib.suppress(OSError):  # what a full disk did not take cannot be written now either
            super().close()


def _moved(stream: TextIOWrapper, name: str) -> bool:
    """Whether another file has this name now."""
    try:
        return not os.path.samestat(os.fstat(stream.fileno()), os.stat(name))
    except FileNotFoundError:
        return False


def open_log(path: Path) -> logging.Handler:
    """Log to `path` from now on. Raises `BadInput` if it cannot be written."""
    try:
        handler = _PrivateFileHandler(path, maxBytes=MAX_BYTES, backupCount=1, encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"The log file {path} cannot be written: {error.strerror}.", "Name another one with --log."
        ) from None
    handler.setFormatter(RedactingFormatter())
    logging.getLogger().addHandler(handler)
    ours = logging.getLogger(OURS)
    ours.setLevel(logging.DEBUG)
    ours.info("akash-tui %s, Python %s, %s", __version__, platform.python_version(), platform.system())
    return handler


def close_log(handler: logging.Handler) -> None:
    """Log there no more."""
    logging.getLogger().removeHandler(handler)
    logging.getLogger(OURS).setLevel(logging.NOTSET)
    handler.close()
