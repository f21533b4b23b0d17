"""Providers, auditors' signatures, certificates and the mint's books as REST JSON."""

from __future__ import annotations

from akash_tui.adapters.chain.rest_json.escrow import JsonPage
from akash_tui.adapters.chain.rest_json.fields import Base64, Dec, Int32, Int64, JsonModel, Text
from akash_tui.adapters.chain.rest_json.group import AttributeJson, CoinJson, attributes
from akash_tui.domain.akash.provider import Audit, Certificate, Provider
from akash_tui.services.ports import MintRecord, MintStatus

# --- providers --------------------------------------------------------------------------------


class ProviderInfoJson(JsonModel):
    email: Text = ""
    website: Text = ""


class ProviderJson(JsonModel):
    owner: Text
    host_uri: Text
    attributes: list[AttributeJson] | None = None
    info: ProviderInfoJson | None = None

    def value(self) -> Provider:
        info = self.info or ProviderInfoJson()
        return Provider(self.owner, self.host_uri, attributes(self.attributes), info.email, info.website)


class OneProvider(JsonModel):
    provider: ProviderJson


class ProvidersPage(JsonPage):
    providers: list[ProviderJson] | None = None


class AuditJson(JsonModel):
    owner: Text
    auditor: Text
    attributes: list[AttributeJson] | None = None

    def value(self) -> Audit:
        return Audit(self.owner, self.auditor, attributes(self.attributes))


class AuditsPage(JsonPage):
    providers: list[AuditJson] | None = None


# --- certificates -----------------------------------------------------------------------------


class CertificateCoreJson(JsonModel):
    """`cert` and `pubkey` are PEM files, in base64 once more."""

    state: Text
    cert: Base64
    pubkey: Base64 | None = None


class CertificateJson(JsonModel):
    certificate: CertificateCoreJson
    serial: Text

    def value(self, owner: str) -> Certificate:
        return Certificate(owner, self.serial, self.certificate.state, self.certificate.cert)


class CertificatesPage(JsonPage):
    certificates: list[CertificateJson] | None = None


# --- the mint (BME) ---------------------------------------------------------------------------


class MintStatusJson(JsonModel):
    status: Text
    collateral_ratio: Dec
    warn_threshold: Dec
    halt_threshold: Dec
    mints_allowed: bool = False
    refunds_allowed: bool = False


class MintParamsJson(JsonModel):
    circuit_breaker_warn_threshold: Int32 = 0
    circuit_breaker_halt_threshold: Int32 = 0
    min_epoch_blocks: Int64 = 0
    epoch_blocks_backoff_percent: Int32 = 0
    mint_spread_bps: Int32 = 0
    settle_spread_bps: Int32 = 0
    max_endblocker_records: Int32 = 0
    min_mint: list[CoinJson] | None = None
    max_pending_attempts: Int32 = 0


class MintParams(JsonModel):
    params: MintParamsJson


def mint_status_of(status: MintStatusJson, params: MintParams) -> MintStatus:
    """Whether ACT can be minted now, and on which terms."""
    return MintStatus(
        status=status.status,
        mints_allowed=status.mints_allowed,
        refunds_allowed=status.refunds_allowed,
        collateral_ratio=status.collateral_ratio,
        min_mint=tuple(c.value() for c in params.params.min_mint or ()),
        spread_bps=params.params.mint_spread_bps,
        epoch_blocks=params.params.min_epoch_blocks,
    )


class PricedCoinJson(JsonModel):
    coin: CoinJson
    price: Dec


class LedgerIdJson(JsonModel):
    denom: Text
    to_denom: Text
    source: Text
    height: Int64
    sequence: Int64


class WaitingRecordJson(JsonModel):
    """A pending or a cancelled record."""

    owner: Text
    cancel_reason: Text | None = None
    to: Text
    coins_to_burn: CoinJson
    denom_to_mint: Text
    attempts: Int32 | None = None


class ExecutedRecordJson(JsonModel):
    burned_from: Text
    minted_to: Text
    burner: Text | None = None
    minter: Text | None = None
    burned: PricedCoinJson | None = None
    minted: PricedCoinJson | None = None
    spread: CoinJson | None = None
    remint_credit_issued: PricedCoinJson | None = None
    remint_credit_accrued: PricedCoinJson | None = None


class LedgerJson(JsonModel):
    id: LedgerIdJson
    status: Text
    pending_record: WaitingRecordJson | None = None
    executed_record: ExecutedRecordJson | None = None
    canceled_record: WaitingRecordJson | None = None

    def value(self) -> MintRecord:
        """A burn pays out either newly minted coins or credit issued from the vault."""
        waiting = self.pending_record or self.canceled_record
        done = self.executed_record
        burned = minted = None
        if waiting is not None:
            burned = waiting.coins_to_burn.value()
        elif done is not None:
            taken = done.burned or done.remint_credit_accrued
            given = done.minted or done.remint_credit_issued
            burned = taken.coin.value() if taken else None
            minted = given.coin.value() if given else None
        return MintRecord(
            source=self.id.source,
            height=self.id.height,
            sequence=self.id.sequence,
            denom=self.id.denom,
            to_denom=self.id.to_denom,
            status=self.status.removeprefix("ledger_record_status_"),
            burned=burned,
            minted=minted,
            spread=done.spread.value() if done and done.spread else None,
            cancel_reason=(waiting.cancel_reason if waiting else None) or "",
        )


class LedgerPage(JsonPage):
    records: list[LedgerJson] | None = None
