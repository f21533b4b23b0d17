"""How the outside world may fail, in words for the user: one tree, with exit codes.

    AkashError
    ├── BadInput                 exit 2   what the user gave cannot be used
    │   ├── BadFile              exit 2   …a file, which cannot be read
    │   ├── BadSdl               exit 2   …an SDL, with all its problems
    │   └── BeyondBounds         exit 2   a figure of a node is beyond the user's bounds: nothing was signed
    ├── NotSignedIn              exit 2   no wallet, a watch-only one, or read-only mode
    ├── Locked                   exit 2   the vault cannot be opened
    ├── DiskFault                exit 2   the disk is full, read-only or failing, or a file on it is damaged
    ├── Busy                     exit 2   another akash-tui is at work on the same deployment or file
    ├── Insufficient             exit 3   not enough of a token
    ├── Refused                  exit 3   the chain refused (codespace, code, log)
    │   ├── NeverIncluded        exit 3   …no block took it in time: nothing was spent, doing it again is safe
    │   ├── OutOfGas             exit 3   …it took its fee and did nothing: more gas may help
    │   └── NothingNew           exit 3   …as disabled: the chain takes no new deployments, bids, leases or mints
    ├── Stale                    exit 3   the world changed between reading and acting
    │   ├── BidGone
    │   ├── OrderGone
    │   └── PriceMoved
    ├── PriceNotQuoted           exit 3   leased, at a higher price than the quoted one: nothing was delivered
    ├── TxUnknown                exit 3   sent, and not known yet whether it counts
    ├── NoBid                    exit 4   no acceptable bid
    ├── Unreachable              exit 5   no node (or indexer) answers
    ├── WrongChain               exit 5   the node serves another chain
    ├── ProviderFault            exit 6   the provider failed or refused
    │   ├── ProviderUnreachable
    │   ├── ProviderUntrusted             its certificate or address proves nothing: nothing was sent
    │   ├── ProviderDenied                it does not accept our token, or not for this
    │   ├── LeaseEnded                    the lease is over on chain
    │   ├── ManifestRefused               final: trying again cannot help
    │   └── ManifestLost                  it accepted the manifest, and does not run it
    └── NotRunning               exit 7   leased, but not running in time (the lease stays)

Every message is already clean text: adapters clean what strangers wrote before it gets here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from akash_tui.domain.akash.money import Coin

_ENDS = (".", "!", "?", "…", ":")


class AkashError(Exception):
    """An error for the user: what happened (`title`), what to do (`advice`), whether to retry."""

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "error"
    """A stable word for scripts (the `code` of a `failed` event)."""
    retry: ClassVar[bool] = False

    def __init__(self, title: str, advice: str = "", *, detail: str = "") -> None:
        title = title if not title or title.endswith(_ENDS) else f"{title}."
        super().__init__(title)
        self.title = title
        """A whole sentence, also where it ends with somebody else's words."""
        self.advice = advice
        self.detail = detail
        """The raw answer, cleaned; for the problem log and `--debug`."""
        self.certain = True
        """False where a transaction may still count all the same: it is undecided, or only one endpoint reports that
        it failed."""

    def reported_by_one(self, expires: datetime | None) -> Self:
        """Mark it as the word of a single endpoint about a transaction that may count until `expires`."""
        self.certain = False
        until = "until its time-out" if expires is None else f"until {expires.astimezone(UTC):%H:%M:%S} UTC"
        self.advice = (
            f"Reported by the only endpoint that answered: {until} the transaction could still count. "
            f"Do not repeat it before; akash-tui resume decides. {self.advice}"
        ).rstrip()
        return self


class BadInput(AkashError):
    """What the user gave cannot be used."""

    exit_code = 2
    code = "bad_input"


class BadFile(BadInput):
    """A file that the user named cannot be read. `reason` is the title without the file's name."""

    def __init__(self, title: str, advice: str, reason: str, *, line: int = 1, column: int = 1) -> None:
        super().__init__(title, advice)
        self.reason = reason
        self.line = line
        self.column = column


class BadSdl(BadInput):
    """The SDL does not compile; `problems` are `domain.sdl` problems with line and column."""

    code = "bad_sdl"

    def __init__(self, title: str, advice: str = "", *, problems: Sequence[object] = (), detail: str = "") -> None:
        super().__init__(title, advice, detail=detail)
        self.problems = tuple(problems)


class BeyondBounds(BadInput):
    """A figure that a node reported is beyond the user's bounds, and nobody allowed it: nothing was signed."""

    code = "beyond_bounds"


class NotSignedIn(AkashError):
    """Nothing can be signed: no wallet, a watch-only one, or read-only mode."""

    exit_code = 2
    code = "not_signed_in"


def no_wallet() -> NotSignedIn:
    """For a command that needs a wallet, where none is there or none is the default."""
    return NotSignedIn(
        "No wallet is chosen.",
        "akash-tui wallet create makes one; --wallet NAME names one, wallet default NAME for good.",
    )


class Locked(AkashError):
    """The vault, or a wallet's key in it, cannot be opened."""

    exit_code = 2
    code = "locked"


class Busy(AkashError):
    """Another process (or task) is at work on the same deployment or file; nothing was done here."""

    exit_code = 2
    code = "busy"
    retry = True


class DiskFault(AkashError):
    """The disk is full, read-only or failing, or a file of ours on it is damaged."""

    exit_code = 2
    code = "disk"


class Insufficient(AkashError):
    """Not enough of a token: `need` and `have` in micro-units when they are known."""

    exit_code = 3
    code = "insufficient_funds"

    def __init__(
        self, title: str, advice: str = "", *, need: Coin | None = None, have: Coin | None = None, detail: str = ""
    ) -> None:
        super().__init__(title, advice, detail=detail)
        self.need = need
        self.have = have


class Refused(AkashError):
    """The chain refused a transaction (when it was simulated, sent or executed) or a query."""

    exit_code = 3
    code = "refused"

    def __init__(self, title: str, advice: str = "", *, codespace: str = "", number: int = 0, detail: str = "") -> None:
        super().__init__(title, advice, detail=detail)
        self.codespace = codespace
        self.number = number


ONE_ENDPOINT_SAYS = "One endpoint alone says so."
"""The end of what rests on the word of a single endpoint, in titles and in the notes of the journal."""


class NeverIncluded(Refused):
    """A transaction's time-out has passed in block time and no block holds it: it can never count."""

    code = "never_included"
    retry = True


class OutOfGas(Refused):
    """A transaction used up what it may use of the chain's work: its fee is spent, and nothing else happened."""


class NothingNew(Refused):
    """The chain takes nothing new any more: it refused a creation, bid, lease or mint as disabled."""

    code = "nothing_new"


class Stale(AkashError):
    """The chain changed between reading and acting; nothing was done."""

    exit_code = 3
    code = "stale"


class BidGone(Stale):
    """The bid was withdrawn, matched or closed."""

    code = "bid_gone"


class OrderGone(Stale):
    """The order is closed for bids."""

    code = "order_gone"


class PriceMoved(Stale):
    """A price is not the one that was agreed to."""

    code = "price_moved"


class PriceNotQuoted(AkashError):
    """A lease on chain costs more than the bid that was quoted and signed: its manifest is not delivered."""

    exit_code = 3
    code = "price_not_quoted"


class TxUnknown(AkashError):
    """Sent, not found, not yet impossible. `tx_hash` is what `resume` will look for."""

    exit_code = 3
    code = "tx_unknown"
    retry = True

    def __init__(self, title: str, advice: str = "", *, tx_hash: str, detail: str = "") -> None:
        super().__init__(title, advice, detail=detail)
        self.certain = False
        self.tx_hash = tx_hash


class TxForgotten(TxUnknown):
    """Its time-out has passed, so it cannot count any more; but no node that answers remembers back to when it could
    have: whether it did is unknown. `silent`: how many configured nodes did not answer, and may still know."""

    code = "tx_forgotten"
    retry = False

    def __init__(self, title: str, advice: str = "", *, tx_hash: str, silent: int, detail: str = "") -> None:
        super().__init__(title, advice, tx_hash=tx_hash, detail=detail)
        self.silent = silent


class NoBid(AkashError):
    """No bid came that the rule accepts."""

    exit_code = 4
    code = "no_bid"


class Unreachable(AkashError):
    """No node (or indexer) answers."""

    exit_code = 5
    code = "unreachable"
    retry = True


class WrongChain(AkashError):
    """The endpoint serves another chain than the one named."""

    exit_code = 5
    code = "wrong_chain"


class ProviderFault(AkashError):
    """The provider answered with an error; `status` is its HTTP status, 0 without one.

    `sent`: whether the request was sent to it; what went wrong before is not held against the provider.
    """

    exit_code = 6
    code = "provider_fault"
    retry = True

    def __init__(self, title: str, advice: str = "", *, status: int = 0, detail: str = "") -> None:
        super().__init__(title, advice, detail=detail)
        self.status = status
        self.sent = status != 0


class ProviderUnreachable(ProviderFault):
    """The provider does not answer, or the connection broke."""

    code = "provider_unreachable"


class ProviderUntrusted(ProviderFault):
    """Its certificate or address proves nothing: nothing was sent."""

    code = "provider_untrusted"
    retry = False


class ProviderDenied(ProviderFault):
    """The provider does not accept our token, or not for what was asked."""

    code = "provider_denied"
    retry = False


class LeaseEnded(ProviderFault):
    """The lease is over on chain: no manifest and no waiting can help."""

    code = "lease_ended"
    retry = False


class ManifestRefused(ProviderFault):
    """The provider refused the manifest for good."""

    code = "manifest_refused"
    retry = False


class ManifestLost(ProviderFault):
    """The provider accepted the manifest, more than once, and does not run it: it has nothing, or the version before.

    A provider that restarted between its bid and the lease does so for good (shared reference, 11).
    """

    code = "manifest_lost"
    retry = False


class HostRefused(ProviderFault):
    """The provider does not let a custom host name lead to the lease."""

    code = "host_refused"
    retry = False


class NotReady(ProviderFault):
    """What was asked for does not run yet; it may in a moment."""

    code = "not_ready"


class NoWorkload(ProviderFault):
    """The provider has nothing for this lease: no manifest was accepted, or the lease is over."""

    code = "no_workload"


class ShellFailed(ProviderFault):
    """The provider could not run the command, or does not report how it ended."""

    code = "shell_failed"
    retry = False


class NotRunning(AkashError):
    """Leased, but not running in time; the lease stays."""

    exit_code = 7
    code = "not_running"
