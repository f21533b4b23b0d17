"""What may be written of an error or into a log: texts without what looks like a secret, tracebacks without messages.

A library may put what it was given into the message of its exception, and local variables may hold keys. So neither
messages, notes nor locals of any exception are written, whether to a file or to the terminal. Records of other
libraries are reduced to where they were logged.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import TracebackType

REMOVED = "(removed)"
OURS = "akash_tui"
_DEEPEST = 100
"""Causes and members of groups, one below the other, that are followed at most."""
_SEPARATOR = r"""(?:\\[nrt]|[\s,;:.'"\[\]()\d-])+"""


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What looks like a secret, and what stands in its place; made when something is first logged."""
    return (
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
    for pattern, replacement in _patterns():
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
        if record.name != OURS and not record.name.startswith(f"{OURS}."):
            return f"logged at {Path(record.pathname).name}:{record.lineno} ({record.funcName}); its text is left out"
        arguments = record.args
        if isinstance(arguments, tuple):
            arguments = tuple(type_name(a) if isinstance(a, BaseException) else a for a in arguments)
        message = type_name(record.msg) if isinstance(record.msg, BaseException) else str(record.msg)
        return redact(message % arguments if arguments else message).replace("\n", "\\n")


def redact_unhandled_records() -> None:
    """What is logged while there is no log file goes to stderr (warnings and errors): redacted the same way."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(RedactingFormatter())


def redacted_traceback(error: BaseException | None) -> list[str]:
    """The lines of a traceback without any message: for each exception its type and its code lines, then those of its
    cause (or of the one it was raised over) and of a group's members."""
    return list(_lines(error, set(), 0))


def _lines(error: BaseException | None, done: set[int], depth: int) -> Iterator[str]:
    while error is not None and id(error) not in done and depth < _DEEPEST:
        done.add(id(error))
        yield ""
        yield type_name(error)
        for entry in traceback.extract_tb(error.__traceback__).format():
            yield from entry.rstrip("\n").split("\n")
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _lines(member, done, depth + 1)
        error, depth = error.__cause__ or error.__context__, depth + 1


def type_name(error: BaseException) -> str:
    """The exception's type with its module, for example `builtins.ValueError`."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


def redact_uncaught_errors() -> None:
    """From now on Python itself prints exceptions that nobody caught, in any thread, without their messages."""

    def uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        _print(error or kind())

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_type is not SystemExit:
            _print(args.exc_value)

    def unraisable(args: sys.UnraisableHookArgs) -> None:
        _print(args.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, in_thread, unraisable


def _print(error: BaseException | None) -> None:
    if sys.stderr is not None:
        print("\n".join(redacted_traceback(error)).lstrip("\n"), file=sys.stderr)
