"""Long lists of bids, read again at every block: a row that has not changed is not read twice.

Reading a row costs some ten times what recognising it costs, and an unchanged row gives the very same
`Bid` object, so that whoever compares with the last list is quick as well.
"""

from __future__ import annotations

import hashlib
import marshal
from dataclasses import dataclass
from typing import Any, Final

from akash_tui.adapters.chain.rest_json.escrow import JsonPage
from akash_tui.adapters.chain.rest_json.market import BidJson
from akash_tui.domain.akash.entities import Bid

MAX_ROWS: Final = 20_000
"""Rows remembered; above it the memory starts anew."""


class _Envelope(JsonPage):
    bids: list[Any] | None = None


@dataclass(frozen=True, slots=True)
class BidPage:
    """One page of bids, as values."""

    bids: tuple[Bid, ...]
    next_key: str | None


class BidRows:
    """Reads pages of bids, with a memory."""

    def __init__(self) -> None:
        self._known: dict[bytes, Bid] = {}

    def model_validate_json(self, body: bytes) -> BidPage:
        """A page of `bids/list`; ValueError (pydantic's) for anything else."""
        page = _Envelope.model_validate_json(body)
        return BidPage(tuple(self._bid(row) for row in page.bids or ()), page.next_key)

    def _bid(self, row: Any) -> Bid:
        # version 2 writes equal values as equal bytes; later ones depend on object identity
        name = hashlib.blake2b(marshal.dumps(row, 2), digest_size=16).digest()
        bid = self._known.get(name)
        if bid is None:
            bid = BidJson.model_validate(row).value()
            if len(self._known) >= MAX_ROWS:
                self._known.clear()
            self._known[name] = bid
        return bid
