"""Saved answers about bids, for `akash-tui bids --from FILE`: of any chain version, in any known wrapping."""

from __future__ import annotations

import json
from typing import Any, Final

from akash_tui.adapters.chain.rest_json.fields import place_of
from akash_tui.adapters.chain.rest_json.market import BidJson
from akash_tui.domain.akash.entities import Bid
from akash_tui.services.ports import BadInput

MAX_TEXT: Final = 64 * 1024 * 1024
_WRAPPERS: Final = ("response", "json", "data", "result", "body")


def parse_bids(source: str | bytes | object) -> list[Bid]:
    """Bids from JSON text or parsed JSON: a list answer (`{"bids": […]}`), a bare list, a recording's
    envelope, or one bid; today's shape or that of Mainnet 8. `BadInput` if none can be read."""
    value = _load(source) if isinstance(source, (str, bytes)) else source
    rows = _rows(value)
    if rows is None:
        raise BadInput(
            "There are no bids in this file.",
            "It should hold the answer of `bids/list` or `bids/info`, as JSON.",
        )
    bids: list[Bid] = []
    for number, row in enumerate(rows, 1):
        try:
            bids.append(BidJson.model_validate(row).value())
        except (ValueError, RecursionError) as error:
            raise BadInput(
                f"Bid {number} of {len(rows)} cannot be read.",
                "The file is damaged, or of an unknown version.",
                detail=place_of(error) if isinstance(error, ValueError) else "nested too deeply",
            ) from None
    return bids


def _load(text: str | bytes) -> object:
    if len(text) > MAX_TEXT:
        raise BadInput("The file is too large to hold bids.", "Save the answer of one deployment only.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadInput("The file is not JSON.", "Save the node's answer unchanged.") from None


def _rows(value: object) -> list[Any] | None:
    """The bid objects inside whatever wrapping; None if there are none."""
    for _ in range(6):
        if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):  # a recording with the body as text
            value = _load(value)
        if isinstance(value, list):
            return value if all(isinstance(row, dict) and "bid" in row for row in value) else None
        if not isinstance(value, dict):
            return None
        if isinstance(value.get("bid"), dict):
            return [value]
        if "bids" in value:
            value = value["bids"] if value["bids"] is not None else []
        else:
            value = next((value[key] for key in _WRAPPERS if key in value), None)
    return None
