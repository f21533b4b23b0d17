"""Saved answers about bids, for `akash-tui bids --from FILE`: of any chain version, in any known wrapping."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from akash_tui.adapters.chain.rest_json.fields import place_of
from akash_tui.adapters.chain.rest_json.market import BidJson
from akash_tui.adapters.chain.saved_rows import SavedRows
from akash_tui.adapters.chain.saved_text import NotJson, documents, json_values
from akash_tui.domain.akash.entities import Bid
from akash_tui.domain.bids.saved_bids import SavedBids
from akash_tui.domain.text import clean
from akash_tui.services.ports import BadInput

_DEEP: Final = 8
"""Wrappings around bids; more than any known file has."""
_WORD_END: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LISTS: Final = {"lease": "leases", "order": "orders", "deployment": "deployments", "provider": "providers"}
_LEGACY_DEC: Final = Decimal(10) ** 18
"""A `LegacyDec` in protobuf is an integer, 10^18 times the number."""
_LEAST_DIGITS: Final = 12
"""A shorter number is the price itself: as a `LegacyDec` it would be less than a millionth of the smallest unit."""
_STATES: Final = ("invalid", "open", "active", "lost", "closed")
"""`akash.market.v1beta5.Bid.State` by number."""
_RIGHT: Final = "It should hold the answer of `bids/list` or `bids/info`, as JSON or YAML, or that of `akash-tui bids`."


def parse_bids(source: str | bytes | object) -> list[Bid]:
    """The bids alone; see `parse_saved`."""
    return list(parse_saved(source).bids)


def parse_saved(source: str | bytes | object, saved_at: datetime | None = None) -> SavedBids:
    """Bids from text (JSON, JSON Lines, YAML) or parsed values: list answers, pages of them, a bare list, a recording's
    envelope, one bid, or rows of our own `bids -o json`; today's shape or that of Mainnet 8, snake_case or camelCase.

    `saved_at` is the age of what the file says of providers. `BadInput` if there is nothing to read, and says what the
    file has instead.
    """
    values = documents(source) if isinstance(source, (str, bytes)) else [source]
    found = _Found(SavedRows(saved_at or datetime.now(UTC)))
    for value in values:
        found.empty = found.empty or value == []
        found.search(value)
    if not found.bids and not found.own.rows and not found.empty:
        raise found.nothing()
    return found.own.saved_bids(_read(found.bids), more=found.more)


def _read(rows: list[object]) -> tuple[Bid, ...]:
    bids = []
    for number, row in enumerate(rows, 1):
        try:
            bids.append(BidJson.model_validate(row).value())
        except (ValueError, RecursionError) as error:
            raise _unreadable(number, len(rows), error) from None
    return tuple(bids)


def _unreadable(number: int, of: int, error: Exception) -> BadInput:
    why = clean(place_of(error), 80) if isinstance(error, ValueError) else "nested too deeply"
    return BadInput(f"Bid {number} of {of} cannot be read: {why}.", "The file is damaged, or of an unknown version.")


@dataclass(slots=True)
class _Found:
    """What a search through a file has found."""

    own: SavedRows
    bids: list[object] = field(default_factory=list)
    empty: bool = False
    """There is a list of bids without any."""
    more: bool = False
    """The last page names a next one."""
    failed: str = ""
    """What a node says in place of an answer."""
    others: list[str] = field(default_factory=list)
    """What else the file lists."""
    sdl: bool = False
    not_json: NotJson | None = None
    """Why text inside, which begins like JSON, is none: the reason to name if nothing else is found."""

    def search(self, value: object, depth: int = _DEEP) -> None:
        """Note everything in a value, whatever it is wrapped in."""
        if depth <= 0:
            return
        if isinstance(value, str):
            if value.lstrip()[:1] in ("{", "["):  # a recording with the body as text
                for inner in self._inner(value.strip()):
                    self.search(inner, depth - 1)
        elif isinstance(value, list):
            if any(_is_bid(item) for item in value):
                self.take(value)
            else:
                for item in value:
                    self.search(item, depth - 1)
        elif isinstance(value, dict):
            self._search_object({_snake(key): part for key, part in value.items()}, depth)

    def _inner(self, text: str) -> list[object]:
        """The values of text inside a value; none if it only begins like JSON, as a note may."""
        try:
            return json_values(text)
        except NotJson as error:
            self.not_json = self.not_json or error
            return []

    def _search_object(self, value: dict[str, Any], depth: int) -> None:
        if _is_bid(value):
            self.take([value])
            return
        if _is_other_event(value):
            self._take_event(value)
            return
        self._note_other(value)
        for key, part in value.items():
            if key == "bids" and isinstance(part, list):
                self.empty = True
                self.take(part)
            elif key == "bids" and part is None:
                self.empty = True
            elif key not in ("lease", "order", "deployment"):
                self.search(part, depth - 1)
        if "bids" in value:
            pages = value.get("pagination")
            self.more = isinstance(pages, dict) and bool(pages.get("next_key") or pages.get("nextKey"))

    def _note_other(self, value: Mapping[str, Any]) -> None:
        self.others += [name for key, name in _LISTS.items() if key in value or name in value]
        self.sdl = self.sdl or ("services" in value and "version" in value)
        error = value.get("error")
        if not self.failed and ("code" in value or error) and "bids" not in value:
            said = value.get("message") or value.get("msg") or (error if isinstance(error, str) else "")
            code = value.get("code")
            if isinstance(said, str) and said:
                self.failed = clean(said).rstrip(".") + (f" (code {code})" if isinstance(code, (int, str)) else "")

    def take(self, rows: list[Any]) -> None:
        """Rows of one list, all of which must be bids, or events of a run such as `bids --watch -o json` has."""
        for number, row in enumerate(rows, 1):
            shown = _snaked(row)
            if _is_other_event(shown):
                self._take_event(shown)
            elif _is_own(shown):
                try:
                    self.own.add(shown)
                except (ValueError, RecursionError) as error:
                    raise _unreadable(number, len(rows), error) from None
            elif isinstance(shown, dict) and "bid" not in shown and _is_bare(shown):
                self.bids.append(_from_protobuf({"bid": shown}))
            else:
                self.bids.append(_from_protobuf(shown))

    def _take_event(self, event: dict[str, Any]) -> None:
        """Of the other events only that a bid went says something about bids."""
        if event["event"] == "bid_gone":
            self.own.add(event)

    def nothing(self) -> BadInput:
        """What the file is, if no bids are in it."""
        if self.failed:
            return BadInput(
                f"The node answered with an error, not with bids: {clean(self.failed)}.",
                "Check the address and the deployment's number, and ask again or another node.",
            )
        if self.sdl:
            return BadInput(
                "This is an SDL, not an answer about bids.", "akash-tui deploy FILE asks for bids with it; see --help."
            )
        if self.not_json is not None:
            return self.not_json
        if self.others:
            return BadInput(f"There are no bids in this file, but {self.others[0]}.", _RIGHT)
        return BadInput("There are no bids in this file.", _RIGHT)


def _is_bid(value: object) -> bool:
    """A row of a list answer, a bid without its row, or a row of our own."""
    if not isinstance(value, dict):
        return False
    row = {_snake(key): part for key, part in value.items()}
    return isinstance(row.get("bid"), dict) or _is_bare(row) or _is_own(row)


def _is_bare(row: Mapping[str, Any]) -> bool:
    """A bid itself: a lease looks like it, but has the block of its close."""
    id = row.get("bid_id") or row.get("id")
    return isinstance(id, dict) and "provider" in id and "price" in row and "closed_on" not in row


def _is_own(row: object) -> bool:
    return (
        isinstance(row, dict)
        and {"provider", "dseq", "price"} <= row.keys()
        and ("gpus" in row or "price_h" in row)
        and row.get("event", "bid") == "bid"
    )


def _is_other_event(row: object) -> bool:
    """An event of a run that is not a bid."""
    return isinstance(row, dict) and "dseq" in row and row.get("event", "bid") != "bid"


@lru_cache(maxsize=4096)
def _snake_of(key: str) -> str:
    return _WORD_END.sub("_", key).lower()


def _snake(key: object) -> str:
    """`resourcesOffer` → `resources_offer`; names with an underscore stay."""
    return _snake_of(key) if isinstance(key, str) and len(key) <= 64 else str(key)


def _snaked(value: Any) -> Any:
    """All names of a row in snake_case."""
    if isinstance(value, dict):
        return {_snake(key): _snaked(part) for key, part in value.items()}
    return [_snaked(part) for part in value] if isinstance(value, list) else value


def _from_protobuf(row: Any) -> Any:
    """A row that a JavaScript library wrote from its own objects: numbers as two halves, bytes as base64 or as a list,
    states by their number, and a price as the integer that protobuf has."""
    plain, raw = _plain(row, "")
    bid = plain.get("bid") if isinstance(plain, dict) else None
    if not raw or not isinstance(bid, dict):
        return plain
    price = bid.get("price")
    amount = str(price.get("amount", "")) if isinstance(price, dict) else ""
    if isinstance(price, dict) and amount.isascii() and amount.isdigit() and len(amount) > _LEAST_DIGITS:
        price["amount"] = str(Decimal(amount) / _LEGACY_DEC)
    plain.pop("escrow_account", None)  # written the same way, and nothing of it is shown
    return plain


def _plain(value: Any, name: str) -> tuple[Any, bool]:
    """The value as a node's JSON has it, and whether it was written in another way."""
    if isinstance(value, dict):
        if {"low", "high"} <= value.keys() and all(type(value[half]) is int for half in ("low", "high")):
            return (value["high"] & 0xFFFFFFFF) << 32 | value["low"] & 0xFFFFFFFF, True
        if name == "val":
            data = value.get("data") if isinstance(value.get("data"), list) else list(value.values())
            return _digits(data), True
        parts = {key: _plain(part, key) for key, part in value.items()}
        return {key: part for key, (part, _) in parts.items()}, any(raw for _, raw in parts.values())
    if isinstance(value, list):
        items = [_plain(part, "") for part in value]
        return [part for part, _ in items], any(raw for _, raw in items)
    if name == "state" and type(value) is int:
        return _STATES[value] if 0 <= value < len(_STATES) else "unknown", True
    if name == "val" and isinstance(value, str) and not value.lstrip("-").isdigit():
        try:
            return base64.b64decode(value, validate=True).decode("ascii"), True
        except (binascii.Error, ValueError):
            return value, False
    return value, False


def _digits(data: Any) -> str:
    """`[52, 48]` → `40`: a number's digits as bytes."""
    fits = isinstance(data, list) and all(type(byte) is int and 0 <= byte < 128 for byte in data)
    return bytes(data).decode("ascii") if fits else ""
