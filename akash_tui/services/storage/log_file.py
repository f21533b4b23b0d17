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
import re
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from akash_tui import __version__
from akash_tui.private_files import close_to_others, open_plain_file
from akash_tui.services.errors import BadInput
from akash_tui.services.storage.crash_report import redacted_traceback, type_name

MAX_BYTES = 5_000_000
"""A file that would grow longer becomes `FILE.1`, in place of the one before it: at most two files of this size."""
REMOVED = "(removed)"
_OURS = "akash_tui"
_SEPARATOR = r"""(?:\\[nrt]|[\s,;:.'"\[\]()\d-])+"""
_PATTERNS = (
    # a private key in PEM form
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", re.S), REMOVED),
    # recovery words: every word of BIP-39's English list has 3 to 8 letters, and a mnemonic has at least 12 of them
    (re.compile(rf"\b(?:[a-z]{{3,8}}{_SEPARATOR}){{11,}}[a-z]{{3,8}}\b", re.I), REMOVED),
    # headers that carry credentials, up to the end of the line or of the quoted value
    (
        re.compile(r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key)\b(['\"]?\s*[:=,]\s*)[^\r\n]+"),
        rf"\1\2{REMOVED}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{6,}"), rf"\1 {REMOVED}"),
    # JSON web tokens: base64url of `{"`
    (re.compile(r"\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"), REMOVED),
    # named secrets: a quoted value, or all up to the end of the line
    (
        re.compile(
            r"(?i)\b(\w*(?:passphrase|password|passwd|mnemonic|secret|token|private[_ -]?key|seed|recovery[_ ]\w+))"
            r"(['\"]?\s*(?:=|:|\bis\b)\s*)(?:'[^']*'|\"[^\"]*\"|[^\r\n]+)"
        ),
        rf"\1\2{REMOVED}",
    ),
    (re.compile(r"://[^/\s@]+@"), f"://{REMOVED}@"),
    # 32 bytes in hexadecimal may be a private key; after /txs/ they are the hash of a transaction
    (re.compile(r"(?<!/txs/)\b(?:0x)?[0-9a-fA-F]{64}\b"), REMOVED),
)


def redact(text: str) -> str:
    """The text without anything that looks like recovery words, a key, a token or a passphrase."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class RedactingFormatter(logging.Formatter):
    """One line a record, in UTC; tracebacks without messages below it."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        lines = [f"{at.removesuffix('+00:00')}Z {record.levelname} {record.name}: {self._text(record)}"]
        if record.exc_info and record.exc_info[1] is not None:
            lines += [line for line in redacted_traceback(record.exc_info[1]) if line]
        return "\n".join(lines)

    def _text(self, record: logging.LogRecord) -> str:
        if record.name != _OURS and not record.name.startswith(f"{_OURS}."):
            return f"logged at {Path(record.pathname).name}:{record.lineno} ({record.funcName}); its text is left out"
        arguments = record.args
        if isinstance(arguments, tuple):
            arguments = tuple(type_name(a) if isinstance(a, BaseException) else a for a in arguments)
        message = type_name(record.msg) if isinstance(record.msg, BaseException) else str(record.msg)
        return redact(message % arguments if arguments else message).replace("\n", "\\n")


class _PrivateFileHandler(RotatingFileHandler):
    """Makes its files with mode 0600, and closes one that others could read."""

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        if path.is_symlink() and path.is_file() and path.stat().st_mode & 0o077:
            raise OSError(errno.EINVAL, "It is a link to a file that others may read")
        handle = open_plain_file(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        close_to_others(path)
        return open(handle, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk must disturb nobody; the standard way would print the record to the terminal."""

    def close(self) -> None:
        with contextlib.suppress(OSError):  # what a full disk did not take cannot be written now either
            super().close()


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
    ours = logging.getLogger(_OURS)
    ours.setLevel(logging.DEBUG)
    ours.info("akash-tui %s, Python %s, %s", __version__, platform.python_version(), platform.system())
    return handler


def close_log(handler: logging.Handler) -> None:
    """Log there no more."""
    logging.getLogger().removeHandler(handler)
    logging.getLogger(_OURS).setLevel(logging.NOTSET)
    handler.close()


def redact_unhandled_records() -> None:
    """What is logged while there is no log file goes to stderr (warnings and errors): redacted the same way."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(RedactingFormatter())
