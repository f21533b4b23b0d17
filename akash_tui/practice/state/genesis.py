"""The state before the first block: module accounts, the mint's vault, and what a scenario puts in.

All of it may be called before the first block only.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from akash_tui.practice.state.books import Account, Audit, Books, Certificate, DepositGrant, FeeGrant, Provider
from akash_tui.practice.state.context import set_balance
from akash_tui.practice.state.crypto import module_address

MODULES = {
    "fee_collector": (),
    "distribution": (),
    "gov": ("burner",),
    "mint": ("minter",),
    "bonded_tokens_pool": ("burner", "staking"),
    "not_bonded_tokens_pool": ("burner", "staking"),
    "escrow": (),
    "bme": ("burner", "minter"),
}
VAULT_UAKT = 2_000_000_000_000_000


def begin(books: Books) -> None:
    """The module accounts, and AKT in the vault so that minting is allowed."""
    for name, permissions in MODULES.items():
        address = module_address(name)
        books.accounts.put((address,), Account(address, _next_number(books), module=name, permissions=permissions))
    set_balance(books, module_address("bme"), "uakt", VAULT_UAKT)


def _next_number(books: Books) -> int:
    number = books.totals.get(("accounts",)) or 0
    books.totals.put(("accounts",), number + 1)
    return number


def ensure_account(books: Books, address: str) -> Account:
    """The account, created with the next number if it is new."""
    found = books.accounts.get((address,))
    if found is None:
        found = Account(address, _next_number(books))
        books.accounts.put((address,), found)
    return found


def account(books: Books, address: str, coins: Mapping[str, int], pubkey: bytes | None = None) -> None:
    """An account with coins (`{"uakt": ..., "uact": ...}`); with `pubkey`, as if it had signed before."""
    row = ensure_account(books, address)
    if pubkey is not None:
        row = Account(row.address, row.number, row.sequence, base64.b64encode(pubkey).decode())
        books.accounts.put((address,), row)
    for denom, amount in coins.items():
        set_balance(books, address, denom, (books.balances.get((address, denom)) or 0) + amount)


SPONSOR_UAKT, SPONSOR_UACT = 2_000_000, 50_000_000
"""What a sponsor grants to each account: fees and deposits."""


def sponsor(books: Books, granter: str, grantee: str) -> None:
    """Let an account pay the fees and deposits of another one, once."""
    key = (grantee, granter)
    if granter and key not in books.fee_grants and key not in books.deposit_grants:
        books.fee_grants.put(key, FeeGrant(granter, grantee, SPONSOR_UAKT))
        books.deposit_grants.put(key, DepositGrant(granter, grantee, SPONSOR_UACT, ("deployment",)))


def provider(
    books: Books,
    owner: str,
    host_uri: str,
    attributes: Sequence[tuple[str, str]],
    *,
    email: str = "",
    website: str = "",
) -> None:
    """A registered provider."""
    books.providers.put((owner,), Provider(owner, host_uri, tuple(attributes), email, website))


def certificate(books: Books, owner: str, serial: int, cert_pem: bytes, pubkey_pem: bytes) -> None:
    """A valid certificate; the public key PEM is headed `EC PUBLIC KEY`, as Akash's tools write it."""
    cert, pubkey = (base64.b64encode(pem).decode() for pem in (cert_pem, pubkey_pem))
    books.certificates.put((owner, str(serial)), Certificate(owner, str(serial), "valid", cert, pubkey))


def audit(books: Books, owner: str, auditor: str, attributes: Sequence[tuple[str, str]]) -> None:
    """Attributes an auditor has signed."""
    books.audits.put((owner, auditor), Audit(owner, auditor, tuple(sorted(attributes))))
