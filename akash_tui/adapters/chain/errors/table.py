"""What the chain's error codes mean to a tenant: one row for each (codespace, code).

`root` is the text that the chain's code registers with the number; simulations answer with the text
alone. Sources: cosmos-sdk types/errors, chain-sdk go/node/*/errors.go, and the recordings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from akash_tui.services.ports import BidGone, Insufficient, OrderGone, OutOfGas, Refused, mint_halted


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One registered error: `root` is the chain's own text, `title` and `advice` are shown to the user."""

    codespace: str
    code: int
    root: str
    title: str
    advice: str
    kind: type[Refused | Insufficient | BidGone | OrderGone] = Refused


_BUG = "This is a bug in akash-tui: please report it with the log."
_AGAIN = "Try again."
_REREAD = "Refresh the deployment: it has changed in the meantime."
_OTHER_BID = "Refresh the bids and choose another one."
_SDL = "Correct the SDL and try again."
_MINT_LATER = "Wait until the mint is open again: akash-tui doctor shows its state."

MINT_HALTED: Final = {
    "mint_status_halt_cr": "its collateral is too low",
    "mint_status_halt_oracle": "the chain has no reliable AKT price",
}
"""Why the mint is halted, by the status that it reports; the refusals of a halted mint say the same."""
_HALT_ORACLE = mint_halted(MINT_HALTED["mint_status_halt_oracle"])
_HALT_COLLATERAL = mint_halted(MINT_HALTED["mint_status_halt_cr"])

ROWS: Final[tuple[ErrorRow, ...]] = (
    # --- cosmos-sdk ---
    ErrorRow("sdk", 2, "tx parse error", "The node could not read the transaction.", _BUG),
    ErrorRow("sdk", 3, "invalid sequence", "The transaction has a wrong sequence number.", _AGAIN),
    ErrorRow(
        "sdk",
        4,
        "unauthorized",
        "The chain does not accept the signature.",
        "Check the network and its chain id, and that the wallet owns this deployment.",
    ),
    ErrorRow(
        "sdk",
        5,
        "insufficient funds",
        "Not enough funds in the account.",
        "Add funds: AKT pays fees, ACT pays deposits.",
        Insufficient,
    ),
    ErrorRow(
        "sdk",
        6,
        "unknown request",
        "The chain does not know this kind of request.",
        "Its version may be older or newer than this program expects; check for an update.",
    ),
    ErrorRow("sdk", 7, "invalid address", "An address is not valid.", "Check the address."),
    ErrorRow("sdk", 8, "invalid pubkey", "The public key does not belong to the account.", "Check the wallet."),
    ErrorRow(
        "sdk",
        9,
        "unknown address",
        "The chain has never seen this account.",
        "Fund it with some AKT first: an account exists from its first deposit on.",
    ),
    ErrorRow("sdk", 10, "invalid coins", "An amount is not valid.", "Check the amount and its denomination."),
    ErrorRow(
        "sdk",
        11,
        "out of gas",
        "The transaction ran out of gas; its fee is spent, nothing else happened.",
        "Try again with a higher gas limit.",
        OutOfGas,
    ),
    ErrorRow("sdk", 12, "memo too large", "The memo is too long.", "Use at most 256 characters."),
    ErrorRow(
        "sdk",
        13,
        "insufficient fee",
        "The fee is below this node's minimum.",
        "Try again: the fee is calculated again. The fee must be paid in AKT.",
    ),
    ErrorRow("sdk", 14, "maximum number of signatures exceeded", "The transaction has too many signatures.", _BUG),
    ErrorRow("sdk", 15, "no signatures supplied", "The transaction has no signature.", _BUG),
    ErrorRow("sdk", 18, "invalid request", "The chain considers the transaction invalid.", _AGAIN),
    ErrorRow(
        "sdk",
        19,
        "tx already in mempool",
        "The node already has this transaction.",
        "Wait for its block: it was not sent twice.",
    ),
    ErrorRow(
        "sdk", 20, "mempool is full", "The node is overloaded.", "Try again in a moment, or use another endpoint."
    ),
    ErrorRow("sdk", 21, "tx too large", "The transaction is too large.", "Use a smaller SDL."),
    ErrorRow("sdk", 26, "invalid height", "The node does not have that block.", "Use another endpoint."),
    ErrorRow(
        "sdk", 28, "invalid chain-id", "The transaction was signed for another chain.", "Check the network's chain id."
    ),
    ErrorRow(
        "sdk",
        30,
        "tx timeout height",
        "The transaction missed its last possible block: nothing was spent.",
        _AGAIN,
    ),
    ErrorRow("sdk", 31, "unknown extension options", "The chain does not know an option of the transaction.", _BUG),
    ErrorRow(
        "sdk",
        32,
        "incorrect account sequence",
        "Another transaction of this account came first.",
        "Try again: it is signed again with the next sequence number.",
    ),
    ErrorRow(
        "sdk", 37, "feature not supported", "The chain does not support this.", "Check for an update of this program."
    ),
    ErrorRow("sdk", 38, "not found", "The chain did not find what the transaction needs.", _REREAD),
    ErrorRow(
        "sdk",
        42,
        "tx timeout",
        "The transaction's time-out has passed: nothing was spent.",
        "Try again. If it happens again, the node is behind: use another endpoint.",
    ),
    ErrorRow(
        "feegrant",
        2,
        "fee limit exceeded",
        "The fee is above what the fee grant still allows.",
        "Ask the granter for more, or pay the fee yourself.",
    ),
    ErrorRow("feegrant", 3, "fee allowance expired", "The fee grant has expired.", "Pay the fee yourself."),
    ErrorRow(
        "feegrant",
        7,
        "message not allowed",
        "The fee grant does not pay for this kind of transaction.",
        "Pay the fee yourself.",
    ),
    ErrorRow("undefined", 111222, "panic", "The node had an internal error.", "Try again, or use another endpoint."),
    # --- deployment ---
    ErrorRow(
        "deployment",
        3,
        "Deployment exists",
        "A deployment with this number already exists.",
        "Check it in the list of leases; a new attempt takes a new number.",
    ),
    ErrorRow("deployment", 4, "Deployment not found", "There is no such deployment.", "Check its number and owner."),
    ErrorRow("deployment", 5, "Deployment closed", "The deployment is already closed.", "There is nothing more to do."),
    ErrorRow("deployment", 7, "Invalid groups", "The chain considers the deployment's groups invalid.", _SDL),
    ErrorRow("deployment", 8, "Invalid: deployment id", "The deployment's number is not valid.", _AGAIN),
    ErrorRow("deployment", 9, "Invalid: empty hash", "The manifest's hash is missing.", _BUG),
    ErrorRow(
        "deployment",
        10,
        "Invalid: deployment hash",
        "The manifest's hash is not valid, or the deployment already has it.",
        "If the SDL did not change, there is nothing to update.",
    ),
    ErrorRow("deployment", 12, "Invalid deployment", "The chain considers the deployment invalid.", _SDL),
    ErrorRow("deployment", 14, "Group not found", "There is no such group in the deployment.", _REREAD),
    ErrorRow("deployment", 15, "Group already closed", "The group is already closed.", _REREAD),
    ErrorRow("deployment", 16, "Group open", "The group is already open.", _REREAD),
    ErrorRow("deployment", 17, "Group paused", "The group is paused.", "Start the group first."),
    ErrorRow("deployment", 18, "Group not open", "The group is not open.", _REREAD),
    ErrorRow("deployment", 19, "GroupSpec invalid", "The chain considers a group of the SDL invalid.", _SDL),
    ErrorRow(
        "deployment",
        20,
        "Deposit invalid",
        "The chain does not accept the deposit or the price's denomination.",
        "Prices and deposits must be in uact, and the deposit at least the chain's minimum.",
    ),
    ErrorRow(
        "deployment",
        24,
        "invalid price",
        "The chain does not accept a price of the SDL.",
        "Set a uact price above 0.",
    ),
    ErrorRow("deployment", 25, "duplicate group name", "Two groups have the same name.", _SDL),
    ErrorRow(
        "deployment",
        26,
        "invalid reclamation configuration",
        "The reclamation window is outside the chain's limits.",
        _SDL,
    ),
    # --- market ---
    ErrorRow("market", 4, "bid price above max order price", "The bid is above the order's maximum price.", _OTHER_BID),
    ErrorRow("market", 5, "attribute mismatch", "The provider's attributes do not fit the order.", _OTHER_BID),
    ErrorRow("market", 6, "unknown bid", "The bid no longer exists.", _OTHER_BID, BidGone),
    ErrorRow("market", 7, "unknown lease", "There is no such lease.", _REREAD),
    ErrorRow("market", 10, "lease not active", "The lease is no longer active.", _REREAD),
    ErrorRow("market", 11, "bid not active", "The bid is no longer active.", _OTHER_BID, BidGone),
    ErrorRow("market", 12, "bid not open", "The bid is no longer open.", _OTHER_BID, BidGone),
    ErrorRow(
        "market",
        13,
        "bid: order not open",
        "The order is no longer open: another bid won it, or it was closed.",
        "Refresh the deployment: a new order needs new bids.",
        OrderGone,
    ),
    ErrorRow("market", 14, "no lease for order", "The order has no lease.", _REREAD),
    ErrorRow("market", 15, "invalid order: order not found", "There is no such order.", _REREAD, OrderGone),
    ErrorRow("market", 16, "group not found", "There is no such group.", _REREAD),
    ErrorRow("market", 17, "group not open", "The group is not open.", _REREAD, OrderGone),
    ErrorRow("market", 18, "invalid bid: bid not found", "The bid no longer exists.", _OTHER_BID, BidGone),
    ErrorRow("market", 20, "invalid lease: lease not found", "There is no such lease.", _REREAD),
    ErrorRow("market", 22, "bid price is invalid", "The bid's price is not valid.", _OTHER_BID),
    ErrorRow("market", 23, "order active", "The order already has a lease.", _REREAD, OrderGone),
    ErrorRow("market", 24, "order closed", "The order is closed.", _REREAD, OrderGone),
    ErrorRow(
        "market",
        28,
        "deposit invalid",
        "The chain does not accept the deposit.",
        "Check the deposit's amount and denomination.",
    ),
    ErrorRow("market", 30, "unknown provider", "The provider is no longer on chain.", _OTHER_BID, BidGone),
    ErrorRow("market", 31, "invalid bid", "The bid is not valid.", _OTHER_BID),
    ErrorRow(
        "market", 32, "capabilities mismatch", "The provider lacks a capability that the order needs.", _OTHER_BID
    ),
    ErrorRow(
        "market", 39, "reclamation window outside governance bounds", "The reclamation window is not allowed.", _SDL
    ),
    # --- escrow ---
    ErrorRow("escrow", 1, "account exists", "The deployment's account already exists.", _REREAD),
    ErrorRow("escrow", 2, "account closed", "The deployment's account is closed.", "Create a new deployment."),
    ErrorRow("escrow", 3, "account not found", "The deployment has no account.", "Check its number and owner."),
    ErrorRow(
        "escrow",
        4,
        "account overdrawn",
        "The deployment is out of funds.",
        "Create a new deployment with a higher deposit.",
    ),
    ErrorRow("escrow", 5, "invalid denomination", "The account does not hold this denomination.", "Deposit in uact."),
    ErrorRow("escrow", 15, "unauthorized deposit scope", "The grant does not allow deposits of this kind.", _REREAD),
    ErrorRow("escrow", 16, "invalid deposit", "The chain does not accept the deposit.", "Check the amount."),
    # --- akash base, certificates ---
    ErrorRow("akash", 1, "duplicate attribute keys", "An attribute is named twice.", _SDL),
    ErrorRow("akash", 2, "attribute key does not match regexp", "An attribute's name is not allowed.", _SDL),
    ErrorRow("akash", 3, "invalid depositor", "The depositor is not valid.", "Check the wallet."),
    ErrorRow("akash", 4, "invalid deposit source", "The deposit has no valid source of funds.", _BUG),
    ErrorRow("cert", 3, "certificate exists", "The certificate is already on chain.", "There is nothing more to do."),
    # --- oracle: the AKT price ---
    # older than 600 s; the mint's status is answered with it too (protocol notes, 11)
    ErrorRow("oracle", 4, "price stalled", "The price is stale.", _MINT_LATER),
    # --- bme: the mint ---
    ErrorRow("bme", 4, "module is disabled", "The mint is switched off.", _MINT_LATER),
    ErrorRow("bme", 5, "oracle is unhealthy", _HALT_ORACLE, _MINT_LATER),
    ErrorRow("bme", 6, "circuit breaker is active", _HALT_COLLATERAL, _MINT_LATER),
    ErrorRow("bme", 7, "insufficient vault funds", "The mint's vault cannot pay this out.", _MINT_LATER),
    ErrorRow("bme", 8, "invalid amount", "The mint does not accept this amount.", "Check the amount."),
    ErrorRow("bme", 12, "oracle price is zero", "The chain has no AKT price now.", _MINT_LATER),
    ErrorRow("bme", 16, "amount below epsilon", "The amount is too small to mint.", "Mint a larger amount."),
    ErrorRow("bme", 17, "minimum mint", "The amount is below the smallest mint.", "Mint a larger amount."),
)

BY_CODE: Final = {(row.codespace, row.code): row for row in ROWS}
BY_ROOT: Final = tuple(sorted(ROWS, key=lambda row: len(row.root), reverse=True))
"""Longest text first: `bid: order not open` before a shorter text that it ends with."""
