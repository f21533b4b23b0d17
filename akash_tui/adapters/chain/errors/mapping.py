"""The chain's refusals → errors with a title and advice.

A refusal comes in four forms: CheckTx and included transactions name (codespace, code, log);
simulations and queries fail as HTTP 4xx/5xx with the text alone. Raw logs can hold anything, bytes of
addresses included (recordings/chain/err-fee-grant-*), so they are always cleaned here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from akash_tui.adapters.chain.errors.table import BY_CODE, BY_ROOT, ErrorRow
from akash_tui.domain.akash.messages import Message, spent_by
from akash_tui.domain.akash.money import MICRO, UAKT, Coin, coin_name, plain
from akash_tui.domain.text import clean
from akash_tui.services.ports import AkashError, Insufficient, NothingNew, Refused

_LOG_LIMIT: Final = 1000
_PREFIX = re.compile(r"^failed to execute message; message index: (\d+): ")
_SIMULATED = re.compile(r"(?: \[[^\]\s]+:\d+\])?(?: with gas used: '\d+')?$")
_QUERY = re.compile(r"^codespace ([\w.]+) code (\d+): ")
_VERSION = re.compile(r"\.v\d+\w*$")
"""Some modules carry their version in the name of their codespace: `oracle.v2`."""
_COIN = r"(\d{1,40})([a-zA-Z][\w/.:-]{0,126}\w)"
_SMALLER = re.compile(rf"(?:spendable balance )?(?:{_COIN})? ?is smaller than {_COIN}")
_TOO_LOW = re.compile(rf"Deposit too low - (\d{{1,40}}) < {_COIN}")
_FEES = re.compile(r"insufficient fees; got: (\S*) required: (\S+?):")
_CHAINS_OWN: Final = ("collections: not found",)
"""How texts without a registered error begin (recordings/chain/oracle-price-act)."""
_NEW = r"(?:Msg(?:Create|Start|Update|Mint|Fund)\w+|(?:deployment|order|bid|lease|mint|marketplace)s?|minting)"
_OFF = r"(?:disabled|sunset|wind(?:ing)?[- ]down)"
_DISABLED = re.compile(rf"\b{_NEW}\b.*\b{_OFF}\b|\b{_OFF}\b.*\b{_NEW}\b", re.IGNORECASE)
"""A chain that has ended new deployments refuses them in such words (AEP-79): the exact text is not known yet. A node's
own trouble ("transaction indexing is disabled") is none of it."""
_ENDED = re.compile(r"\b(?:sunset|wind(?:ing)?[- ]down)\b", re.IGNORECASE)
"""Words that only the end of new deployments has: they count more than a code with another meaning."""
_GENERAL: Final = frozenset({("sdk", code) for code in (4, 6, 18, 37)})
"""Codes of the framework that a filter of messages may use: unauthorized, unknown, invalid, not supported."""


def refusal(codespace: str, code: int, log: str) -> AkashError:
    """The error for a transaction that the chain refused with (codespace, code)."""
    text = clean(log, _LOG_LIMIT)
    return _error(BY_CODE.get((_VERSION.sub("", codespace), code)), codespace, code, text)


def refusal_of_text(message: str) -> AkashError:
    """The error for a simulation or query that failed with a text: its end names the root error."""
    text = clean(message, _LOG_LIMIT)
    bare = _SIMULATED.sub("", text)
    queried = _QUERY.match(bare)
    if queried:
        return refusal(queried[1], int(queried[2]), bare[queried.end() :])
    found = next((row for row in BY_ROOT if bare == row.root or bare.endswith(": " + row.root)), None)
    codespace, code = (found.codespace, found.code) if found else ("", 0)
    return _error(found, codespace, code, bare)


def in_words_of_chain(message: str) -> bool:
    """Whether a text with HTTP 5xx is the chain's refusal, not the trouble of the node that answers (its RPC is away,
    its database fails): gRPC code 2 is used for both."""
    text = clean(message, _LOG_LIMIT)
    bare = _SIMULATED.sub("", text)
    return (
        bare != text
        or bool(_PREFIX.match(bare) or _QUERY.match(bare))
        or any(bare == row.root or bare.endswith(": " + row.root) for row in BY_ROOT)
        or _insufficient(bare, "") is not None
        or _by_text(0, bare) is not None
        or _DISABLED.search(bare) is not None
        or bare.startswith(_CHAINS_OWN)
    )


def with_need(error: Insufficient, messages: Sequence[Message]) -> Insufficient:
    """The same error with `need` filled in from what the messages spend, where the chain's text names no amount."""
    if error.need is not None:
        return error
    need = next((coin for m in messages if (coin := spent_by(m)) is not None), None)
    return Insufficient(error.title, error.advice, need=need, have=error.have, detail=error.detail)


def _error(row: ErrorRow | None, codespace: str, code: int, text: str) -> AkashError:
    detail = _detail(codespace, code, text)
    insufficient = _insufficient(text, detail)
    if insufficient is not None:
        return insufficient
    free = row is None or (codespace, code) in _GENERAL or _ENDED.search(text)
    if free and _DISABLED.search(text):
        return NothingNew(_NOTHING_NEW, _CLOSE_INSTEAD, codespace=codespace, number=code, detail=detail)
    words = _by_text(code, text)
    if words is None and row is not None and not issubclass(row.kind, Refused):
        return row.kind(row.title, row.advice, detail=detail)
    title, advice = words or ((row.title, row.advice) if row else _unknown(text))
    kind = row.kind if words is None and row is not None and issubclass(row.kind, Refused) else Refused
    return kind(title, advice, codespace=codespace, number=code, detail=detail)


def _insufficient(text: str, detail: str) -> Insufficient | None:
    """Refusals for lack of funds, recognised by their text: the codes are shared with other causes."""
    if "insufficient balance" in text:
        # code 1 of codespace "undefined" at execution, market 28 elsewhere (README of the recordings, 3)
        return Insufficient(
            "Not enough balance for the deposit.",
            "Deposits are paid in ACT: mint some from AKT, or choose a lower deposit.",
            detail=detail,
        )
    if found := _SMALLER.search(text):
        need = Coin(found[4], int(found[3]))
        have = Coin(need.denom, int(found[1]) if found[2] == need.denom else 0)
        return Insufficient(
            f"Not enough {coin_name(need.denom)}: {_amount(need)} needed, {_amount(have)} available.",
            "AKT pays the fees: add some to the account." if need.denom == UAKT else "Add funds, or mint ACT from AKT.",
            need=need,
            have=have,
            detail=detail,
        )
    return None


def _by_text(code: int, text: str) -> tuple[str, str] | None:
    """Title and advice where the text says more than the code."""
    if found := _TOO_LOW.search(text):
        least = _amount(Coin(found[3], int(found[2])))
        return f"The deposit is below the chain's minimum of {least}.", f"Deposit at least {least}."
    if found := _FEES.search(text):
        return (
            f"The fee is too low for this node: {found[1] or 'nothing'} offered, {found[2]} required.",
            "Try again: the fee is calculated again. Fees are paid in AKT.",
        )
    if "does not allow to pay fees for" in text and (code == 38 or "fee-grant not found" in text):
        return "There is no fee grant for this account.", "Pay the fee yourself, or ask for a grant."
    if "decoding bech32 failed" in text or "invalid bech32" in text:
        return "The address is not valid.", "Check it for typing errors."
    return None


_NOTHING_NEW: Final = "The chain refuses this as disabled: it takes no new deployments, bids, leases or mints."
_CLOSE_INSTEAD: Final = (
    "Leases that run can still be topped up, and closed for the refund: akash-tui lease close. "
    "akash-tui doctor shows the dates."
)


def _unknown(text: str) -> tuple[str, str]:
    reason = clean(_PREFIX.sub("", text), 160)
    return (
        f"The chain refused: {reason}" if reason else "The chain refused without giving a reason.",
        "Refresh and try again; if it stays like this, report it with the log.",
    )


def _detail(codespace: str, code: int, text: str) -> str:
    where = f"{codespace} {code}: " if codespace else ""
    return f"{where}{text}" if text else where.removesuffix(": ")


def _amount(coin: Coin) -> str:
    name = coin_name(coin.denom)
    return f"{plain(coin.amount / MICRO)} {name}" if name != coin.denom else str(coin)
