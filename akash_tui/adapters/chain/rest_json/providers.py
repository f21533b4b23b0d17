"""Providers, auditors' signatures, certificates and the mint's books as REST JSON."""

from __future__ import annotations

from akash_tui.adapters.chain.errors.table import MINT_HALTED
from akash_tui.adapters.chain.rest_json.fields import Base64, Int32, Int64, JsonModel, Many, Text, at, first_of
from akash_tui.adapters.chain.rest_json.group import AttributeJson, CoinJson, attributes
from akash_tui.domain.akash.money import Coin
from akash_tui.domain.akash.provider import Audit, Provider
from akash_tui.services.ports import MintRecord, MintStatus, Refused

# --- providers --------------------------------------------------------------------------------


class ProviderJson(JsonModel):
    owner: Text
    host_uri: Text
    attributes: Many[AttributeJson] = ()
    email: Text = at("info", "email", default="")
    website: Text = at("info", "website", default="")

    def value(self) -> Provider:
        return Provider(self.owner, self.host_uri, attributes(self.attributes), self.email, self.website)


class OneProvider(JsonModel):
    provider: ProviderJson

    def value(self) -> Provider:
        return self.provider.value()


class AuditJson(JsonModel):
    owner: Text
    auditor: Text
    attributes: Many[AttributeJson] = ()

    def value(self) -> Audit:
        return Audit(self.owner, self.auditor, attributes(self.attributes))


class CertificateJson(JsonModel):
    """A PEM file, in base64 once more. The answer does not name the owner again."""

    state: Text = at("certificate", "state")
    cert: Base64 = at("certificate", "cert")

    def value(self) -> tuple[str, bytes]:
        return self.state, self.cert


# --- the mint (BME) ---------------------------------------------------------------------------


class MintStatusJson(JsonModel):
    status: Text
    mints_allowed: bool = False
    refunds_allowed: bool = False


class MintParams(JsonModel):
    min_epoch_blocks: Int64 = at("params", "min_epoch_blocks")
    mint_spread_bps: Int32 = at("params", "mint_spread_bps")
    min_mint: Many[CoinJson] = at("params", "min_mint")


def mint_status_of(status: MintStatusJson, params: MintParams) -> MintStatus:
    """Whether ACT can be minted now, and on which terms."""
    return _mint_status(
        params,
        status=status.status,
        mints_allowed=status.mints_allowed,
        refunds_allowed=status.refunds_allowed,
        halted=MINT_HALTED.get(status.status, status.status),
    )


def refused_mint_status(refused: Refused, params: MintParams) -> MintStatus:
    """The terms of a mint whose status the chain refuses to answer, for example because its AKT price is stale."""
    why = refused.title.removesuffix(".")
    return _mint_status(params, status="", mints_allowed=False, refunds_allowed=False, halted=why[:1].lower() + why[1:])


def _mint_status(
    params: MintParams, *, status: str, mints_allowed: bool, refunds_allowed: bool, halted: str
) -> MintStatus:
    return MintStatus(
        status=status,
        mints_allowed=mints_allowed,
        refunds_allowed=refunds_allowed,
        min_mint=tuple(coin.value() for coin in params.min_mint),
        spread_bps=params.mint_spread_bps,
        epoch_blocks=params.min_epoch_blocks,
        halted="" if mints_allowed and refunds_allowed else halted,
    )


class LedgerJson(JsonModel):
    """A mint or burn. What was burned pays out either newly minted coins or credit issued from the vault."""

    source: Text = at("id", "source")
    height: Int64 = at("id", "height")
    sequence: Int64 = at("id", "sequence")
    denom: Text = at("id", "denom")
    status: Text
    waiting: CoinJson | None = first_of(
        ("pending_record", "coins_to_burn"), ("canceled_record", "coins_to_burn"), default=None
    )
    burned: CoinJson | None = at("executed_record", "burned", "coin", default=None)
    accrued: CoinJson | None = at("executed_record", "remint_credit_accrued", "coin", default=None)
    minted: CoinJson | None = at("executed_record", "minted", "coin", default=None)
    issued: CoinJson | None = at("executed_record", "remint_credit_issued", "coin", default=None)
    spread: CoinJson | None = at("executed_record", "spread", default=None)
    cancel_reason: Text | None = first_of(
        ("canceled_record", "cancel_reason"), ("pending_record", "cancel_reason"), default=None
    )

    def _burned(self) -> Coin | None:
        """What it took: burned for good, or saved in the vault as credit; both may be filled."""
        taken = [each.value() for each in (self.waiting, self.burned, self.accrued) if each is not None]
        amount = sum(coin.amount for coin in taken if coin.denom == self.denom)
        return Coin(self.denom, amount) if taken else None

    def value(self) -> MintRecord:
        given = self.minted or self.issued
        return MintRecord(
            source=self.source,
            height=self.height,
            sequence=self.sequence,
            denom=self.denom,
            status=self.status.removeprefix("ledger_record_status_"),
            burned=self._burned(),
            minted=given.value() if given else None,
            spread=self.spread.value() if self.spread else None,
            cancel_reason=self.cancel_reason or "",
        )
