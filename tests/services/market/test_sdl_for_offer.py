"""SDLs that accept what was marked on the market, and such that are meant for one provider."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.provider import ProviderProfile
from akash_tui.domain.market.supply import FigureSource, ProviderSheet, SignedAttribute, SupplyResources
from akash_tui.services.market.sdl_for_offer import accepting, askable, only_here
from akash_tui.services.ports import BadInput
from akash_tui.services.storage.presets import Presets

NOW = datetime(2026, 11, 24, tzinfo=UTC)
AUDITOR = f"akash1{'a' * 38}"
READER = SdlFiles()
H100 = GpuModel("nvidia", "h100", 80, "sxm5")
RTX = GpuModel("nvidia", "rtx4090", 24, "pcie")


def sheet(number: int, *attributes: tuple[str, str], signed: tuple[str, ...] = ()) -> ProviderSheet:
    profile = ProviderProfile(
        owner=f"akash1{number:038d}", name=None, host_uri="https://x.example:8443", online=True, audited=None,
        uptime_1d=None, uptime_7d=None, uptime_30d=None, region=None, country=None, organization=None, version=None,
        leases=None, gpus=(H100,), auditors=(), read_at=NOW,
    )  # fmt: skip
    made = tuple(SignedAttribute(k, v, (AUDITOR,) if k in signed else ()) for k, v in attributes)
    return ProviderSheet(profile, SupplyResources(), made, (), FigureSource.INDEXER, NOW)


@pytest.fixture(params=["vllm-chat", "comfyui", "ollama-webui"])
def preset(request: pytest.FixtureRequest, tmp_path: object) -> str:
    text: str = Presets(tmp_path).find(request.param).text()  # type: ignore[arg-type]
    return text


def test_a_preset_accepts_exactly_the_marked_models_and_stays_right(preset: str) -> None:
    made = accepting(READER, preset, [H100, RTX])
    assert set(READER.gpu_choices(made)) == {GpuModel("nvidia", "h100", 80, "sxm"), RTX}
    checked = READER.check(made, "-")
    assert checked.compiled.ok
    assert not [p for p in checked.problems if p.code.startswith("gpu")]
    old, new = preset.splitlines(), made.splitlines()
    gone = [line.strip() for line in old if line not in new]
    assert all(line.startswith("- model:") for line in gone), gone


def test_only_nvidia_can_be_asked_for() -> None:
    amd = GpuModel("amd", "mi100", 32, "pcie")
    assert askable([amd, H100, replace(H100, interface="sxm4")]) == [GpuModel("nvidia", "h100", 80, "sxm")]
    with pytest.raises(BadInput, match="nvidia"):
        accepting(READER, "", [amd])


def test_an_sdl_without_gpus_says_so(tmp_path: object) -> None:
    page = Presets(tmp_path).find("web-page").text()  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="asks for a GPU"):
        accepting(READER, page, [H100])


def test_one_attribute_that_nobody_else_has_is_enough(preset: str) -> None:
    here = sheet(1, ("organization", "Fjord"), ("region", "eu"), ("capabilities/cpu", "odd"))
    pinned = only_here(READER, preset, here, [here, sheet(2, ("organization", "Other"), ("region", "eu"))])
    assert (pinned.asked, pinned.others, pinned.compared) == ({"organization": "Fjord"}, (), 1)
    groups = READER.read(pinned.text, "-").groups
    assert all([(a.key, a.value) for a in g.attributes if a.key == "organization"] for g in groups)
    assert [line for line in preset.splitlines() if line not in pinned.text.splitlines()] == []


def test_several_attributes_and_who_is_left_over(preset: str) -> None:
    here = sheet(1, ("organization", "Big"), ("city", "Oslo"), ("tier", "akash"))
    twin = sheet(2, ("organization", "Big"), ("city", "Oslo"))
    third = sheet(3, ("organization", "Big"), ("city", "Rome"), ("tier", "akash"))
    pinned = only_here(READER, preset, here, [here, twin, third])
    assert (pinned.asked, pinned.others) == ({"city": "Oslo", "tier": "akash"}, ())
    same = sheet(4, ("organization", "Big"), ("city", "Oslo"), ("tier", "akash"))
    pinned = only_here(READER, preset, here, [here, twin, third, same])
    assert pinned.others == (same,)


def sdl_with(placement: str) -> str:
    return f"""version: "2.0"
services:
  web:
    image: nginx:1.27
    expose:
      - port: 80
        to: [{{global: true}}]
profiles:
  compute:
    web:
      resources:
        cpu: {{units: 1}}
        memory: {{size: 512Mi}}
        storage: {{size: 1Gi}}
  placement:
{placement}
deployment:
  web:
    here: {{profile: web, count: 1}}
"""


PRICE = "pricing: {web: {denom: uact, amount: 100}}"


@pytest.mark.parametrize(
    "placement",
    [
        f"    here:\n      {PRICE}",
        f"    here: {{{PRICE}}}",
        f"    here:\n      attributes:\n        region: eu  # near\n      {PRICE}",
        f"    here:\n      attributes: {{region: eu}}\n      {PRICE}",
        f"    here:\n      attributes: {{}}\n      {PRICE}",
        f"    here:\n      attributes:\n      {PRICE}",
        f"    here:\n      attributes: &a\n        region: eu\n        organization: Fjord Two\n      {PRICE}",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_attributes_go_into_any_way_of_writing_them(placement: str, newline: str) -> None:
    text = sdl_with(placement).replace("\n", newline)
    made = READER.with_attributes(text, {"organization": "Fjord Two", "city": "Oslo"})
    groups = READER.read(made, "-").groups
    found = {a.key: a.value for a in groups[0].attributes}
    assert found.items() >= {"organization": "Fjord Two", "city": "Oslo"}.items()
    assert ("region" in found) == ("region" in placement)
    assert made.count("\n") - made.count("\r\n") == (0 if newline == "\r\n" else made.count("\n"))


def test_what_auditors_did_not_sign_is_not_asked_where_the_sdl_wants_them() -> None:
    text = sdl_with(f"    here:\n      signedBy: {{anyOf: [{AUDITOR}]}}\n      {PRICE}")
    here = sheet(1, ("organization", "Fjord"), ("city", "Oslo"), signed=("city",))
    assert only_here(READER, text, here, []).asked == {"city": "Oslo"}
    with pytest.raises(BadInput, match="no attribute"):
        only_here(READER, text, sheet(1, ("organization", "Fjord")), [])


def test_an_sdl_that_wants_another_place_is_refused() -> None:
    text = sdl_with(f"    here:\n      attributes: {{region: us}}\n      {PRICE}")
    with pytest.raises(BadInput, match="region = us"):
        only_here(READER, text, sheet(1, ("region", "eu"), ("organization", "F")), [])


@pytest.mark.parametrize("value", ["two  blanks", " before", "tab\there", 'quo"te', "é", "x" * 200, ""])
def test_values_that_may_have_been_cleaned_are_not_asked_for(value: str) -> None:
    with pytest.raises(BadInput, match="no attribute"):
        only_here(READER, sdl_with(f"    here:\n      {PRICE}"), sheet(1, ("organization", value)), [])
