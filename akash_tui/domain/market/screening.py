"""Who could bid on an order and who cannot, each with one reason, and what every single change would add.

Pure, and fast enough for thousands of providers: each one is compared once, and every requirement that it does not
meet knows the changes that would end it. A change helps a provider if it ends all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.gpu_table import variants
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.market.fit_reasons import Change, ChangeKind, Failure, GroupNeed, UnfitReason, need_of
from akash_tui.domain.market.known_provider import KnownProvider
from akash_tui.domain.market.matching import accepted, failures
from akash_tui.domain.market.supply import Quantities
from akash_tui.domain.text import clean, plural

NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True)
class Verdict:
    """Whether one provider could bid. Without a `reason` it could. What is free there is worked out when asked for."""

    provider: KnownProvider
    reason: UnfitReason | None
    words: str
    """The reason with this provider's own figures: `its a100 has 40 GB, not 80 GB`; "" where it fits."""
    needs: tuple[GroupNeed, ...]
    """The groups that it could bid on; all of them if it could on none."""
    groups: tuple[str, ...]
    """The groups that it could bid on, by name."""

    @property
    def fits(self) -> bool:
        """Whether it could bid on a group of the order."""
        return self.reason is None

    @cached_property
    def gpus(self) -> tuple[GpuModel, ...]:
        """Its GPU models that the order accepts."""
        units = (unit for need in self.needs for unit in need.units if unit.gpus)
        return tuple(dict.fromkeys(model for unit in units for model in accepted(unit, self.provider)))

    @cached_property
    def free(self) -> int | None:
        """Its free GPUs of the models that the order accepts; None is unknown, or the order asks for none."""
        return _free(self.provider, self.gpus) if any(need.gpus for need in self.needs) else None

    @cached_property
    def room(self) -> bool | None:
        """Whether all that the order asks for is free there now; None is unknown."""
        return _room(self.provider, self.needs, self.free)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A single change, and how many providers it would let bid, with how many GPUs free now."""

    change: Change
    adds_providers: int
    adds_gpus: int | None
    """None where the order asks for no GPU, or where nobody knows."""
    note: str = ""
    """What to know about it: `only 16 GB`."""
    drawback: bool = False
    """Whether the note speaks against it."""

    @property
    def words(self) -> str:
        """`drop region us-west`."""
        return self.change.words

    @property
    def gain(self) -> str:
        """`+6 providers, 22 GPUs`; `+1 provider, none free`."""
        gpus = "" if self.adds_gpus is None else f", {plural(self.adds_gpus, 'GPU') if self.adds_gpus else 'none free'}"
        return f"+{plural(self.adds_providers, 'provider')}{gpus}"

    @property
    def rank(self) -> tuple[bool, bool, int, int, str]:
        """Less is better: what a person would hardly want comes late, what adds no GPU that is free now last."""
        return (self.adds_gpus == 0, self.drawback, -self.adds_providers, -(self.adds_gpus or 0), self.words)


@dataclass(frozen=True)
class Screening:
    """All providers with their verdicts, those that fit first, and the changes, the best first."""

    verdicts: tuple[Verdict, ...]
    relaxations: tuple[Relaxation, ...]
    asks_gpu: bool
    unserved: tuple[str, ...] = ()
    """Groups that nobody could bid on, where others have somebody."""

    @cached_property
    def fitting(self) -> tuple[Verdict, ...]:
        """Who could bid."""
        return tuple(verdict for verdict in self.verdicts if verdict.fits)

    @property
    def fits(self) -> int:
        """How many could bid."""
        return len(self.fitting)

    @cached_property
    def online(self) -> int:
        """How many of those that fit are known to answer."""
        return sum(1 for verdict in self.fitting if verdict.provider.online)

    @cached_property
    def with_room(self) -> int:
        """How many of those that fit have all that is asked for free now, as far as is known."""
        return sum(1 for verdict in self.fitting if verdict.room)

    @cached_property
    def free_gpus(self) -> int | None:
        """Free GPUs of accepted models at those that fit; None where the order asks for none, or nobody knows."""
        return _sum(self.fitting) if self.asks_gpu else None

    @cached_property
    def reasons(self) -> Mapping[UnfitReason, int]:
        """How many providers each reason keeps away, the most first."""
        return dict(Counter(verdict.reason for verdict in self.verdicts if verdict.reason is not None).most_common())

    @property
    def summary(self) -> str:
        """`14 of 62 providers fit · 12 online · 41 GPUs free now`."""
        known = len(self.verdicts)
        if not known:
            return "No provider is known."
        fit = f"{self.fits} of {plural(known, 'provider')} fit" + ("s" if self.fits == 1 else "")
        if not self.fits:
            return fit
        some_unknown = any(verdict.provider.online is None for verdict in self.fitting)
        parts = [fit, f"{self.online} online" + (", others not asked" if some_unknown and self.online else "")]
        if some_unknown and not self.online:
            parts = [fit, "which providers are online is not known"]
        return " · ".join([*parts, self.free_words])

    @property
    def free_words(self) -> str:
        """`41 GPUs free now`; `at least 28 GPUs free now (unknown at 2 providers)` where some do not say, so that it is
        no other number than the page that asks them has; of an order without GPUs, how many providers have room."""
        if not self.asks_gpu:
            return f"{self.with_room} with room now"
        if self.free_gpus is None:
            return "free GPUs not known"
        free = f"{plural(self.free_gpus, 'GPU')} free now"
        unknown = sum(verdict.free is None for verdict in self.fitting)
        return f"at least {free} (unknown at {plural(unknown, 'provider')})" if unknown else free


def screen(
    groups: Iterable[GroupSpec],
    providers: Iterable[KnownProvider],
    *,
    window_s: int | None = None,
    blocked: Mapping[str, str] = NOBODY,
) -> Screening:
    """Compare every provider with every group: one that could bid on any of them fits.

    `window_s`: the reclamation window that the deployment demands. `blocked`: addresses that the person never wants a
    lease from, each with why.
    """
    needs = tuple(need_of(group, window_s) for group in groups)
    helped: dict[Change, list[Verdict]] = {}
    verdicts, served = [], set[str]()
    for provider in providers:
        verdict, fixes = _judge(provider, needs, blocked)
        verdicts.append(verdict)
        served.update(verdict.groups if verdict.fits else ())
        for fix in fixes:
            helped.setdefault(fix, []).append(verdict)
    verdicts.sort(key=_rank)
    asks_gpu = any(need.gpus for need in needs)
    unserved = tuple(need.name for need in needs if need.name not in served)
    return Screening(
        tuple(verdicts),
        _relaxations(helped, needs, asks_gpu),
        asks_gpu,
        unserved if len(unserved) < len(needs) else (),
    )


def _rank(verdict: Verdict) -> tuple[bool, bool, int, str]:
    if not verdict.fits:
        return True, False, 0, verdict.provider.sort_name
    return False, not verdict.room, -(verdict.free or 0), verdict.provider.sort_name


def _judge(
    provider: KnownProvider, needs: tuple[GroupNeed, ...], blocked: Mapping[str, str]
) -> tuple[Verdict, frozenset[Change]]:
    """The verdict, and the changes of which each alone would let the provider bid on one more group."""
    away = _away(provider, blocked)
    could, fixes = [], NO_CHANGE
    fewest, first = 0, away
    for need in needs:
        found, common = _first_of(need, provider, hopeless=away is not None, whole=len(needs) > 1)
        if not found:
            could.append(need)
            continue
        if away is None:
            fixes |= common
        if not fewest or len(found) < fewest:
            fewest, first = len(found), found[0]
    if could:
        first = away
    reason, words = (None, "") if first is None else (first.reason, first.words)
    return Verdict(provider, reason, words, tuple(could) or needs, tuple(need.name for need in could)), fixes


NO_CHANGE: Final = frozenset[Change]()


def _first_of(
    need: GroupNeed, provider: KnownProvider, *, hopeless: bool, whole: bool
) -> tuple[list[Failure], frozenset[Change]]:
    """What keeps a provider from a group, and the changes that would end all of it. Unless `whole`, the list ends where
    no single change can help any more; `hopeless`: none can from the start."""
    found: list[Failure] = []
    common = NO_CHANGE
    for failure in failures(need, provider):
        common = common & failure.fixes if found else failure.fixes
        found.append(failure)
        if not whole and (hopeless or not common):
            break
    return found, common


def _away(provider: KnownProvider, blocked: Mapping[str, str]) -> Failure | None:
    """Why it cannot bid though it has all that is asked for."""
    if provider.online is False:
        return Failure(UnfitReason.OFFLINE, "does not answer")
    if provider.valid_version is False:
        version = f" ({clean(provider.version, 20)})" if provider.version else ""
        return Failure(UnfitReason.OLD_VERSION, f"its software{version} is too old for the network")
    why = blocked.get(provider.owner)
    if why is not None:
        return Failure(UnfitReason.BLOCKED, clean(why, 80) or "blocked by you")
    return None


def _free(provider: KnownProvider, models: Sequence[GpuModel]) -> int | None:
    """Its free GPUs of these models; None where only the free ones of all its models together are known."""
    every = provider.resources.gpu.available
    if provider.stock is not None:
        counts = [each.free for each in provider.stock if any(model.matches(each.gpu) for model in models)]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None
    if every == 0 or (models and len(models) == len(provider.gpus)):
        return every
    return None


def _room(provider: KnownProvider, needs: Sequence[GroupNeed], free: int | None) -> bool | None:
    """Whether any of the groups finds room now; where no machine was counted, the indexer's screening decides."""
    if provider.listed is not None and not provider.resources.machines:
        return provider.listed
    rooms = [_has_room(provider, need, free) for need in needs]
    return True if True in rooms else None if None in rooms else False


def _has_room(provider: KnownProvider, need: GroupNeed, free: int | None) -> bool | None:
    resources = provider.resources
    if need.gpus and free is not None and free < need.gpus:
        return False
    if resources.machines:
        placed = _finds_place(need, [machine.free for machine in resources.machines])
        return placed if not placed or not need.gpus or free is not None else None
    cpu = sum(unit.cpu * unit.count for unit in need.units)
    memory = sum(unit.memory * unit.count for unit in need.units)
    disk = sum(unit.disk * unit.count for unit in need.units)
    there = (resources.cpu.available, resources.memory.available, resources.storage.available)
    if any(have is not None and have < want for have, want in zip(there, (cpu, memory, disk), strict=True)):
        return False
    if need.gpus and resources.gpu.available is not None and resources.gpu.available < need.gpus:
        return False
    if need.gpus:
        return None if free is None else True
    return None if None in there else True


def _finds_place(need: GroupNeed, free: Iterable[Quantities]) -> bool:
    """Whether each replica finds a machine, the first that has room; of which model its GPUs are, no page says."""
    left = [[each.cpu, each.gpu, each.memory, each.storage] for each in free]
    for unit in need.units:
        wanted = (unit.cpu, unit.gpus, unit.memory, unit.disk)
        for _ in range(unit.count):
            machine = next((m for m in left if all(h >= w for h, w in zip(m, wanted, strict=True))), None)
            if machine is None:
                return False
            machine[:] = [have - want for have, want in zip(machine, wanted, strict=True)]
    return True


def _relaxations(
    helped: Mapping[Change, Sequence[Verdict]], needs: Sequence[GroupNeed], asks_gpu: bool
) -> tuple[Relaxation, ...]:
    """The changes that help somebody, the best first."""
    least = _least_vram(needs)
    found = []
    for change, verdicts in helped.items():
        note = ""
        if change.kind is ChangeKind.ACCEPT_GPU and change.gpu is not None and least is not None:
            vram = max((each.vram_gib or 0 for each in variants(change.gpu.vendor, change.gpu.model)), default=0)
            if 0 < vram < least:
                note = f"only {vram} GB"
        gpus = _gpus_added(change, verdicts) if asks_gpu else None
        found.append(Relaxation(change, len(verdicts), gpus, note, bool(note)))
    return tuple(sorted(found, key=lambda each: each.rank))


def _gpus_added(change: Change, verdicts: Sequence[Verdict]) -> int | None:
    """Free GPUs of those whom a change would let bid."""
    if change.gpu is None:
        return _sum(verdicts)
    wanted = GpuModel(change.gpu.vendor, change.gpu.model)
    counts = [
        _free(verdict.provider, [gpu for gpu in verdict.provider.gpus if wanted.matches(gpu)]) for verdict in verdicts
    ]
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _sum(verdicts: Iterable[Verdict]) -> int | None:
    """Of what is known; None if nothing is."""
    known = [verdict.free for verdict in verdicts if verdict.free is not None]
    return sum(known) if known else None


def _least_vram(needs: Iterable[GroupNeed]) -> int | None:
    """The smallest VRAM that the SDL accepts by the models that it names; None where any will do."""
    sizes: list[int] = []
    for need in needs:
        for unit in need.units:
            for model in unit.models:
                if model.wildcard:
                    return model.vram_gib
                known = [each.vram_gib for each in variants(model.vendor, model.model) if each.vram_gib]
                if model.vram_gib is not None:
                    known = [model.vram_gib]
                sizes += [min(known)] if known else []
    return min(sizes, default=None)
