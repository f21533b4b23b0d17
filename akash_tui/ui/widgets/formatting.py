"""How figures, times and GPUs are written on the screen."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.lease_end import how_long as how_long
from akash_tui.domain.akash.money import MICRO, Coin, named
from akash_tui.domain.bids import formatting as bid_formatting
from akash_tui.domain.bids.gpu_disclosure import Disclosure
from akash_tui.domain.text import end_time as end_time
from akash_tui.domain.text import local_time as local_time
from akash_tui.domain.text import plural as plural
from akash_tui.ui.widgets.gpu_colours import gpu_tone
from akash_tui.ui.widgets.styles import Tone

_HASH = re.compile(r"\b[0-9A-Fa-f]{64}\b")


def clock(seconds: float) -> str:
    """Minutes and seconds: `4:22`; never below zero."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def when(now: datetime, at: datetime) -> str:
    """`just now`, `3 min ago`."""
    age = ago((now - at).total_seconds())
    return "just now" if age == "now" else f"{age} ago"


def ago(seconds: float) -> str:
    """An age in steps that do not flicker: `now`, `20 s`, `3 min`, `2 h`, `4 d`."""
    whole = max(0, int(seconds))
    if whole < 10:
        return "now"
    if whole < 60:
        return f"{whole // 10 * 10} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 2 * 86400:
        return f"{whole // 3600} h"
    return f"{whole // 86400} d"


def until(at: datetime | None, hours: Decimal | None) -> str:
    """The end of a sentence with the moment when money runs out; "" if that is unknown."""
    return f"; it lasts until about {end_time(at, hours or Decimal(0))} local time" if at is not None else ""


def lasts_until(at: datetime | None, hours: Decimal) -> str:
    """`about Tue 24 Nov 11:40 local time (5 h 26 min)`; only the hours where the moment is unknown."""
    return f"about {end_time(at, hours)} local time ({how_long(hours)})" if at is not None else f"({how_long(hours)})"


def amount(coin: Coin, places: int = 2) -> str:
    """`5.00 ACT`; a denomination that we do not know stays as the chain writes it."""
    return named(coin, places)


def added(coin: Coin) -> str:
    """What is added to a deposit: two places, six where two would show zero."""
    return amount(coin, 6 if 0 < coin.amount < MICRO // 100 else 2)


def fee(coin: Coin) -> str:
    """Gas fees are small: four places, never shown as zero when they are not."""
    return amount(coin, 4 if coin.amount >= 100 or coin.amount == 0 else 6)


def gpus(disclosure: Disclosure) -> tuple[str, Tone]:
    """A bid's GPUs in a few cells, marked by how we know, in the colour of their model; not knowing is a warning."""
    text = bid_formatting.gpus(disclosure)
    if not disclosure.gpus or not disclosure.known:
        return text, "muted" if not disclosure.gpus else "warn"
    models = {offer.model.model for offer in disclosure.gpus}
    return text, gpu_tone(models.pop()) if len(models) == 1 else ""


def vram(disclosure: Disclosure) -> tuple[str, Tone]:
    """The size of each GPU; what only the provider's attributes say, and what is not known, stands back."""
    text = bid_formatting.vram(disclosure)
    return text, "" if text[-1:].isalpha() and not text.endswith("ᵖ") else "muted"


def hashes(text: str) -> list[str]:
    """The transaction hashes in a sentence."""
    return _HASH.findall(text)


def short_hashes(text: str) -> str:
    """Transaction hashes in a sentence, shortened: `9B04…BBC9`."""
    return _HASH.sub(lambda found: f"{found[0][:4]}…{found[0][-4:]}", text)


def sentence(text: str) -> str:
    """With a stop at its end, so that another sentence may follow."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
