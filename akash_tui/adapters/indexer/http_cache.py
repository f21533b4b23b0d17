"""How long an answer of the index may be used: as it says itself (`Cache-Control`), else as long as we set.

An answer with an `ETag` or a `Last-Modified` is asked for again only in so far as it changed (RFC 9110, 9111).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from akash_tui.services.ports import Clock, Unreachable

LEAST_SECONDS, MOST_SECONDS = 15.0, 3600.0
"""No index makes us ask more often than this, or keeps us from asking for longer."""
STALE_SECONDS = 3600.0
"""How long an older answer (its `read_at` tells) is better than none while the index does not answer."""
PAUSE_SECONDS, LONGEST_PAUSE = 30.0, 600.0
"""After a failure nobody asks again for so long: doubled with every further one."""
_MAX_AGE = re.compile(r"\A\s*max-age\s*=\s*\"?([0-9]{1,9})\"?\s*\Z", re.IGNORECASE)
_SIGN = re.compile(r"[!-~ ]{1,200}\Z")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CacheableAnswer(Generic[T]):
    """What was read, for how many seconds it may be used (None: not told), and how to ask whether it changed."""

    value: T
    lifetime: float | None = None
    conditions: Mapping[str, str] = field(default_factory=dict)


def lifetime(headers: Mapping[str, str]) -> float | None:
    """Seconds from now that an answer with these headers is good for; None where they do not say."""
    parts = headers.get("cache-control", "").split(",")
    if {part.strip().lower() for part in parts} & {"no-cache", "no-store"}:
        return LEAST_SECONDS
    said = next((found.group(1) for part in parts if (found := _MAX_AGE.match(part))), None)
    if said is None:
        return None
    age = headers.get("age", "").strip()
    left = int(said) - (int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0)
    return min(max(float(left), LEAST_SECONDS), MOST_SECONDS)


def conditions(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers for the next request, by which the index can say that nothing changed."""
    pairs = (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since"))
    return {ask: headers[told] for told, ask in pairs if _SIGN.match(headers.get(told, ""))}


def renewed(value: T, read_at: datetime) -> T:
    """The same answer, told again now: every `read_at` in it moves."""
    return _renewed(value, read_at)  # type: ignore[no-any-return]


def _renewed(value: Any, read_at: datetime) -> Any:
    if isinstance(value, list):
        return [_renewed(each, read_at) for each in value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    names = {each.name for each in fields(value)}
    changed = {"read_at": read_at} if "read_at" in names else {}
    if "profile" in names:
        changed["profile"] = _renewed(value.profile, read_at)  # type: ignore[attr-defined]
    return replace(value, **changed) if changed else value


class CachedAnswer(Generic[T]):
    """One answer, its age, and the last failure; asked for by many, fetched by one at a time."""

    def __init__(
        self,
        clock: Clock,
        fresh_seconds: float,
        fetch: Callable[[CacheableAnswer[T] | None], Awaitable[CacheableAnswer[T]]],
        refused: Callable[[str], Unreachable],
    ) -> None:
        """`fetch` is given the last answer; `refused` makes the error that tells why there is none."""
        self._clock = clock
        self._fresh = fresh_seconds
        self._fetch = fetch
        self._refused = refused
        self._lock = asyncio.Lock()
        self._answer: CacheableAnswer[T] | None = None
        self._answered = 0.0
        self._failure: Unreachable | None = None
        self._failures = 0
        self._ask_again = 0.0

    @property
    def lifetime(self) -> float | None:
        """For how long the index said its last answer may be used."""
        return self._answer.lifetime if self._answer is not None else None

    async def get(self) -> T:
        """The newest answer, or one of at most `STALE_SECONDS`; `Unreachable` without either."""
        async with self._lock:
            known = self._answer
            if known is not None and self._age < (self._fresh if known.lifetime is None else known.lifetime):
                return known.value
            if self._failure is None or self._clock.monotonic() >= self._ask_again:
                try:
                    asked = self._clock.monotonic()
                    self._answer = await self._fetch(known)
                    self._answered, self._failure, self._failures = asked, None, 0
                    return self._answer.value
                except Unreachable as error:
                    self._failure = error
                    pause = min(LONGEST_PAUSE, PAUSE_SECONDS * 2**self._failures)
                    self._failures = min(self._failures + 1, 10)
                    self._ask_again = self._clock.monotonic() + pause
            if known is not None and self._age < STALE_SECONDS:
                return known.value
            raise self._refused(self._failure.detail)

    @property
    def _age(self) -> float:
        return self._clock.monotonic() - self._answered
