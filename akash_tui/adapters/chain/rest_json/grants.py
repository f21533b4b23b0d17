"""Fee allowances and deposit authorizations as REST JSON (recordings/chain, `feegrant-allowances`, `grants-grantee`).

The Cosmos SDK knows three kinds of allowance: basic, periodic, and one that wraps another for some messages only.
"""

from __future__ import annotations

from typing import Any, Final

from akash_tui.adapters.chain.rest_json.fields import InstantOrNone, JsonModel, Many, Text, at
from akash_tui.adapters.chain.rest_json.group import CoinJson
from akash_tui.domain.akash.money import Coin
from akash_tui.services.ports.grants import DepositGrant, FeeGrant

_BASIC: Final = "/cosmos.feegrant.v1beta1.BasicAllowance"
_PERIODIC: Final = "/cosmos.feegrant.v1beta1.PeriodicAllowance"
_SOME_MESSAGES: Final = "/cosmos.feegrant.v1beta1.AllowedMsgAllowance"
_DEPOSITS: Final = "/akash.escrow.v1.DepositAuthorization"


class _Basic(JsonModel):
    spend_limit: Many[CoinJson] = ()
    expiration: InstantOrNone = None


class _Periodic(JsonModel):
    basic: _Basic
    period_can_spend: Many[CoinJson] = ()
    period_spend_limit: Many[CoinJson] = ()


class _SomeMessages(JsonModel):
    allowance: dict[str, Any]
    allowed_messages: Many[Text] = ()


class FeeGrantJson(JsonModel):
    granter: Text
    grantee: Text
    allowance: dict[str, Any]

    def value(self) -> FeeGrant:
        inside = self.allowance
        messages: tuple[str, ...] = ()
        if inside.get("@type") == _SOME_MESSAGES:
            some = _SomeMessages.model_validate(inside)
            inside, messages = some.allowance, some.allowed_messages
        if inside.get("@type") == _BASIC:
            basic = _Basic.model_validate(inside)
            limits = _coins(basic.spend_limit) or None  # an empty list is no limit (x/feegrant BasicAllowance)
            return FeeGrant(self.granter, self.grantee, limits, basic.expiration, messages)
        if inside.get("@type") == _PERIODIC:
            # what this period still allows; the next one may allow more, which the chain's simulation shows
            periodic = _Periodic.model_validate(inside)
            period = _coins(periodic.period_can_spend)
            whole = _coins(periodic.basic.spend_limit)
            least = tuple(
                Coin(c.denom, min([c.amount, *(w.amount for w in whole if w.denom == c.denom)])) for c in period
            )
            return FeeGrant(self.granter, self.grantee, least, periodic.basic.expiration, messages)
        return FeeGrant(self.granter, self.grantee, None, None, messages, known=False)


class DepositGrantJson(JsonModel):
    """One authz grant; `value` is None for one that is not about deposits."""

    granter: Text
    grantee: Text
    kind: Text = at("authorization", "@type")
    scopes: Many[Text] = at("authorization", "scopes", default=())
    spend_limits: Many[CoinJson] = at("authorization", "spend_limits", default=())
    spend_limit: CoinJson | None = at("authorization", "spend_limit", default=None)
    """The one limit of earlier versions of the chain; 0 where the new ones are used."""
    expiration: InstantOrNone = None

    def value(self) -> DepositGrant | None:
        if self.kind != _DEPOSITS:
            return None
        limits = _coins(self.spend_limits)
        if not limits and self.spend_limit is not None and self.spend_limit.amount > 0:
            limits = (self.spend_limit.value(),)
        return DepositGrant(self.granter, self.grantee, limits, tuple(self.scopes), self.expiration)


def _coins(found: tuple[CoinJson, ...]) -> tuple[Coin, ...]:
    return tuple(coin.value() for coin in found)
