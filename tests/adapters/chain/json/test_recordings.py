"""Every recorded answer is read whole: written back it is the same JSON, and it becomes domain values."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from akash_tui.adapters.chain.rest_json import chain as chain_json
from akash_tui.adapters.chain.rest_json import market as market_json
from akash_tui.adapters.chain.rest_json import providers as providers_json
from akash_tui.adapters.chain.rest_json import tx as tx_json
from akash_tui.adapters.chain.rest_json.fields import RAW
from akash_tui.domain.akash.entities import BidState, DeploymentState, EscrowState, GroupState, LeaseState, OrderState
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import Coin
from akash_tui.domain.akash.resources import EndpointKind
from tests.adapters.chain.recordings import (
    MAINNET8,
    NOT_OURS,
    BidsPage,
    answer,
    gets,
    load,
    model_for,
    names,
    needs_recordings,
)

pytestmark = needs_recordings

OWNER = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
PARTLY_READ = {"block-latest", "node-info"}
"""Answers of which we only want a few fields: those are checked below."""


@pytest.mark.parametrize("name", [n for n in gets(200) if n not in PARTLY_READ | NOT_OURS])
def test_nothing_of_an_answer_is_lost(name: str) -> None:
    recorded = load(name)
    model = model_for(recorded["request"]["path"])
    read = model.model_validate(recorded["response"]["json"], context=RAW, extra="forbid")
    assert read.model_dump(mode="json", by_alias=True, exclude_unset=True) == recorded["response"]["json"]


@pytest.mark.parametrize("name", sorted(PARTLY_READ))
def test_the_fields_we_want_are_as_recorded(name: str) -> None:
    recorded = answer(name)
    read = model_for(load(name)["request"]["path"]).model_validate(recorded, context=RAW)
    _assert_within(read.model_dump(mode="json", by_alias=True, exclude_unset=True), recorded)


def _assert_within(part: Any, whole: Any) -> None:
    if isinstance(part, dict):
        for key, value in part.items():
            _assert_within(value, whole[key])
    else:
        assert part == whole


@pytest.mark.parametrize("name", [n for n in gets(200) if n not in NOT_OURS])
def test_no_control_character_survives_reading(name: str) -> None:
    recorded = load(name)
    read = model_for(recorded["request"]["path"]).model_validate(recorded["response"]["json"])

    def strings(value: Any) -> Any:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            for inner in value.values():
                yield from strings(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from strings(inner)

    for text in strings(read.model_dump(mode="json")):
        assert not any(unicodedata.category(c) == "Cc" for c in text)


@pytest.mark.parametrize("name", [n for s in (400, 404, 500, 501) for n in gets(s)])
def test_errors_of_the_gateway_are_read_whole(name: str) -> None:
    recorded = answer(name)
    read = chain_json.GatewayErrorJson.model_validate(recorded, context=RAW, extra="forbid")
    assert read.model_dump(mode="json", exclude_unset=True) == recorded


def test_every_exchange_is_accounted_for() -> None:
    posts = {n for n in names() if load(n)["request"]["method"] == "POST"}
    seen = {n for s in (200, 400, 404, 500, 501) for n in gets(s)} | posts | {"rpc-akash", "rpc-status"}
    assert seen == set(names())


@pytest.mark.parametrize("name", [n for n in names() if load(n)["request"]["path"] == "/cosmos/tx/v1beta1/txs"])
def test_broadcast_answers_are_read_whole(name: str) -> None:
    recorded = answer(name)
    if load(name)["response"]["status"] != 200:
        recorded = chain_json.GatewayErrorJson.model_validate(recorded, extra="forbid").model_dump(mode="json")
        assert recorded["message"]
        return
    read = tx_json.BroadcastAnswer.model_validate(recorded, context=RAW, extra="forbid")
    assert read.model_dump(mode="json", exclude_unset=True) == recorded


def test_the_simulation_is_read_whole() -> None:
    recorded = answer("simulate")
    read = tx_json.Simulated.model_validate(recorded, context=RAW, extra="forbid")
    assert read.model_dump(mode="json", by_alias=True, exclude_unset=True) == recorded
    assert read.gas_info.gas_used == 166713


# --- domain values ----------------------------------------------------------------------------


def test_accounts_plain_module_and_without_key() -> None:
    plain = chain_json.OneAccount.model_validate(answer("account")).account.value()
    assert (plain.address, plain.number, plain.sequence, plain.has_pubkey) == (OWNER, 2, 1, True)
    module = chain_json.OneAccount.model_validate(answer("account-module")).account.value()
    assert (module.number, module.sequence, module.has_pubkey) == (16, 0, False)
    assert not chain_json.OneAccount.model_validate(answer("account-no-pubkey")).account.value().has_pubkey


def test_a_vesting_account_is_found_two_levels_down() -> None:
    base = {**answer("account")["account"]}
    del base["@type"]
    vesting = {
        "account": {
            "@type": "/cosmos.vesting.v1beta1.ContinuousVestingAccount",
            "base_vesting_account": {"base_account": base, "original_vesting": [], "end_time": "0"},
            "start_time": "0",
        }
    }
    assert chain_json.OneAccount.model_validate(vesting).account.value().number == 2


def test_balances_of_a_known_and_an_unknown_address() -> None:
    known = chain_json.BalancesPage.model_validate(answer("balances"))
    assert [c.value() for c in known.balances or ()] == [Coin("uact", 508725000), Coin("uakt", 4399995323)]
    assert chain_json.BalancesPage.model_validate(answer("balances-unknown")).balances == []


def test_parameters() -> None:
    params = chain_json.params_of(
        chain_json.DeploymentParams.model_validate(answer("params-deployment")),
        chain_json.MarketParams.model_validate(answer("params-market")),
    )
    assert params.min_deposit("uact") == Coin("uact", 500000)
    assert params.order_max_bids == 20
    assert (params.min_reclamation_seconds, params.max_reclamation_seconds) == (3600, 2592000)


def test_price_block_node_and_config() -> None:
    price = chain_json.OraclePrice.model_validate(answer("oracle-price")).value()
    assert price is not None
    assert (price.usd, price.healthy) == (Decimal("0.85"), True)
    assert price.at == datetime(2026, 11, 23, 6, 28, 51, 375333, UTC)
    header = chain_json.OneBlock.model_validate(answer("block-latest")).header
    assert (header.chain_id, header.height, header.when) == ("local", 153, price.at)
    node = chain_json.NodeInfo.model_validate(answer("node-info"))
    assert (node.default_node_info.network, node.indexes_txs) == ("local", True)
    config = chain_json.NodeConfig.model_validate(answer("node-config"))
    assert config.price_of("uakt") == Decimal("0.0025")
    assert config.price_of("uact") == 0
    assert not chain_json.Syncing.model_validate(answer("syncing")).syncing


def test_an_open_deployment() -> None:
    found = market_json.DeploymentJson.model_validate(answer("deployment-open")).value()
    assert (found.id.owner, found.id.dseq, found.state) == (OWNER, 274, DeploymentState.ACTIVE)
    assert found.hash.hex() == "6a297bbc783d1c19107d96351d4418a0186bd4eda166f880f1197d957cc5d6ce"
    assert found.escrow.held("uact") == 5_000_000
    assert found.escrow.deposits[0].source == "balance"
    (group,) = found.groups
    assert (group.id.gseq, group.state, group.spec.name) == (1, GroupState.OPEN, "dcloud")
    assert group.spec.signed_by.any_of == ("akash17h3k9p5c3ts3zfj4j4sw5mm3vr2vhp8afp96f2",)
    (unit,) = group.spec.units
    assert (unit.count, unit.price.amount, unit.price.denom) == (1, Decimal(10000), "uact")
    assert unit.resources.cpu_milli == 8000
    assert unit.resources.memory == 32 * 2**30
    assert unit.resources.storage[0].size == 100 * 2**30
    assert unit.resources.gpu_models == (
        GpuModel("nvidia", "a100", 80, "sxm"),
        GpuModel("nvidia", "h100", 80),
        GpuModel("nvidia", "rtx4090"),
    )
    assert unit.resources.endpoints[0].kind is EndpointKind.SHARED_HTTP


def test_an_overdrawn_deployment_has_negative_funds() -> None:
    found = market_json.DeploymentJson.model_validate(answer("deployment-overdrawn")).value()
    assert (found.state, found.escrow.state) == (DeploymentState.CLOSED, EscrowState.OVERDRAWN)
    assert found.escrow.held("uact") == Decimal(-280000)
    assert found.groups[0].state is GroupState.INSUFFICIENT_FUNDS


def test_deposits_from_a_grant_name_their_owner() -> None:
    found = market_json.DeploymentJson.model_validate(answer("deployment-grant-then-balance")).value()
    assert {(d.owner != OWNER, d.source) for d in found.escrow.deposits} == {(True, "grant"), (False, "balance")}


def test_bids_and_orders_after_a_lease() -> None:
    bids = [b.value() for b in BidsPage.model_validate(answer("bids-after-lease")).bids or ()]
    states = sorted(b.state for b in bids)
    assert states == [BidState.ACTIVE, BidState.LOST, BidState.OPEN]  # a loser may stay open: fact 1
    orders = market_json.OrdersPage.model_validate(answer("orders-after-close-lease")).orders or ()
    assert [(o.value().id.oseq, o.value().state) for o in orders] == [
        (1, OrderState.CLOSED),
        (2, OrderState.OPEN),
    ]


def test_leases_running_and_dry() -> None:
    running = market_json.LeaseJson.model_validate(answer("lease-info")).value()
    assert (running.state, running.closed_on, running.price.amount) == (LeaseState.ACTIVE, 0, Decimal("1875.25"))
    assert running.payment is not None
    assert running.payment.rate.amount == Decimal("1875.25")
    page = market_json.LeasesPage.model_validate(answer("leases-overdrawn"))
    (dry,) = [e.value() for e in page.leases or ()]
    assert (dry.state, dry.reason, dry.closed_on) == (
        LeaseState.INSUFFICIENT_FUNDS,
        "lease_closed_reason_insufficient_funds",
        525,
    )
    assert dry.payment is not None
    assert dry.payment.unsettled.amount == 280000


def test_no_state_of_any_recording_is_unknown() -> None:
    for name in gets(200):
        model = model_for(load(name)["request"]["path"]) if name not in NOT_OURS else None
        if model is market_json.DeploymentJson:
            assert market_json.DeploymentJson.model_validate(answer(name)).value().escrow.state != "unknown"
        elif model is market_json.DeploymentsPage:
            for row in market_json.DeploymentsPage.model_validate(answer(name)).deployments or ():
                found = row.value()
                assert "unknown" not in {found.state, found.escrow.state, *(g.state for g in found.groups)}
        elif model is BidsPage:
            for bid in BidsPage.model_validate(answer(name)).bids or ():
                value = bid.value()
                assert value.state != "unknown"
                assert value.escrow is not None
                assert value.escrow.state != "unknown"
        elif model is market_json.LeasesPage:
            for lease in market_json.LeasesPage.model_validate(answer(name)).leases or ():
                assert lease.value().state != "unknown"


def test_states_from_the_future_are_unknown_and_do_not_fail() -> None:
    odd = answer("lease-info")
    odd["lease"]["state"] = "teleported"
    assert market_json.LeaseJson.model_validate(odd).value().state is LeaseState.UNKNOWN


def test_providers_audits_and_certificates() -> None:
    page = providers_json.ProvidersPage.model_validate(answer("providers"))
    providers = [p.value() for p in page.providers or ()]
    assert [p.organization for p in providers] == ["p3 compute", "p1 compute", "p2 compute"]
    assert providers[1].host == "p1.example.com"
    assert providers[1].region == "us-west"
    (audit,) = [a.value() for a in providers_json.AuditsPage.model_validate(answer("audit-owner")).providers or ()]
    assert audit.auditor == "akash17h3k9p5c3ts3zfj4j4sw5mm3vr2vhp8afp96f2"
    assert len(audit.attributes) == 8
    (row,) = providers_json.CertificatesPage.model_validate(answer("certificates")).certificates or ()
    certificate = row.value(OWNER)
    assert certificate.pem.startswith(b"-----BEGIN CERTIFICATE-----\n")
    assert (certificate.serial, certificate.state) == ("1795415431716445706", "valid")


def test_the_mint_and_its_books() -> None:
    status = providers_json.mint_status_of(
        providers_json.MintStatusJson.model_validate(answer("bme-status")),
        providers_json.MintParams.model_validate(answer("params-bme")),
    )
    assert (status.mints_allowed, status.spread_bps, status.epoch_blocks) == (True, 25, 10)
    assert status.min_mint == (Coin("uact", 10_000_000),)
    page = providers_json.LedgerPage.model_validate(answer("bme-ledger-burned"))
    burn, _, mint, cancelled = [r.value() for r in page.records or ()]
    assert (burn.status, burn.burned, burn.minted) == ("executed", Coin("uact", 5_000_000), Coin("uakt", 5_882_352))
    assert (mint.burned, mint.minted, mint.spread) == (
        Coin("uakt", 20_000_000),
        Coin("uact", 17_000_000),
        Coin("uact", 42_500),
    )
    assert (cancelled.status, cancelled.cancel_reason, cancelled.burned) == (
        "canceled",
        "minimum_mint",
        Coin("uakt", 1_000_000),
    )
    (pending,) = providers_json.LedgerPage.model_validate(answer("mint-ledger-pending")).records or ()
    assert (pending.value().status, pending.value().minted) == ("pending", None)


@pytest.mark.parametrize("name", names("*-included"))
def test_included_transactions_become_results(name: str) -> None:
    recorded = answer(name)["tx_response"]
    result = tx_json.OneTx.model_validate(answer(name)).tx_response.value()
    assert (result.hash, result.height) == (recorded["txhash"], int(recorded["height"]))
    assert (result.code, result.codespace) == (recorded["code"], recorded["codespace"])
    assert result.gas_used == int(recorded["gas_used"])
    assert result.fee is not None
    assert [kind for kind, _ in result.events] == [e["type"] for e in recorded["events"]]
    kept = [attribute for _, attributes in result.events for attribute in attributes]
    assert kept == [(a["key"], a["value"]) for e in recorded["events"] for a in e["attributes"]]


def test_fee_of_a_result() -> None:
    result = tx_json.OneTx.model_validate(answer("create-deployment-included")).tx_response.value()
    assert result.fee == Coin("uakt", 50000)


@pytest.mark.skipif(not MAINNET8.is_dir(), reason="no recordings of Mainnet 8")
@pytest.mark.parametrize("name", ["bid-before", "bid-after"])
def test_old_bids_are_read_whole_too(name: str) -> None:
    recorded = json.loads((MAINNET8 / f"{name}.json").read_text(encoding="utf-8"))
    read = market_json.BidJson.model_validate(recorded, context=RAW, extra="forbid")
    dumped = read.model_dump(mode="json", exclude_unset=True)
    dumped["bid"]["bid_id"] = dumped["bid"].pop("id")
    assert dumped == recorded
