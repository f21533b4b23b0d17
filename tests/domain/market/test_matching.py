"""Every reason of the closed list, each with its own words; what is unknown is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.domain.akash.gpu import parse_gpu_key
from akash_tui.domain.akash.resources import GIB, Attribute, Endpoint, EndpointKind, GroupSpec, SignedBy, Volume
from akash_tui.domain.market.fit_reasons import UnfitReason, need_of
from akash_tui.domain.market.known_provider import KnownProvider
from akash_tui.domain.market.matching import failures
from akash_tui.domain.market.supply import Machine, Quantities, SupplyResources, amounts
from tests.domain.market.orders import AUDITOR, NOBODY, group, provider

EU = {"host": "akash", "region": "eu"}
STORAGE = EU | {"capabilities/storage/1/class": "beta2", "capabilities/storage/1/persistent": "true"}
BETA3 = Volume("data", GIB, (Attribute("class", "beta3"), Attribute("persistent", "true")))
IP = (Endpoint(EndpointKind.LEASED_IP, 1),)
INTERCONNECT = {"capabilities/gpu-interconnect": "true"}
SMALL = Machine(Quantities(8000, 2, 32 * GIB, 500 * GIB), Quantities(8000, 2, 32 * GIB, 500 * GIB))


@pytest.mark.parametrize(
    ("asked", "has", "reason", "words"),
    [
        (group({}, "a100"), provider(EU), UnfitReason.MODEL, "has no GPU"),
        (group({}, "a100"), provider(EU, "t4", "h100"), UnfitReason.MODEL, "has t4, h100"),
        (group({}, "a100/ram/80Gi"), provider(EU, "a100/ram/40Gi"), UnfitReason.VRAM, "its a100 has 40 GB, not 80 GB"),
        (group({}, "a100/ram/80Gi"), provider(EU, "a100"), UnfitReason.VRAM, "it does not say that its a100 has 80 GB"),
        (
            group({}, "a100/ram/80Gi/interface/sxm"),
            provider(EU, "a100/ram/80Gi/interface/pcie"),
            UnfitReason.INTERFACE,
            "its a100 is pcie, not sxm",
        ),
        (
            group({}, "a100", units=8),
            provider(EU, "a100", gpu=amounts(0, 0, 4)),
            UnfitReason.COUNT,
            "has 4 GPUs in all, not 8",
        ),
        (
            group({}, "a100", units=4),
            provider(EU, "a100", gpu=amounts(0, 0, 8), machines=(SMALL, SMALL)),
            UnfitReason.COUNT,
            "has 2 GPUs on its largest machine, not 4",
        ),
        (
            group({}, "a100", units=2, count=3),
            provider(EU, "a100", gpu=amounts(0, 0, 4)),
            UnfitReason.COUNT,
            "has 4 GPUs, not 6 for all replicas",
        ),
        (group({"region": "us"}), provider(EU), UnfitReason.ATTRIBUTE, "region is eu, not us"),
        (group({"tier": "gold"}), provider(EU), UnfitReason.ATTRIBUTE, "does not state tier"),
        (
            group({"region": "eu"}, signed=SignedBy(all_of=(AUDITOR,))),
            provider(EU, signed={"host": (AUDITOR,)}),
            UnfitReason.AUDITOR,
            "akash1365…x63 has not signed its region",
        ),
        (
            group({}, signed=SignedBy(any_of=(NOBODY, AUDITOR))),
            provider(EU),
            UnfitReason.AUDITOR,
            "none of the auditors has signed it",
        ),
        (group({}, volumes=(BETA3,)), provider(STORAGE), UnfitReason.STORAGE_CLASS, "has no storage of class beta3"),
        (
            group({}, cpu=64_000),
            provider(EU, cpu=amounts(0, 0, 32_000)),
            UnfitReason.SIZE,
            "has 32 CPU in all, not 64 CPU",
        ),
        (
            group({}, "a100", memory=64 * GIB),
            provider(EU, "a100", machines=(SMALL,)),
            UnfitReason.SIZE,
            "has 32 GiB of memory on its largest machine, not 64 GiB of memory",
        ),
        (group({}, endpoints=IP), provider(EU), UnfitReason.LEASED_IP, "leases no IP addresses"),
        (group(INTERCONNECT), provider(EU), UnfitReason.INTERCONNECT, "has no such GPU interconnect"),
        (
            group({}, arch="arm64"),
            provider(EU | {"capabilities/cpu/arch": "x86-64"}),
            UnfitReason.ARCH,
            "its CPUs are x86-64, not arm64",
        ),
    ],
)
def test_each_reason_in_words(asked: GroupSpec, has: KnownProvider, reason: UnfitReason, words: str) -> None:
    (found,) = failures(need_of(asked), has)
    assert (found.reason, found.words) == (reason, words)


@pytest.mark.parametrize(
    ("window", "words"),
    [(3600, "gives 1 h before it reclaims, 24 h are asked for"), (0, "gives no time, 24 h are asked for")],
)
def test_a_reclamation_window_that_is_too_short(window: int, words: str) -> None:
    (found,) = failures(need_of(group({}), 86_400), provider(EU, window_s=window))
    assert (found.reason, found.words) == (UnfitReason.RECLAMATION, words)
    assert not list(failures(need_of(group({}), 86_400), provider(EU, window_s=86_400)))


def test_the_first_reason_is_the_first_of_the_list() -> None:
    asked = group({"region": "us"} | INTERCONNECT, "a100", signed=SignedBy(all_of=(NOBODY,)))
    found = [failure.reason for failure in failures(need_of(asked), provider(EU, "t4"))]
    assert found == [UnfitReason.MODEL, UnfitReason.ATTRIBUTE, UnfitReason.AUDITOR, UnfitReason.INTERCONNECT]
    assert found == [reason for reason in UnfitReason if reason in found]


UNREAD = replace(provider({}), signatures_known=False, resources=SupplyResources())


@pytest.mark.parametrize(
    ("asked", "has"),
    [
        (group({"region": "us"}, "a100", signed=SignedBy(all_of=(NOBODY,)), volumes=(BETA3,), endpoints=IP), UNREAD),
        (group({}, "a100", units=8, cpu=10**6), provider(EU, "a100")),
        (group({"region": "eu"}, signed=SignedBy(any_of=(AUDITOR,))), provider(EU, signed=None)),
        (group({}, arch="arm64"), provider(EU)),
        (group({}), provider(EU, window_s=None)),
    ],
    ids=["nothing read", "no inventory", "audits not read", "no architecture named", "no window read"],
)
def test_what_is_unknown_never_counts_as_unfit(asked: GroupSpec, has: KnownProvider) -> None:
    assert list(failures(need_of(asked, 3600), has)) == []


@pytest.mark.parametrize(
    ("asked", "has"),
    [
        (group({}, "*"), provider(EU, "t4")),
        (group({}, "h100", "a100/ram/80Gi"), provider(EU, "a100/ram/80Gi/interface/sxm")),
        (group({"reg*": "eu"}), provider(EU)),
        (group({"capabilities/gpu/vendor/*/model/t4": "true"}), provider(EU, "t4")),
        (group({"region": "eu"}, signed=SignedBy(any_of=(NOBODY, AUDITOR))), provider(EU, signed=(AUDITOR,))),
        (group({}, volumes=(BETA3,)), provider(STORAGE | {"capabilities/storage/2/class": "beta3",
                                                          "capabilities/storage/2/persistent": "true"})),
        (group({}, endpoints=IP), provider(EU | {"feat-endpoint-ip": "true"})),
        (group({}, arch="amd64"), provider(EU | {"capabilities/cpu/arch": "x86-64"})),
        (group({}, "a100", units=2, count=2), provider(EU, "a100", gpu=amounts(4, 0, 0), machines=(SMALL, SMALL))),
    ],
)  # fmt: skip
def test_what_fits(asked: GroupSpec, has: KnownProvider) -> None:
    assert list(failures(need_of(asked), has)) == []


def test_a_glob_stays_within_one_part_of_a_path() -> None:
    asked = group({"capabilities/*/t4": "true"})
    assert [each.reason for each in failures(need_of(asked), provider(EU, "t4"))] == [UnfitReason.ATTRIBUTE]


def test_models_stand_for_capabilities_where_no_attributes_were_read() -> None:
    model = parse_gpu_key("vendor/nvidia/model/a100/ram/40Gi")
    assert model is not None
    unread = replace(provider({}), gpus=(model,))
    assert list(failures(need_of(group({}, "a100")), unread)) == []
    assert [each.reason for each in failures(need_of(group({}, "a100/ram/80Gi")), unread)] == [UnfitReason.VRAM]


def test_foreign_words_are_cleaned() -> None:
    (found,) = failures(need_of(group({"rack": "7"})), provider({"rack": "\x1b[2J\u202e7"}))
    assert found.words == "rack is 7, not 7"
