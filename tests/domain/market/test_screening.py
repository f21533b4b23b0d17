"""Who fits, how many of them are online and free, and what each single change would add."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.resources import GIB, SignedBy
from akash_tui.domain.market.fit_reasons import ChangeKind, UnfitReason
from akash_tui.domain.market.screening import Screening, screen
from akash_tui.domain.market.supply import GpuStock, Machine, Quantities, amounts
from tests.bench.screening import drawn_order, drawn_provider
from tests.domain.market.orders import AUDITOR, group, provider

EU, US = {"region": "eu"}, {"region": "us"}
FREE4 = amounts(4, 0, 4)


def changes(found: Screening) -> list[tuple[str, str]]:
    return [(each.words, each.gain) for each in found.relaxations]


def test_a_screening_counts_who_fits_who_is_online_and_what_is_free() -> None:
    found = screen(
        [group(EU, "a100")],
        [
            provider(EU, "a100", name="full", gpu=amounts(8, 0, 0)),
            provider(EU, "a100", name="roomy", gpu=FREE4),
            provider(EU, "a100", name="away", gpu=FREE4, online=False),
            provider(US, "a100", name="elsewhere", gpu=FREE4),
            provider(EU, "t4", name="small", gpu=FREE4),
            provider(EU, "a100", name="old", gpu=FREE4, valid_version=False),
            provider(EU, "a100", name="disliked", gpu=FREE4),
        ],
        blocked={"akash1disliked": "you blocked it: died twice"},
    )
    assert found.summary == "2 of 7 providers fit · 2 online · 4 GPUs free now"
    assert (found.fits, found.online, found.with_room, found.free_gpus) == (2, 2, 1, 4)
    assert [verdict.provider.name.short for verdict in found.fitting] == ["roomy", "full"]
    assert {v.provider.name.short: (v.reason, v.words) for v in found.verdicts if not v.fits} == {
        "away": (UnfitReason.OFFLINE, "does not answer"),
        "elsewhere": (UnfitReason.ATTRIBUTE, "region is us, not eu"),
        "small": (UnfitReason.MODEL, "has t4"),
        "old": (UnfitReason.OLD_VERSION, "its software (0.8.3) is too old for the network"),
        "disliked": (UnfitReason.BLOCKED, "you blocked it: died twice"),
    }
    assert changes(found) == [
        ("drop region eu", "+1 provider, 4 GPUs"),
        ("also accept t4", "+1 provider, 4 GPUs"),
    ]
    assert found.relaxations[-1].note == "only 16 GB"


def test_a_change_helps_only_whom_nothing_else_keeps_away() -> None:
    found = screen(
        [group(EU, "a100/ram/80Gi", units=4, signed=SignedBy(all_of=(AUDITOR,)))],
        [
            provider(US, "a100/ram/80Gi", name="a", gpu=FREE4),  # region and auditor
            provider(EU, "a100/ram/80Gi", name="b", gpu=FREE4),  # auditor
            provider(EU, "a100/ram/40Gi", name="c", gpu=FREE4, signed=(AUDITOR,)),  # VRAM
            provider(EU, "a100/ram/80Gi", name="d", gpu=amounts(0, 0, 2), signed=(AUDITOR,)),  # count
            provider(EU, "h100", name="e", gpu=amounts(1, 0, 1), signed=(AUDITOR,)),  # model and count
            provider(EU, "h100", name="f", gpu=FREE4, online=False, signed=(AUDITOR,)),  # model and offline
        ],
    )
    assert found.summary == "0 of 6 providers fit"
    assert sorted(changes(found)) == [
        ("accept a100 with any VRAM", "+1 provider, 4 GPUs"),
        ("ask for 1 GPU on one machine", "+1 provider, 2 GPUs"),
        ("ask for 2 GPUs on one machine", "+1 provider, 2 GPUs"),
        ("drop the auditor akash1365…x63", "+1 provider, 4 GPUs"),
    ]


def test_a_change_that_adds_no_free_gpu_says_so_and_comes_after_those_that_do() -> None:
    full = amounts(4, 0, 0)
    found = screen(
        [group(EU, "a100")],
        [provider(US, "a100", gpu=full), provider(US, "a100", gpu=full), provider(EU, "t4", gpu=FREE4)],
    )
    assert changes(found) == [
        ("also accept t4", "+1 provider, 4 GPUs"),
        ("drop region eu", "+2 providers, none free"),
    ]


def test_what_an_auditor_has_not_signed_may_be_dropped_too() -> None:
    found = screen(
        [group(EU, signed=SignedBy(any_of=(AUDITOR,)))], [provider({"host": "akash"} | EU, signed={"host": (AUDITOR,)})]
    )
    assert [each.change.kind for each in found.relaxations] == [ChangeKind.DROP_ATTRIBUTE, ChangeKind.DROP_AUDITOR]
    assert found.relaxations[1].words == "drop the auditors"


def test_free_gpus_of_a_provider_with_several_models_are_known_only_by_its_stock() -> None:
    has = provider(EU, "a100", "t4", gpu=amounts(2, 0, 6))
    unknown = screen([group(EU, "a100")], [has])
    assert (unknown.fitting[0].free, unknown.fitting[0].room) == (None, None)
    assert unknown.summary == "1 of 1 provider fits · 1 online · free GPUs not known"
    counted = replace(has, stock=(GpuStock(GpuModel("nvidia", "a100"), 1, 4), GpuStock(GpuModel("nvidia", "t4"), 5, 8)))
    assert screen([group(EU, "a100")], [counted]).free_gpus == 1
    assert screen([group(EU, "a100"), group(EU, "t4")], [counted]).free_gpus == 6
    both = screen([group(EU, "a100")], [has, provider(EU, "a100", gpu=FREE4)])
    assert both.summary == "2 of 2 providers fit · 2 online · at least 4 GPUs free now (unknown at 1 provider)"


@pytest.mark.parametrize(("units", "room"), [(2, True), (3, False)], ids=["fits on one", "too much for one"])
def test_room_is_looked_for_machine_by_machine_where_they_are_known(units: int, room: bool) -> None:
    size = Quantities(64_000, 8, 256 * GIB, 4096 * GIB)
    machines = tuple(Machine(size, Quantities(64_000, 2, 256 * GIB, 4096 * GIB)) for _ in range(3))
    has = provider(EU, "a100", gpu=amounts(18, 0, 6), machines=machines)
    found = screen([group(EU, "a100", units=units)], [has])
    assert (found.fits, found.with_room) == (1, int(room))


def test_an_order_without_gpus_counts_room_instead() -> None:
    found = screen([group(EU)], [provider(EU, cpu=amounts(7000, 0, 100)), provider(EU, online=None)])
    assert found.free_gpus is None
    assert found.summary == "2 of 2 providers fit · 1 online, others not asked · 0 with room now"
    assert screen([group(EU)], []).summary == "No provider is known."
    assert screen([group(EU)], [provider(EU, online=None)]).summary.startswith(
        "1 of 1 provider fits · which providers are online"
    )


def test_a_provider_that_could_take_one_group_fits_and_a_group_without_anybody_is_named() -> None:
    groups = [group({}, "a100", name="gpu"), group({}, name="web")]
    found = screen(groups, [provider(EU), provider(EU, "t4", gpu=FREE4)])
    assert (found.fits, found.unserved) == (2, ("gpu",))
    assert [verdict.groups for verdict in found.verdicts] == [("web",), ("web",)]
    assert changes(found) == [("also accept t4", "+1 provider, 4 GPUs")]


def test_every_provider_that_does_not_fit_has_one_reason_of_the_list() -> None:
    """Over many orders and providers; none is counted twice or left out."""
    chance, seen = random.Random(7), set[UnfitReason]()
    known = [drawn_provider(chance, number) for number in range(200)]
    for number in range(24):
        found = screen([drawn_order(number)], known)
        assert sorted(v.provider.owner for v in found.verdicts) == sorted(p.owner for p in known)
        unfit = [verdict for verdict in found.verdicts if not verdict.fits]
        assert all(isinstance(verdict.reason, UnfitReason) and verdict.words for verdict in unfit)
        assert found.fits + sum(found.reasons.values()) == len(known)
        seen |= {verdict.reason for verdict in unfit if verdict.reason is not None}
    assert len(seen) >= 5


def test_reasons_are_counted_the_most_first() -> None:
    found = screen([group(EU, "a100")], [provider(US, "a100"), provider(EU, "t4"), provider(US, "a100")])
    assert found.reasons == {UnfitReason.ATTRIBUTE: 2, UnfitReason.MODEL: 1}
    assert len({reason.words for reason in UnfitReason}) == len(UnfitReason)


def test_a_change_of_the_model_counts_the_free_gpus_of_that_model() -> None:
    stock = (GpuStock(GpuModel("nvidia", "l40s"), 3, 8), GpuStock(GpuModel("nvidia", "t4"), 5, 8))
    found = screen([group(EU, "a100")], [provider(EU, "l40s", "t4", gpu=amounts(8, 0, 8), stock=stock)])
    assert ("also accept l40s", "+1 provider, 3 GPUs") in changes(found)
