"""Events of transactions and blocks, in the wording of the Cosmos SDK and the akash modules."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """One event; a typed (akash.*) event's values are JSON texts, a plain one's are bare texts."""

    type: str
    attributes: tuple[tuple[str, str], ...]

    def field(self, key: str) -> Any:
        """The decoded JSON of a typed event's attribute: `event.field("id")["dseq"] == "274"`."""
        return next((json.loads(value) for name, value in self.attributes if name == key), None)


def plain(type_: str, **attributes: str) -> Event:
    """An ordinary SDK event, attributes in the order given."""
    return Event(type_, tuple(attributes.items()))


def typed(type_: str, **fields: Any) -> Event:
    """A typed event: attribute names sorted, values compact JSON."""
    rows = ((key, json.dumps(fields[key], separators=(",", ":"), ensure_ascii=False)) for key in sorted(fields))
    return Event(type_, tuple(rows))


def transfer(sender: str, recipient: str, coins: str) -> list[Event]:
    """The four events of a bank transfer; coins as text, `5000000uact`."""
    return [
        plain("coin_spent", spender=sender, amount=coins),
        plain("coin_received", receiver=recipient, amount=coins),
        plain("transfer", recipient=recipient, sender=sender, amount=coins),
        plain("message", sender=sender),
    ]
