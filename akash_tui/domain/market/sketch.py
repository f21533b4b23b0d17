"""A share drawn with characters."""

from __future__ import annotations

from decimal import Decimal


def bar(share: Decimal | None, width: int, *, ascii_only: bool = False) -> tuple[str, str]:
    """The filled and the open part of `width` characters; all of it is open where the share is not known."""
    full, empty = ("#", ".") if ascii_only else ("█", "░")
    filled = 0 if share is None else int((min(max(share, Decimal(0)), Decimal(1)) * width).to_integral_value())
    return full * filled, empty * (width - filled)
