"""What one transaction of the journal took from the wallet and gave to it, as far as the journal knows."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome

_COIN: Final = re.compile(r"(\d{1,38})(\D.{0,127})", re.ASCII)
_TAKES: Final = ("deposit", "extra_deposit", "burn")


@dataclass(frozen=True, slots=True)
class IntentMoney:
    """Micro-units that the wallet has more, or less where negative; None where that is not known."""

    act: int | None
    akt: int | None
    estimated: str | None = None
    """The token of which what came (by a close, a mint or a burn) is the estimate of its quote."""


def intent_money(intent: Intent, same_tx: Collection[Intent] = ()) -> IntentMoney:
    """Of one intent; `same_tx` are all that its transaction was for. The fee is with the first of them.

    What was not decided is not known; what never happened took nothing.
    """
    if intent.outcome is Outcome.NEVER:
        return IntentMoney(0, 0)
    if intent.outcome in (Outcome.OPEN, Outcome.UNKNOWN):
        return IntentMoney(None, None)
    sums = {UACT: 0, UAKT: 0}

    def add(coin: Coin | None, sign: int) -> str | None:
        if coin is not None:
            sums[coin.denom] = sums.get(coin.denom, 0) + sign * coin.amount
        return None if coin is None else coin.denom

    for coin in taken(intent):
        add(coin, -1)
    estimated = None
    if intent.outcome is Outcome.DONE:
        if intent.kind is IntentKind.CLOSE:
            alone = sum(each.kind is IntentKind.CLOSE for each in same_tx) <= 1
            if alone and isinstance(intent.about.get("received"), list):
                for coin in received(intent):
                    add(coin, 1)
            else:
                estimated = add(coin_of(intent.about.get("refund_estimate")), 1)
        elif intent.kind in (IntentKind.MINT, IntentKind.BURN):
            gave = coin_of(intent.about.get("gave"))
            estimated = add(coin_of(intent.about.get("gives")), 1) if gave is None else None
            add(gave, 1)
    return IntentMoney(sums[UACT], sums[UAKT], estimated)


def taken(intent: Intent) -> list[Coin]:
    """What a transaction that is in a block took from the wallet: the fee, and where it did not fail its deposits and
    what it burned. What other accounts paid by their grants is not in it."""
    about = intent.about
    paid = [] if about.get("fee_granter") else [coin_of(about.get("fee"))]
    if intent.outcome is Outcome.DONE:
        paid += [coin_of(about.get(key)) for key in _TAKES]
        granted = about.get("granted")
        for each in granted if isinstance(granted, list) else ():
            part = coin_of(each.get("amount")) if isinstance(each, dict) else None
            paid.append(None if part is None else Coin(part.denom, -part.amount))
    return [coin for coin in paid if coin is not None]


def received(intent: Intent) -> list[Coin]:
    """What came to the wallet by the transaction, as its node reported it."""
    listed = intent.about.get("received")
    return [coin for each in (listed if isinstance(listed, list) else []) if (coin := coin_of(each)) is not None]


def coin_of(text: object) -> Coin | None:
    """`5000uakt` as the journal has it; None for anything else."""
    found = _COIN.fullmatch(text) if isinstance(text, str) else None
    return None if found is None else Coin(found[2], int(found[1]))
