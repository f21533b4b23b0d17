"""The most a tenant pays, read from an SDL's text and written back into it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from akash_tui.domain.akash.money import plain
from akash_tui.domain.sdl.problem import Edit, apply_edits
from akash_tui.domain.sdl.read.nodes import Mapping, Node, ReadFault, Scalar
from akash_tui.domain.sdl.read.reading import SdlReading, plain_edit


def with_max_price(text: str, node: Node | ReadFault | None, per_block: Decimal, profile: str | None = None) -> str:
    """`text` with this price per block (micro-units) for one compute profile, or for all.

    ValueError if no price is there to be replaced, or if it stands where only a person should edit.
    """
    if not 0 < per_block <= 10_000_000 or -per_block.normalize().as_tuple().exponent > 18:  # type: ignore[operator]
        raise ValueError("A price per block is above 0 and at most 10000000, with at most 18 decimals.")
    edits: list[Edit] = []
    for name, amount in _amounts(node):
        if profile not in (None, name):
            continue
        edit = plain_edit(amount, plain(per_block))
        if edit is None:
            raise ValueError(f"The price on line {amount.line} is written in a way that must be edited by hand.")
        edits.append(edit)
    if not edits:
        raise ValueError("There is no price to change here.")
    return apply_edits(text, edits)


def _amounts(node: Node | ReadFault | None) -> Iterator[tuple[str, Scalar]]:
    """Profile name and the scalar of its amount, for every placement."""
    if not isinstance(node, Mapping):
        return
    reading = SdlReading("")
    for section, value in node.pairs:
        if not (isinstance(section, Scalar) and section.text == "profiles"):
            continue
        for group in reading.fields(value, "", ("placement",)).values():
            for placement in reading.entries(group.value, ""):
                for pricing in reading.fields(placement.value, "", ("pricing",)).values():
                    for price in reading.entries(pricing.value, ""):
                        for amount in reading.fields(price.value, "", ("amount",)).values():
                            content = reading.follow(amount.value, "")
                            if isinstance(content, Scalar):
                                yield price.name, content
