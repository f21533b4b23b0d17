"""The same SDL with another highest price: given in ACT an hour for all of it, written per block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal

from akash_tui.domain.akash.money import MICRO, UACT, BlockTime, plain, rate
from akash_tui.domain.akash.resources import highest_price
from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.domain.sdl.problem import Edit, apply_edits
from akash_tui.domain.sdl.read.nodes import plain_edit

_ATTO = Decimal(10) ** 18
_SMALLEST = Decimal("0.000001")
_HOURLY = re.compile(r"(amount:[ ]+([0-9.]{1,30})[ ]+# at most about )[0-9.]{1,20}(?= ACT an hour)")
"""The comment beside an amount in the shipped presets, which says the same for an hour."""


def with_highest_price(text: str, compiled: Compiled, hourly: Decimal, block_time: BlockTime) -> str:
    """`text`, of which `compiled` was made, so that all its groups together cost at most `hourly` ACT; each profile
    keeps its share. Amounts are rounded down. A comment beside an amount that says it for an hour says the new one.

    Raises `ValueError` with a sentence: it does not compile, has other tokens, or is to be edited by hand.
    """
    total = highest_price(compiled.groups, UACT) if compiled.ok else None
    if total is None or total <= 0 or compiled.document is None:
        raise ValueError("The SDL has no price in uact that could be changed.")
    wanted = hourly * MICRO / block_time.blocks_per_hour
    changed = apply_edits(text, list(_edits(compiled, wanted / total))).splitlines(keepends=True)
    before = text.splitlines(keepends=True)
    return "".join(now if now == was else _hourly(now, block_time) for was, now in zip(before, changed, strict=True))


def _hourly(line: str, block_time: BlockTime) -> str:
    return _HOURLY.sub(lambda m: f"{m[1]}{rate(Decimal(m[2]) * block_time.blocks_per_hour / MICRO)}", line)


def _edits(compiled: Compiled, factor: Decimal) -> Iterator[Edit]:
    assert compiled.document is not None
    done: set[int] = set()
    for use in compiled.document.uses():
        placement = compiled.document.placements.get(use.placement)
        price = placement.prices.get(use.profile or "") if placement is not None else None
        if price is None or price.amount is None or id(price.amount_node) in done:
            continue
        done.add(id(price.amount_node))
        amount = Decimal(price.amount) / _ATTO * factor
        amount = amount.quantize(Decimal(1) if amount >= 1 else _SMALLEST, rounding=ROUND_DOWN)
        edit = plain_edit(price.amount_node, plain(amount)) if amount > 0 else None
        if edit is None:
            raise ValueError(f"The price on line {price.amount_node.line} must be edited by hand.")
        yield edit
