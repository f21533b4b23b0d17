"""Rows of the journal's tables as values. A row that cannot be read costs that row, not the command: it is left out,
and reported once in words.

SQLite lets any column hold any type, and a damaged file or a newer program may hold what no one here knows: an unknown
kind, a BLOB for a text, text that is not UTF-8, a date that is none, JSON of a hundred thousand brackets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from akash_tui.domain.akash.entities import DeploymentId, LeaseId
from akash_tui.domain.akash.money import DecCoin
from akash_tui.domain.sdl.edit.parameters import holds_secrets
from akash_tui.domain.text import clean
from akash_tui.services.storage.home import unreadable_rows
from akash_tui.services.storage.journal_entries import (
    Intent,
    IntentKind,
    Outcome,
    SavedDeployment,
    SavedLease,
    SavedStage,
    SentSum,
    about_leases,
)

INTENT = (
    "rowid, kind, chain_id, owner, dseq, tx_hash, expires, about, created_at, outcome, height, code, note FROM intents"
)
DEPLOYMENT = (
    "rowid, chain_id, owner, dseq, name, file, sdl, manifest, version, hours, stage, created_at FROM deployments"
)
LEASE = "rowid, gseq, oseq, provider, bseq, denom, price, delivered_at, tried_at FROM leases"
UNREADABLE = (ValueError, TypeError, KeyError, ArithmeticError, RecursionError)
"""What converting a row raises that is not as we write it."""
_MOST_DIGITS = 30
"""A number with more digits before its point is none of ours: it would fill the screen or the memory."""
T = TypeVar("T")
Row = Sequence[Any]


def readable(path: Path, table: str, rows: Iterable[Row], make: Callable[[Row], T]) -> list[T]:
    """The rows (each with its rowid first) that can be converted; the others are reported."""
    found: list[T] = []
    for row in rows:
        try:
            found.append(make(row))
        except UNREADABLE as error:
            why = str(error) if isinstance(error, ValueError) and len(str(error)) < 40 else "its content"
            words = f"Row {row[0]} of the table {table} in {path} cannot be read ({clean(why)}) and is left out."
            if table == "intents" and row[9] not in tuple(Outcome)[1:]:
                words += (
                    f" Transaction {clean(str(row[5]), 64)} may be undecided: look it up on chain before you pay again."
                )
            unreadable_rows.add(path, table, row[0], words)
    return found


def stored_manifest(sdl: str, manifest: bytes) -> bytes:
    """What may be stored of a manifest: nothing of one with the value of a secret parameter."""
    return b"" if holds_secrets(sdl, manifest) else manifest


def decode_text(raw: bytes) -> str | bytes:
    """SQLite's text as a string; as bytes, which no text column may hold, if it is not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw


def text(value: object) -> str:
    """A string. Raises `ValueError` for everything else."""
    if not isinstance(value, str):
        raise ValueError("it is not text")
    return value


def whole(value: object) -> int:
    """A number that is not negative. Raises `ValueError` for everything else."""
    if not isinstance(value, int) or value < 0:
        raise ValueError("it is not a number")
    return value


def blob(value: object) -> bytes:
    """Bytes. Raises `ValueError` for everything else."""
    if not isinstance(value, bytes):
        raise ValueError("it is not bytes")
    return value


def iso(at: datetime) -> str:
    """A time as the journal stores it: in UTC, so that text sorts by time. The reverse is `when`."""
    return at.astimezone(UTC).isoformat()


def when(value: object) -> datetime:
    """A time with its zone. Raises `ValueError` for everything else."""
    at = datetime.fromisoformat(text(value))
    if at.tzinfo is None:
        raise ValueError("a date has no time zone")
    return at.astimezone(UTC)


def decimal(value: object) -> Decimal:
    """A decimal number of sensible size. Raises `ValueError` or `ArithmeticError` for everything else."""
    number = Decimal(text(value))
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        raise ValueError("a number is out of range")
    return number


def facts(value: object) -> dict[str, object]:
    """A JSON object without numbers that are none. Raises `ValueError` or `RecursionError` for everything else."""
    found = json.loads(text(value), parse_constant=_no_number, parse_float=_finite)
    if not isinstance(found, dict):
        raise ValueError("it is not an object")
    json.dumps(found, ensure_ascii=False).encode()  # half a character, which no terminal shows
    return found


def to_intent(row: Row) -> Intent:
    """A row of `INTENT`. One that is still open is saved if its transaction is known, since forgetting it could pay
    twice: unreadable facts of it are empty, and an unreadable time counts as now."""
    outcome = Outcome(row[9])
    must = outcome is not Outcome.OPEN
    intent = Intent(
        key=row[0],
        kind=IntentKind(row[1]),
        chain_id=text(row[2]),
        owner=text(row[3]),
        dseq=None if row[4] is None else whole(row[4]),
        tx_hash=text(row[5]),
        expires=_or(row[6], _time_or_none, None, must),
        about=_or(row[7], facts, {}, must),
        created_at=_or(row[8], when, datetime.now(UTC), must),
        outcome=outcome,
        height=None if row[10] is None else whole(row[10]),
        code=None if row[11] is None else whole(row[11]),
        note=_or(row[12], text, "", must),
    )
    if intent.kind is IntentKind.LEASE:
        about_leases(intent)
    return intent


_AMOUNTS = ("deposit", "extra_deposit", "burn")
"""Where rows of earlier programs, without `spends`, have what they took."""
_COIN = re.compile(r"([0-9]{1,30})([a-zA-Z][a-zA-Z0-9/:._-]{2,127})", re.ASCII)


def summed(rows: Iterable[Row]) -> SentSum:
    """What these rows (about, outcome) took; see `SentSum` for what counts."""
    amounts: dict[str, int] = {}
    fees: dict[str, int] = {}
    unreadable = 0
    for about, outcome in rows:
        try:
            known = facts(about)
            fee, spends = _coins([known.get("fee", "")]), _coins(known.get("spends", [known.get(k) for k in _AMOUNTS]))
        except UNREADABLE:
            unreadable += 1
            continue
        for denom, amount in fee:
            fees[denom] = fees.get(denom, 0) + amount
        for denom, amount in spends if outcome != Outcome.FAILED else ():
            amounts[denom] = amounts.get(denom, 0) + amount
    return SentSum(amounts, fees, unreadable)


def _coins(listed: object) -> list[tuple[str, int]]:
    """Coins as `Coin` writes them; empty ones are left out. Raises `ValueError` for everything else."""
    if not isinstance(listed, list):
        raise ValueError("it is not a list")
    found: list[tuple[str, int]] = []
    for item in listed:
        if item in (None, ""):
            continue
        match = _COIN.fullmatch(text(item))
        if match is None:
            raise ValueError("it is not an amount")
        found.append((match[2], int(match[1])))
    return found


def to_deployment(row: Row) -> SavedDeployment:
    """A row of `DEPLOYMENT`."""
    return SavedDeployment(
        chain_id=text(row[1]),
        id=DeploymentId(text(row[2]), whole(row[3])),
        name=text(row[4]),
        file=text(row[5]),
        sdl=text(row[6]),
        manifest=blob(row[7]),
        version=blob(row[8]),
        hours=None if row[9] is None else decimal(row[9]),
        stage=SavedStage(row[10]),
        created_at=when(row[11]),
    )


def to_lease(id: DeploymentId, row: Row) -> SavedLease:
    """A row of `LEASE`, of the deployment `id`."""
    return SavedLease(
        LeaseId(id.owner, id.dseq, whole(row[1]), whole(row[2]), text(row[3]), whole(row[4])),
        DecCoin(text(row[5]), decimal(row[6])),
        delivered=row[7] is not None,
        tried=row[7] is not None or row[8] is not None,
    )


def _or(value: object, read: Callable[[object], T], instead: T, must: bool) -> T:
    """What `read` makes of the value; `instead` where it cannot and need not."""
    try:
        return read(value)
    except UNREADABLE:
        if must:
            raise
        return instead


def _time_or_none(value: object) -> datetime | None:
    return None if value is None else when(value)


def _no_number(word: str) -> NoReturn:
    raise ValueError("it is not a number")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is out of range")
    return number
