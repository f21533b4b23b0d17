"""The checked-in protobuf code is what `generate.py` makes of the checked-in definitions."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from akash_tui import wire
from akash_tui.wire.generate import generate

WIRE = Path(wire.__file__).parent
PROTOS = sorted(WIRE.glob("*.proto"))


def test_generating_again_changes_nothing(tmp_path: Path) -> None:
    pytest.importorskip("grpc_tools", reason="needs the development tools")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        generate(tmp_path / name)
    for folder in ("one", "two"):
        made = {p.name: p.read_bytes() for p in (tmp_path / folder / "akash_tui" / "wire").iterdir()}
        assert set(made) == {f"{p.stem}_pb2{end}" for p in PROTOS for end in (".py", ".pyi")}
        for name, content in made.items():
            assert (WIRE / name).read_bytes() == content, f"{name} is stale: run make proto"


def test_no_generated_file_is_left_over() -> None:
    assert {p.stem.removesuffix("_pb2") for p in WIRE.glob("*_pb2.py*")} == {p.stem for p in PROTOS}


@pytest.mark.parametrize("proto", PROTOS, ids=lambda p: p.stem)
def test_names_are_the_networks_own(proto: Path) -> None:
    module = importlib.import_module(f"akash_tui.wire.{proto.stem}_pb2")
    package = re.search(r"^package ([\w.]+);$", proto.read_text(), re.MULTILINE)
    assert package is not None
    assert module.DESCRIPTOR.package == package[1]
    assert package[1].startswith(("akash.", "cosmos."))


NUMBERS = [
    ("cosmos_tx_pb2.TxBody", "messages 1 memo 2 timeout_height 3 unordered 4 timeout_timestamp 5"),
    ("cosmos_tx_pb2.TxBody", "extension_options 1023 non_critical_extension_options 2047"),
    ("cosmos_tx_pb2.Fee", "amount 1 gas_limit 2 payer 3 granter 4"),
    ("deployment_v1beta4_pb2.MsgCreateDeployment", "id 1 groups 2 hash 3 deposit 4 reclamation 5"),
    ("deployment_v1beta4_pb2.MsgUpdateDeployment", "id 1 hash 3"),
    ("base_deposit_pb2.Deposit", "amount 1 sources 5"),
    ("base_resources_pb2.Resources", "id 1 cpu 2 memory 3 storage 4 gpu 5 endpoints 6"),
    ("market_v1_pb2.BidID", "owner 1 dseq 2 gseq 3 oseq 4 provider 5 bseq 6"),
    ("market_v1beta5_pb2.MsgCreateBid", "id 1 price 2 deposit 3 resources_offer 4 reclamation_window 5"),
    ("market_v1beta5_pb2.OfferPrices", "cpu 2 memory 3 storage 4 gpu 5 endpoints 6"),
    ("provider_v1beta4_pb2.MsgCreateProvider", "owner 1 host_uri 2 attributes 3 info 4"),
    ("audit_v1_pb2.MsgSignProviderAttributes", "owner 1 auditor 2 attributes 3"),
    ("cert_v1_pb2.MsgCreateCertificate", "owner 1 cert 2 pubkey 3"),
    ("bme_v1_pb2.MsgBurnMint", "owner 1 to 2 coins_to_burn 3 denom_to_mint 4"),
    ("escrow_v1_pb2.MsgAccountDeposit", "signer 1 id 2 deposit 3"),
]


@pytest.mark.parametrize(("message", "numbers"), NUMBERS)
def test_field_numbers(message: str, numbers: str) -> None:
    module, name = message.split(".")
    fields = getattr(importlib.import_module(f"akash_tui.wire.{module}"), name).DESCRIPTOR.fields_by_name
    words = numbers.split()
    assert {n: fields[n].number for n in words[::2]} == dict(zip(words[::2], map(int, words[1::2]), strict=True))
