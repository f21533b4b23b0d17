"""Pages, and the escrow accounts and payments behind deployments, bids and leases, as REST JSON."""

from __future__ import annotations

from decimal import Decimal

from akash_tui.adapters.chain.rest_json.fields import Int64, JsonModel, Text
from akash_tui.adapters.chain.rest_json.group import DecCoinJson
from akash_tui.domain.akash.entities import Deposit, EscrowAccount, EscrowState, LeasePayment
from akash_tui.domain.akash.money import DecCoin

# --- pages ------------------------------------------------------------------------------------


class PageJson(JsonModel):
    """The key of the list's next page. `total` counts the rows of this page only and is never trusted."""

    next_key: str | None = None
    total: Int64 | None = None


class JsonPage(JsonModel):
    pagination: PageJson | None = None

    @property
    def next_key(self) -> str | None:
        return (self.pagination.next_key if self.pagination else None) or None


# --- escrow -----------------------------------------------------------------------------------


class DepositJson(JsonModel):
    owner: Text
    height: Int64
    source: Text
    balance: DecCoinJson

    def value(self) -> Deposit:
        return Deposit(self.owner, self.height, self.source, self.balance.value())


class EscrowStateJson(JsonModel):
    owner: Text
    state: Text
    transferred: list[DecCoinJson] | None = None
    settled_at: Int64 = 0
    funds: list[DecCoinJson] | None = None
    deposits: list[DepositJson] | None = None


class EscrowIdJson(JsonModel):
    scope: Text
    xid: Text


class EscrowJson(JsonModel):
    """Today's escrow account, or the older flat one (`balance`, `funds`, `depositor` beside the id)."""

    id: EscrowIdJson
    state: EscrowStateJson | Text
    owner: Text | None = None
    balance: DecCoinJson | None = None
    transferred: DecCoinJson | None = None
    settled_at: Int64 | None = None
    depositor: Text | None = None
    funds: DecCoinJson | None = None

    def value(self) -> EscrowAccount:
        state = self.state
        if isinstance(state, EscrowStateJson):
            return EscrowAccount(
                scope=self.id.scope,
                xid=self.id.xid,
                owner=state.owner,
                state=EscrowState(state.state),
                settled_at=state.settled_at,
                funds=tuple(c.value() for c in state.funds or ()),
                transferred=tuple(c.value() for c in state.transferred or ()),
                deposits=tuple(d.value() for d in state.deposits or ()),
            )
        return EscrowAccount(
            scope=self.id.scope,
            xid=self.id.xid,
            owner=self.owner or "",
            state=EscrowState(state),
            settled_at=self.settled_at or 0,
            funds=_old_funds(self.balance, self.funds),
            transferred=(self.transferred.value(),) if self.transferred else (),
        )


def _old_funds(balance: DecCoinJson | None, granted: DecCoinJson | None) -> tuple[DecCoin, ...]:
    """The old account had the owner's money (`balance`) and a depositor's (`funds`) apart; both count."""
    held: dict[str, Decimal] = {}
    for coin in (balance, granted):
        if coin is not None:
            held[coin.denom] = held.get(coin.denom, Decimal(0)) + coin.amount
    return tuple(DecCoin(denom, amount) for denom, amount in held.items())


class PaymentIdJson(JsonModel):
    aid: EscrowIdJson
    xid: Text


class PaymentStateJson(JsonModel):
    owner: Text
    state: Text
    rate: DecCoinJson
    balance: DecCoinJson
    unsettled: DecCoinJson | None = None
    withdrawn: DecCoinJson

    def value(self) -> LeasePayment:
        unsettled = self.unsettled.value() if self.unsettled else DecCoin(self.rate.denom, Decimal(0))
        return LeasePayment(self.state, self.rate.value(), self.balance.value(), unsettled, self.withdrawn.value())


class PaymentJson(JsonModel):
    id: PaymentIdJson
    state: PaymentStateJson
