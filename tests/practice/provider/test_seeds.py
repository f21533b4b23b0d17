"""The seeded providers: enough of them, real models, invented names, the same for the same seed."""

from __future__ import annotations

import json

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.practice.provider.hardware import ALL_GPUS, H100_PCIE, H100_SXM
from akash_tui.practice.provider.manifest_value import to_go
from akash_tui.practice.provider.scenarios import SCENARIOS
from akash_tui.practice.provider.seeds import ROSTER, Offer, roster
from akash_tui.practice.rules.matching import attributes_match, capabilities_match
from tests.conformance import ROOT, SHARED
from tests.practice.gateway.recorded import spec_of


def test_there_are_enough_providers_of_every_temper() -> None:
    assert len(ROSTER) >= 14
    assert len({node.gpu.model for p in ROSTER for node in p.nodes if node.gpu}) >= 8
    assert {p.offer for p in ROSTER} == set(Offer)
    assert any(p.hangs for p in ROSTER)
    assert any(p.enforces_manifest for p in ROSTER)
    assert any(not p.auditors for p in ROSTER)
    assert any(p.place is None for p in ROSTER)
    assert any(p.reclamation for p in ROSTER)
    assert any(not any(node.gpu for node in p.nodes) for p in ROSTER)
    assert len({p.name for p in ROSTER}) == len(ROSTER)


def test_the_cheap_one_is_not_audited() -> None:
    rates = {p.name: p.prices.gpu[g] for p in ROSTER for g in (H100_SXM, H100_PCIE) if g in p.prices.gpu}
    cheapest = min(rates, key=lambda name: rates[name])
    assert next(p for p in ROSTER if p.name == cheapest).auditors == ()


def test_who_keeps_a_reclamation_window_does_not_enforce_the_manifest() -> None:
    # the chain makes such a provider announce the reclaim first
    assert not any(p.reclamation and p.enforces_manifest for p in ROSTER)


@pytest.mark.skipif(not (SHARED / "indexer").is_dir(), reason=f"no GPU list at {SHARED}")
def test_every_model_is_in_the_networks_list() -> None:
    listed = {
        (vendor["name"], each["name"], each["interface"], each["memory_size"])
        for vendor in json.loads((SHARED / "indexer" / "gpus.json").read_text()).values()
        for each in vendor["devices"].values()
    }
    for gpu in ALL_GPUS:
        assert (gpu.vendor, gpu.model, gpu.interface, f"{gpu.memory}Gi") in listed


@pytest.mark.skipif(not (SHARED / "indexer").is_dir(), reason=f"no attribute list at {SHARED}")
def test_attributes_use_the_words_of_the_schema() -> None:
    known = json.loads((SHARED / "indexer" / "provider-attributes.json").read_text())
    allowed = {
        row["key"]: {value["key"] for value in row["values"]} for row in known.values() if row["type"] == "option"
    }
    for provider in roster(1):
        attributes = provider.attributes()
        assert attributes == sorted(attributes)
        assert len(dict(attributes)) == len(attributes)
        for key, value in attributes:
            assert value in allowed.get(key, {value}), (provider.name, key)


def test_gpus_are_published_in_several_granularities() -> None:
    keys = dict(ROSTER[0].attributes())
    base = "capabilities/gpu/vendor/nvidia/model/h100"
    assert {base, f"{base}/ram/80Gi", f"{base}/interface/sxm", f"{base}/ram/80Gi/interface/sxm"} <= set(keys)


def test_the_same_seed_gives_the_same_providers_and_another_one_others() -> None:
    assert roster(3) == roster(3)
    assert roster(3) != roster(4)
    assert {p.name for p in roster(3)} == {p.name for p in roster(4)}
    first, again, other = (roster(n)[0].key(n).address for n in (3, 3, 4))
    assert first == again
    assert first != other


def test_names_are_invented() -> None:
    for provider in ROSTER:
        assert provider.domain.endswith(".example")
        contact = dict(provider.attributes())
        assert contact["email"].endswith(".example")
        assert contact["website"].startswith("https://")


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("vendor/nvidia/model/*", True),
        ("vendor/nvidia/model/h100", True),
        ("vendor/nvidia/model/h100/ram/80Gi", True),
        ("vendor/nvidia/model/h100/interface/sxm", True),
        ("vendor/nvidia/model/h100/ram/80Gi/interface/sxm", True),
        ("vendor/nvidia/model/h100/ram/40Gi", False),
        ("vendor/nvidia/model/h100/interface/pcie", False),
        ("vendor/amd/model/*", False),
        ("vendor/nvidia/model/h1000", False),
    ],
)
def test_a_request_fits_a_gpu_or_not(wanted: str, fits: bool) -> None:
    assert H100_SXM.fits(wanted) is fits


def test_a_crowd_has_names_of_its_own() -> None:
    crowd = SCENARIOS["rush"].providers(1)
    assert len(crowd) == 2 * len(ROSTER)
    assert len({p.name for p in crowd}) == len(crowd)
    assert len({p.key(1).address for p in crowd}) == len(crowd)
    assert all(p.delay == 0 for p in crowd)


def test_one_provider_has_an_interconnect_for_the_preset_of_several_nodes() -> None:
    compiled = SdlFiles().read((ROOT / "sdl_templates" / "multi-node.yaml").read_text(encoding="utf-8"))
    (group,) = compiled.groups
    wanted = [{"key": each.key, "value": each.value} for each in group.attributes]
    spec = spec_of(to_go(json.loads(compiled.manifest_json)))[0] | {
        "requirements": {"attributes": wanted, "signed_by": {"all_of": [], "any_of": []}}
    }
    fitting = [p.name for p in ROSTER if attributes_match(spec, p.attributes(), {})]
    assert fitting == ["glacier"]
    glacier = next(p for p in ROSTER if p.name == "glacier")
    assert capabilities_match(spec, [a for a in glacier.attributes() if "storage" not in a[0]])
