"""The practice chain answers what the real one answered: every recorded exchange, in the order of the story."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from akash_tui.practice.api_json.block_json import notices
from akash_tui.practice.chain.blocks import tx_hash
from akash_tui.practice.state.books import DepositGrant, FeeGrant
from tests.conformance import needs_shared
from tests.practice.recorded_story import OTHERS, P1, P2, P3, TENANT, Story, frames, names, ours, recording, theirs

pytestmark = needs_shared

BLOCK, EPOCH = "(block)", "(epoch)"
MINTED = {
    TENANT: 600_000_000,
    P1: 200_000_000,
    P2: 200_000_000,
    P3: 200_000_000,
    OTHERS[0]: 600_000_000,
    OTHERS[2]: 300_000_000,
    OTHERS[1]: 300_000_000,
}

# recordings that are not told again, and why
NOT_COVERED: dict[str, str] = {
    "grant-deposit-broadcast": "MsgGrant is the granter's transaction; a world is given its grants at genesis",
    "grant-deposit-included": "as grant-deposit-broadcast",
    "grant-deposit-not-yet": "as grant-deposit-broadcast",
}


def sent(name: str) -> list[str]:
    """A transaction that was broadcast, looked for too early, and found in a block."""
    return [f"{name}-broadcast", f"{name}-not-yet", BLOCK, f"{name}-included"]


# a text is a recording, a number a transaction the websocket session saw at that height;
# as many blocks pass as in the recordings where money depends on it
STORY: list[str | int] = [
    *("account-bad-address", "account-unknown", "account-no-pubkey", "account-module", "balances-unknown"),
    *("audit-all", "audit-auditor-provider", "audit-owner", "provider", "providers", "provider-unknown"),
    *("syncing", "node-info", "node-config", "discovery", "rpc-akash", "rpc-status"),
    *("params-bme", "params-deployment", "params-market", "params-oracle", "oracle-price", "oracle-price-act"),
    *("bme-status", "bme-vault", "not-mounted", "bids-bad-state", "err-garbage"),
    *("account", "account-info", "balances", "spendable", "bme-ledger-owner", "bme-ledger-all"),
    *sent("mint"),
    *("block-latest", "mint-ledger-pending", EPOCH, "mint-ledger-executed"),
    *sent("mint-below-minimum"),
    *(EPOCH, "bme-ledger-cancelled"),
    *sent("create-certificate"),
    *("certificates", "simulate"),
    *sent("create-deployment"),
    *("deployment-open", "deployments-list", "deployment-unknown", "order-list", "order-info", "escrow-accounts"),
    "bids-none",
    *sent("create-bid"),
    *("bids-one", "bid-info", "bid-unknown", "bids-by-provider", 312, 313, "bids-three", "bids-page1", "bids-page2"),
    "bids-offset-no-state",
    *sent("create-lease"),
    *("deployment-leased", "bids-after-lease", "lease-list", "lease-info", "escrow-payments"),
    *sent("create-lease-lost-bid"),
    *sent("account-deposit"),
    "deployment-topped-up",
    *sent("update-deployment"),
    *sent("update-deployment-same-hash"),
    *[BLOCK] * 19,
    *sent("close-lease"),
    *("orders-after-close-lease", 382, 383, "bids-second-order"),
    *sent("pause-group"),
    "bids-after-pause",
    *sent("start-group"),
    "orders-after-start",
    *sent("close-deployment"),
    *("deployment-closed", "bids-after-close", "leases-after-close"),
    *sent("close-deployment-twice"),
    *sent("create-deployment-same-dseq"),
    *("err-wrong-chain-id-broadcast", "err-wrong-account-number-broadcast", "err-sequence-high-broadcast"),
    *("err-sequence-low-broadcast", "err-insufficient-fee-broadcast", "err-fee-uact-broadcast"),
    *("err-memo-broadcast", "err-timeout-height-broadcast", "err-out-of-gas-checktx-broadcast"),
    *sent("err-out-of-gas-deliver"),
    *("err-hash-short-broadcast", "err-no-groups-broadcast", "err-deposit-no-source-broadcast"),
    "err-deposit-uakt-broadcast",
    *sent("err-deposit-low"),
    *sent("err-price-uakt"),
    *sent("err-deposit-more-than-balance"),
    *sent("err-price-zero"),
    *sent("unordered"),
    *("err-duplicate-after-inclusion", "err-unordered-ttl-long-broadcast", "err-unordered-ttl-past-broadcast"),
    "err-unordered-with-sequence-broadcast",
    *("dup-first", "err-duplicate-in-mempool", BLOCK, "err-duplicate-ordered-after-inclusion"),
    *("err-simulate-deposit", "err-simulate-sequence", "err-simulate-future-sequence", "err-broadcast-block"),
    *(503, 504, 505, "bids-open-all", 509),
    *(510, 511, 512),
    *[BLOCK] * 12,
    *("deployment-running-dry", 525, "withdraw-overdrawn-included"),
    *("deployment-overdrawn", "leases-overdrawn", "orders-overdrawn"),
    *sent("account-deposit-overdrawn"),
    "deployment-overdrawn-topped",
    *sent("create-deployment-two-groups"),
    *("orders-two-groups", "deployment-two-groups", 554, 555, 556, 557, "bids-two-groups"),
    *sent("create-lease-two-groups"),
    "leases-two-groups",
    *sent("close-group"),
    *("deployment-one-group-closed", "leases-all", "deployments-all-states", "txs-by-sender"),
    "grants-grantee",
    *sent("create-deployment-granted"),
    *("deployment-granted", "grants-grantee-after"),
    *sent("err-grant-too-small"),
    *sent("create-deployment-grant-then-balance"),
    "deployment-grant-then-balance",
    *sent("close-deployment-granted"),
    "feegrant-allowances",
    *sent("create-deployment-fee-granted"),
    *("err-fee-grant-none-broadcast", "err-fee-grant-too-small-broadcast"),
    *sent("burn-act"),
    *(EPOCH, "bme-ledger-burned", "(bid for 3000)"),
    *sent("deposit-and-lease"),
    *sent("err-batch-one-bad"),
]

# what was wrong on purpose in a transaction, and cannot be copied because it depends on the chain
CHANGES: dict[str, dict[str, Any]] = {
    "err-wrong-chain-id-broadcast": {"chain_id": "another-chain"},
    "err-wrong-account-number-broadcast": {"account_number": 99},
    "err-sequence-high-broadcast": {"sequence": 5},
    "err-sequence-low-broadcast": {"sequence": -1},
    "err-simulate-future-sequence": {"sequence": 977},
    "err-unordered-ttl-long-broadcast": {"timeout": 660},
    "err-unordered-ttl-past-broadcast": {"timeout": -4},
}


@pytest.fixture(scope="module")
def told() -> tuple[Story, dict[str, tuple[int, Any]]]:
    """The whole story, and our answer to each recorded request."""
    story = Story()
    answers: dict[str, tuple[int, Any]] = {}
    for who, amount in MINTED.items():
        story.mint(who, amount)
    story.epoch()
    for step in STORY:
        if step == BLOCK:
            story.block()
        elif step == EPOCH:
            story.epoch()
        elif step == "(bid for 3000)":
            story.offer_on(3000)
        elif isinstance(step, int):
            story.play(step)
        else:
            if step == "grants-grantee":
                granter, grantee = story.ours[P1], story.ours[TENANT]
                deposits = DepositGrant(granter, grantee, 20_000_000, ("deployment",))
                story.world.books.deposit_grants.put((grantee, granter), deposits)
                story.world.books.fee_grants.put((grantee, granter), FeeGrant(granter, grantee, 1_000_000))
            status, answer = story.ask(step, **CHANGES.get(step, {}))
            answers[step] = status, ours(answer, story)
    return story, answers


TOLD = [step for step in STORY if isinstance(step, str) and not step.startswith("(")]


@pytest.mark.parametrize("name", TOLD)
def test_the_answer_is_the_recorded_one(told: tuple[Story, dict[str, tuple[int, Any]]], name: str) -> None:
    _, answers = told
    status, answer = answers[name]
    response = recording(name)["response"]
    assert status == response["status"], json.dumps(answer)[:500]
    assert answer == theirs(response["json"])


def test_every_recording_is_told_or_excused() -> None:
    assert sorted({*TOLD, *NOT_COVERED}) == names()
    assert not {*TOLD} & {*NOT_COVERED}


def test_the_websocket_tells_of_transactions_as_recorded(told: tuple[Story, dict[str, tuple[int, Any]]]) -> None:
    story, _ = told
    mine = {}
    for block in story.world.blocks:
        for notice in notices(block, story.world.chain_id):
            if notice.type == "Tx":
                mine[notice.index["tx.hash"][0]] = notice
    recorded = [frame for frame in frames() if "TxResult" in frame["result"].get("data", {}).get("value", {})]
    assert len(recorded) > 20
    for frame in recorded:
        result = frame["result"]["data"]["value"]["TxResult"]
        notice = mine[story.hashes[tx_hash(base64.b64decode(result["tx"]))]]
        result.pop("index", None)  # which transaction of its block: not told again
        assert ours(notice.frame(0, "tm.event='Tx'"), story) == theirs(frame)


@pytest.mark.parametrize("type_", ["NewBlock", "NewBlockHeader"])
def test_the_websocket_tells_of_blocks_as_recorded(told: tuple[Story, dict[str, tuple[int, Any]]], type_: str) -> None:
    story, _ = told
    recorded = [
        frame for frame in frames() if frame["result"].get("data", {}).get("type") == f"tendermint/event/{type_}"
    ]
    assert recorded
    for frame in recorded:
        wanted = theirs(_only_mint(frame))
        query, id_ = frame["result"]["query"], frame["id"]
        told_ = [
            ours(_only_mint(notice.frame(id_, query)), story)
            for block in story.world.blocks
            for notice in notices(block, story.world.chain_id)
            if notice.type == type_
        ]
        assert wanted in told_


def _only_mint(frame: dict[str, Any]) -> dict[str, Any]:
    """A frame without the events of modules that a practice world does not have: inflation, rewards, epochs, oracle."""
    frame = json.loads(json.dumps(frame))
    own = frame["result"]["data"]["value"].get("result_finalize_block")
    if own:
        own["events"] = [event for event in own["events"] if event["type"].startswith("akash.bme.")]
        index = frame["result"]["events"]
        frame["result"]["events"] = {key: index[key] for key in index if key.startswith(("akash.bme.", "tm."))}
    return frame
