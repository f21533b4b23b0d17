"""Answers on the disk: a line with the time they were read, then one line for each item.

Line by line, because two thousand providers in one piece would stop the screen while they are read: between
two lines others may go on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, TypeAdapter

from akash_tui.private_files import read_plain_file
from akash_tui.services.ports import BadInput
from akash_tui.services.storage.files import chain_file_name, private_dir, write_atomic

MOST_BYTES = 64 << 20
"""A saved answer larger than this is not ours."""

T = TypeVar("T")


class CacheFormat(Protocol[T]):
    """How a value becomes lines and comes back; `read` raises ValueError for lines that are not ours."""

    def lines(self, value: T) -> Iterable[bytes]:
        """The value as lines without line ends."""

    def read(self, lines: Sequence[bytes]) -> T:
        """The value of such lines. Raises `ValueError` (or its subclass `ValidationError`)."""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Made once for a type: that takes longer than reading a hundred lines."""
    return TypeAdapter(kind)


class SingleLine(Generic[T]):
    """A value in one line."""

    def __init__(self, kind: Any) -> None:
        self._kind: TypeAdapter[T] = _adapter(kind)

    def lines(self, value: T) -> Iterable[bytes]:
        yield self._kind.dump_json(value)

    def read(self, lines: Sequence[bytes]) -> T:
        (line,) = lines
        return self._kind.validate_json(line)


class LineList(Generic[T]):
    """A list, each of its things in a line."""

    def __init__(self, kind: Any) -> None:
        self._kind: TypeAdapter[T] = _adapter(kind)

    def lines(self, value: list[T]) -> Iterable[bytes]:
        return (self._kind.dump_json(each) for each in value)

    def read(self, lines: Sequence[bytes]) -> list[T]:
        return [self._kind.validate_json(line) for line in lines]


class _Head(BaseModel):
    read_at: datetime
    lines: int


class DiskCache:
    """Answers of one network on the disk, one private file each; what cannot be read is as if not there."""

    def __init__(self, home: Path, chain_id: str, of: str = "market") -> None:
        self._folder = home / "cache" / of / chain_file_name(chain_id)

    def load(self, name: str, form: CacheFormat[T]) -> tuple[datetime, T] | None:
        """The saved answer and when it was read."""
        path = self._folder / f"{name}.jsonl"
        try:
            raw = read_plain_file(path, MOST_BYTES)
            if len(raw) > MOST_BYTES:
                return None
            first, *rest = raw.splitlines()
            head = _Head.model_validate_json(first)
            if head.read_at.tzinfo is None or head.lines != len(rest):
                return None
            return head.read_at.astimezone(UTC), form.read(rest)
        except (OSError, ValueError, ArithmeticError, RecursionError):
            return None

    def save(self, name: str, form: CacheFormat[T], read_at: datetime, value: T) -> None:
        """Replace the saved answer; a disk that is full or read-only costs the next start its figures, no more."""
        lines = list(form.lines(value))
        head = _Head(read_at=read_at, lines=len(lines)).model_dump_json().encode()
        with contextlib.suppress(OSError, BadInput):
            for folder in (self._folder.parent.parent, self._folder.parent):
                private_dir(folder)
            write_atomic(self._folder / f"{name}.jsonl", b"\n".join([head, *lines, b""]).decode())
