"""Sequence numbers of ordered transactions: the chain's, and those that our own transactions have used since."""

from __future__ import annotations

from akash_tui.adapters.chain.errors.mapping import expected_sequence
from akash_tui.services.ports import Account, SignedTx


class Sequences:
    """The next sequence by account; the chain's answer lags behind what is still in the mempool."""

    def __init__(self) -> None:
        self._next: dict[str, int] = {}

    def next(self, address: str, account: Account | None) -> int:
        """The sequence to sign with next: the account's, or ours if that is ahead."""
        return max(account.sequence if account else 0, self._next.get(address, 0))

    def learn(self, address: str, log: str) -> None:
        """Use the sequence that the chain expects (code 32); if the log names none, that of the account again."""
        expected = expected_sequence(log)
        if expected is None:
            self._next.pop(address, None)
        else:
            self._next[address] = expected

    def used(self, tx: SignedTx) -> None:
        """A node has accepted the transaction: the next sequence is one higher."""
        if tx.draft.ordered:
            self._next[tx.draft.signer] = _sequence_of(tx.raw) + 1


def _sequence_of(raw: bytes) -> int:
    """The sequence that an ordered transaction was signed with."""
    from akash_tui.wire.cosmos_tx_pb2 import AuthInfo, TxRaw

    auth = AuthInfo.FromString(TxRaw.FromString(raw).auth_info_bytes)
    return int(auth.signer_infos[0].sequence)
