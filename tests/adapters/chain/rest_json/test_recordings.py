"""What is read of a recorded answer is what stands there, and it becomes domain values."""

from __future__ import annotations

import base64
import json
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, ValidationError
from pydantic.fields import FieldInfo

from akash_tui.adapters.chain.errors.table import BY_CODE
from akash_tui.adapters.chain.rest_json import chain as chain_json
from akash_tui.adapters.chain.rest_json import market as market_json
from akash_tui.adapters.chain.rest_json import providers as providers_json
from akash_tui.adapters.chain.rest_json import tx as tx_json
from akash_tui.adapters.chain.rest_json.fields import page_type
from akash_tui.adapters.chain.rest_json.group import CoinJson
from akash_tui.domain.akash.entities import BidState, DeploymentState, EscrowState, GroupState, LeaseState, OrderState
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import Coin
from akash_tui.domain.akash.resources import EndpointKind
from akash_tui.domain.text import clean
from tests.adapters.chain.recordings import (
    MAINNET8,
    NOT_OURS,
    answer,
    gets,
    load,
    model_for,
    names,
    needs_recordings,
)

pytestmark = needs_recordings

OWNER = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
MISSING = object()


@pytest.mark.parametrize("name", [n for n in gets(200) if n not in NOT_OURS])
def test_what_is_read_is_what_was_recorded(name: str) -> None:
    recorded = load(name)
    model = model_for(recorded["request"]["path"])
    assert_as_recorded(model.model_validate(recorded["response"]["json"]), recorded["response"]["json"])


def assert_as_recorded(read: Any, raw: Any) -> None:
    """Each field has the value of its place in the JSON, and only what is not there (or null) has a default."""
    if isinstance(read, BaseModel):
        for name, field in type(read).model_fields.items():
            place = next((p for p in places(name, field) if found_at(raw, p) is not MISSING), None)
            if place is not None and found_at(raw, place) is not None:
                assert_as_recorded(getattr(read, name), found_at(raw, place))
            else:
                assert getattr(read, name) == field.default
    elif isinstance(read, tuple):
        assert len(read) == len(raw)
        for one, other in zip(read, raw, strict=True):
            assert_as_recorded(one, other)
    else:
        assert read == converted(raw, type(read))


def places(name: str, field: FieldInfo) -> list[list[Any]]:
    alias = field.validation_alias
    if alias is None:
        return [[name]]
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    return [choice.path if isinstance(choice, AliasPath) else [choice] for choice in choices]


def found_at(raw: Any, path: list[Any]) -> Any:
    for step in path:
        raw = raw.get(step, MISSING) if isinstance(raw, dict) else MISSING
    return raw


def converted(raw: Any, kind: type) -> Any:
    if kind is bytes:
        return base64.b64decode(raw)
    if kind is datetime:  # nanoseconds there
        return datetime.fromisoformat(raw[:26].rstrip("Z") + "+00:00")
    if kind is Decimal and raw.endswith("s"):
        return Decimal(raw.removesuffix("s"))
    return clean(raw, 4000) if kind is str else kind(raw)


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
        elif isinstance(value, tuple):
            for inner in value:
                yield from strings(inner)

    for text in strings(read.model_dump()):
        assert not any(unicodedata.category(c) == "Cc" for c in text)


@pytest.mark.parametrize("name", [n for s in (400, 404, 500, 501) for n in gets(s)])
def test_errors_of_the_gateway_are_read_whole(name: str) -> None:
    recorded = answer(name)
    read = chain_json.GatewayErrorJson.model_validate(recorded)
    assert (read.code, read.message) == (recorded["code"], clean(recorded["message"], 4000))


def test_every_exchange_is_accounted_for() -> None:
    posts = {n for n in names() if load(n)["request"]["method"] == "POST"}
    seen = {n for s in (200, 400, 404, 500, 501) for n in gets(s)} | posts | {"rpc-akash", "rpc-status"}
    assert seen == set(names())


@pytest.mark.parametrize("name", [n for n in names() if load(n)["request"]["path"] == "/cosmos/tx/v1beta1/txs"])
def test_broadcast_answers_are_read_whole(name: str) -> None:
    recorded = answer(name)
    if load(name)["response"]["status"] != 200:
        assert chain_json.GatewayErrorJson.model_validate(recorded).message
        return
    assert_as_recorded(tx_json.BroadcastAnswer.model_validate(recorded), recorded)


def test_the_simulation_is_read() -> None:
    assert tx_json.Simulated.model_validate(answer("simulate")).gas_used == 166713


# --- domain values ----------------------------------------------------------------------------


def test_accounts_plain_module_and_without_key() -> None:
    plain = chain_json.AccountJson.model_validate(answer("account")).value()
    assert (plain.address, plain.number, plain.has_pubkey) == (OWNER, 2, True)
    module = chain_json.AccountJson.model_validate(answer("account-module")).value()
    assert (module.number, module.has_pubkey) == (16, False)
    assert not chain_json.AccountJson.model_validate(answer("account-no-pubkey")).value().has_pubkey


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
    assert chain_json.AccountJson.model_validate(vesting).value().number == 2


def test_an_account_without_a_number_is_none() -> None:
    odd = answer("account")
    del odd["account"]["account_number"]
    with pytest.raises(ValidationError):
        chain_json.AccountJson.model_validate(odd)


def values(row: Any, name: str) -> list[Any]:
    """The values of all rows of a recorded list."""
    return [found.value() for found in page_type(row).model_validate(answer(name)).rows]


def test_balances_of_a_known_and_an_unknown_address() -> None:
    assert values(CoinJson, "balances") == [Coin("uact", 508725000), Coin("uakt", 4399995323)]
    assert values(CoinJson, "balances-unknown") == []


def test_parameters() -> None:
    deployment = chain_json.DeploymentParams.model_validate(answer("params-deployment"))
    assert Coin("uact", 500000) in [coin.value() for coin in deployment.min_deposits]
    assert chain_json.MarketParams.model_validate(answer("params-market")).order_max_bids == 20


def test_price_block_node_and_config() -> None:
    price = chain_json.OraclePrice.model_validate(answer("oracle-price")).value()
    assert price is not None
    assert (price.usd, price.healthy) == (Decimal("0.85"), True)
    assert price.at == datetime(2026, 11, 23, 6, 28, 51, 375333, UTC)
    block = chain_json.BlockJson.model_validate(answer("block-latest"))
    assert (block.chain_id, block.height, block.time) == ("local", 153, price.at)
    node = chain_json.NodeInfo.model_validate(answer("node-info"))
    assert (node.network, node.tx_index) == ("local", "on")
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


@pytest.mark.parametrize(
    ("name", "left", "ever"),
    [
        ("deployment-open", 5_000_000, 5_000_000),
        ("deployment-one-group-closed", 4_992_600, 5_000_000),
        ("deployment-topped-up", 7_500_000, 7_500_000),
        ("deployment-grant-then-balance", 15_500_000, 15_500_000),
    ],
)
def test_what_was_ever_deposited_is_what_is_left_and_what_was_paid_out(name: str, left: int, ever: int) -> None:
    escrow = market_json.DeploymentJson.model_validate(answer(name)).value().escrow
    assert escrow.held("uact") == left
    assert escrow.deposited("uact") == ever


def test_an_overdrawn_deployment_has_negative_funds() -> None:
    found = market_json.DeploymentJson.model_validate(answer("deployment-overdrawn")).value()
    assert (found.state, found.escrow.state) == (DeploymentState.CLOSED, EscrowState.OVERDRAWN)
    assert found.escrow.held("uact") == Decimal(-280000)
    assert found.groups[0].state is GroupState.INSUFFICIENT_FUNDS


def test_deposits_from_a_grant_name_their_owner() -> None:
    found = market_json.DeploymentJson.model_validate(answer("deployment-grant-then-balance")).value()
    assert {(d.owner != OWNER, d.source) for d in found.escrow.deposits} == {(True, "grant"), (False, "balance")}


def test_bids_and_orders_after_a_lease() -> None:
    states = sorted(b.state for b in values(market_json.BidJson, "bids-after-lease"))
    assert states == [BidState.ACTIVE, BidState.LOST, BidState.OPEN]  # a loser may stay open: fact 1
    assert [(o.id.oseq, o.state) for o in values(market_json.OrderJson, "orders-after-close-lease")] == [
        (1, OrderState.CLOSED),
        (2, OrderState.OPEN),
    ]


def test_leases_running_and_dry() -> None:
    running = market_json.LeaseJson.model_validate(answer("lease-info")).value()
    assert (running.state, running.closed_on, running.price.amount) == (LeaseState.ACTIVE, 0, Decimal("1875.25"))
    (dry,) = values(market_json.LeaseJson, "leases-overdrawn")
    assert (dry.state, dry.reason, dry.closed_on) == (
        LeaseState.INSUFFICIENT_FUNDS,
        "lease_closed_reason_insufficient_funds",
        525,
    )


def test_no_state_of_any_recording_is_unknown() -> None:
    for name in gets(200):
        model = model_for(load(name)["request"]["path"]) if name not in NOT_OURS else None
        if model is market_json.DeploymentJson:
            assert market_json.DeploymentJson.model_validate(answer(name)).value().escrow.state != "unknown"
        elif model is page_type(market_json.DeploymentJson):
            for found in values(market_json.DeploymentJson, name):
                assert "unknown" not in {found.state, found.escrow.state, *(g.state for g in found.groups)}
        elif model is page_type(market_json.BidJson):
            for bid in values(market_json.BidJson, name):
                assert bid.state != "unknown"
                assert bid.escrow is not None
                assert bid.escrow.state != "unknown"
        elif model is page_type(market_json.LeaseJson):
            for lease in values(market_json.LeaseJson, name):
                assert lease.state != "unknown"


def test_states_from_the_future_are_unknown_and_do_not_fail() -> None:
    odd = answer("lease-info")
    odd["lease"]["state"] = "teleported"
    assert market_json.LeaseJson.model_validate(odd).value().state is LeaseState.UNKNOWN


def test_providers_audits_and_certificates() -> None:
    providers = values(providers_json.ProviderJson, "providers")
    assert [p.organization for p in providers] == ["p3 compute", "p1 compute", "p2 compute"]
    assert providers[1].host == "p1.example.com"
    assert providers[1].region == "us-west"
    (audit,) = values(providers_json.AuditJson, "audit-owner")
    assert audit.auditor == "akash17h3k9p5c3ts3zfj4j4sw5mm3vr2vhp8afp96f2"
    assert len(audit.attributes) == 8
    ((state, pem),) = values(providers_json.CertificateJson, "certificates")
    assert pem.startswith(b"-----BEGIN CERTIFICATE-----\n")
    assert state == "valid"


def test_the_answer_of_a_mint_names_its_record_in_the_ledger() -> None:
    result = tx_json.OneTx.model_validate(answer("mint-included")).value()
    assert result.records == ((227, 1),)
    assert tx_json.OneTx.model_validate(answer("burn-act-included")).value().records == ((2986, 1),)
    assert tx_json.OneTx.model_validate(answer("create-deployment-included")).value().records == ()


@pytest.mark.parametrize("data", ["", "zz", "12", b"/akash.bme.v1.MsgMintACTResponse".hex()])
def test_an_answer_that_cannot_be_read_names_no_record(data: str) -> None:
    assert tx_json.mint_records_in(data) == ()


def test_the_books_name_what_each_mint_and_burn_took() -> None:
    burn, first, mint, cancelled = values(providers_json.LedgerJson, "bme-ledger-burned")
    (waiting,) = values(providers_json.LedgerJson, "mint-ledger-pending")
    assert [r.burned for r in (burn, first, mint, cancelled, waiting)] == [
        Coin("uact", 5_000_000),
        *(Coin("uakt", amount) for amount in (600_000_000, 20_000_000, 1_000_000, 20_000_000)),
    ]


@pytest.mark.parametrize(("status", "code"), [("mint_status_halt_oracle", 5), ("mint_status_halt_cr", 6)])
def test_a_halted_mint_and_its_refusal_give_the_same_reason(status: str, code: int) -> None:
    params = providers_json.MintParams.model_validate(answer("params-bme"))
    halted = providers_json.mint_status_of(providers_json.MintStatusJson(status=status), params).halted
    assert BY_CODE["bme", code].title == f"Minting is halted: {halted}."


def test_the_mint_and_its_books() -> None:
    status = providers_json.mint_status_of(
        providers_json.MintStatusJson.model_validate(answer("bme-status")),
        providers_json.MintParams.model_validate(answer("params-bme")),
    )
    assert (status.mints_allowed, status.spread_bps, status.epoch_blocks) == (True, 25, 10)
    assert status.min_mint == (Coin("uact", 10_000_000),)
    burn, _, mint, cancelled = values(providers_json.LedgerJson, "bme-ledger-burned")
    assert (burn.status, burn.minted) == ("executed", Coin("uakt", 5_882_352))
    assert (mint.minted, mint.spread) == (Coin("uact", 17_000_000), Coin("uact", 42_500))
    assert (cancelled.status, cancelled.cancel_reason) == ("canceled", "minimum_mint")
    (pending,) = values(providers_json.LedgerJson, "mint-ledger-pending")
    assert (pending.status, pending.minted) == ("pending", None)


@pytest.mark.parametrize("name", names("*-included"))
def test_included_transactions_become_results(name: str) -> None:
    recorded = answer(name)["tx_response"]
    response = tx_json.OneTx.model_validate(answer(name)).tx_response
    result = response.value()
    assert (result.hash, result.height) == (recorded["txhash"], int(recorded["height"]))
    assert (result.code, result.codespace) == (recorded["code"], recorded["codespace"])
    assert result.gas_used == int(recorded["gas_used"])
    assert result.fee is not None
    assert [event.type for event in response.events] == [e["type"] for e in recorded["events"]]
    read = [(a.key, a.value) for event in response.events for a in event.attributes]
    assert read == [(a["key"], a["value"]) for e in recorded["events"] for a in e["attributes"]]


def test_fee_of_a_result() -> None:
    result = tx_json.OneTx.model_validate(answer("create-deployment-included")).tx_response.value()
    assert result.fee == Coin("uakt", 50000)


@pytest.mark.skipif(not MAINNET8.is_dir(), reason="no recordings of Mainnet 8")
@pytest.mark.parametrize("name", ["bid-before", "bid-after"])
def test_old_bids_are_read_whole_too(name: str) -> None:
    recorded = json.loads((MAINNET8 / f"{name}.json").read_text(encoding="utf-8"))
    assert_as_recorded(market_json.BidJson.model_validate(recorded), recorded)
