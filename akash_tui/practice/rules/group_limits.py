"""Limits of a group specification, checked before a deployment with it may exist (deployment module, v1beta4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from akash_tui.practice.state.amounts import ONE, dec_from_wire
from akash_tui.practice.state.refusal import Refusal

MI, TI = 2**20, 2**40
CPU, GPU, MEMORY, STORAGE = (10, 384_000), (0, 24), (MI, 2 * TI), (5 * MI, 32 * TI)
MAX_COUNT = 50
MAX_PRICE = 10_000_000
ATTRIBUTE_KEY = re.compile(r"^([a-zA-Z][\w/.\-]{1,126}[\w*]?)$", re.ASCII)


def plain_refusal(text: str) -> Refusal:
    """Most of these checks are plain Go errors: code 1, codespace `undefined`."""
    return Refusal("undefined", 1, text)


def group_price(group: Any) -> tuple[str, int]:
    """Denom and the most the group may cost per block (10**-18): the sum of unit price x count."""
    denom = group.resources[0].price.denom if group.resources else ""
    return denom, sum(dec_from_wire(unit.price.amount) * unit.count for unit in group.resources)


def check_group(group: Any) -> None:
    """Raise Refusal for the first limit a GroupSpec breaks."""
    if not group.name:
        raise plain_refusal("empty group spec name denomination")
    seen = set()
    for unit in group.resources:
        _check_resources(unit.resource)
        if unit.resource.id in seen:
            raise plain_refusal(f"duplicate resources ID ({unit.resource.id}) within group")
        seen.add(unit.resource.id)
    _check_totals(group)
    for unit in group.resources:
        amount = dec_from_wire(unit.price.amount)
        if not unit.price.denom or amount < 0:
            raise plain_refusal(f"group {group.name}: error: invalid price object")
        if amount > MAX_PRICE * ONE:
            price = f"{amount // ONE}.{amount % ONE:018d}{unit.price.denom}"
            raise plain_refusal(f"group {group.name}: error: invalid unit price ({MAX_PRICE} > {price} fails)")
        if unit.price.denom != group.resources[0].price.denom:
            raise plain_refusal(
                f"multi-denonimation group: ({unit.price.denom} == {group.resources[0].price.denom} fails)"
            )


def _check_resources(resource: Any) -> None:
    if resource.id == 0:
        raise plain_refusal("error: invalid resources ID (> 0 fails)")
    for name, label, limits in (("cpu", "CPU", CPU), ("gpu", "GPU", GPU), ("memory", "memory", MEMORY)):
        if not resource.HasField(name):
            raise plain_refusal(f"error: invalid unit {label}, cannot be nil")
        part = getattr(resource, name)
        amount = value(part.quantity if name == "memory" else part.units)
        if not limits[0] <= amount <= limits[1]:
            # the node prints the upper limit twice here
            raise plain_refusal(f"error: invalid unit {label} ({limits[1]} > {amount} > {limits[1]} fails)")
        if name == "gpu" and amount == 0 and part.attributes:
            raise plain_refusal("error: invalid GPU state. attributes cannot be present if units == 0")
        check_attributes(part.attributes, f"error: invalid {'Memory' if name == 'memory' else label} attributes: ")
    if not resource.storage:
        raise plain_refusal("error: invalid unit storage, cannot be nil")
    for volume in resource.storage:
        amount = value(volume.quantity)
        if not STORAGE[0] <= amount <= STORAGE[1]:
            raise plain_refusal(f"error: invalid unit storage ({STORAGE[1]} > {amount} > {STORAGE[0]} fails)")
        check_attributes(volume.attributes, "error: invalid Storage attributes: ")


def _check_totals(group: Any) -> None:
    for name, label, limits in (("cpu", "CPU", CPU), ("gpu", "GPU", GPU), ("memory", "memory", MEMORY)):
        total = 0
        for unit in group.resources:
            part = getattr(unit.resource, name)
            total += value(part.quantity if name == "memory" else part.units) * unit.count
        most = limits[1] * MAX_COUNT
        if total > most or (total <= 0 and name != "gpu"):
            raise plain_refusal(f"invalid total {label} ({most} > {total} > 0 fails)")


def check_attributes(attributes: Iterable[Any], prefix: str = "") -> None:
    """Attribute keys fit the pattern and are unique."""
    seen = set()
    for each in attributes:
        if not ATTRIBUTE_KEY.match(each.key):
            raise _attribute_refusal(prefix, 2, "attribute key does not match regexp")
        if each.key in seen:
            raise _attribute_refusal(prefix, 1, "attributes cannot have duplicate keys")
        seen.add(each.key)


def _attribute_refusal(prefix: str, code: int, text: str) -> Refusal:
    return plain_refusal(prefix + text) if prefix else Refusal("akash", code, text)


def value(number: Any) -> int:
    """A ResourceValue's number: ASCII digits on the wire."""
    return int(number.val or b"0")
