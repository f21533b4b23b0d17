"""The SDL being prepared: its text, which GPU models are ticked, what is wrong with it, what it may cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from akash_tui.domain.akash.amounts import AmountError, parse_deposit
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import (
    ASSUMED_BLOCK_TIME,
    MICRO,
    UACT,
    BlockTime,
    Coin,
    deposit_for_hours,
    lasts_hours,
    per_hour,
    plain,
    rate,
)
from akash_tui.domain.akash.resources import GroupSpec, highest_price, totals
from akash_tui.domain.bids.budget import NO_BUDGET, Budget, BudgetError, parse_budget
from akash_tui.domain.sdl.edit.parameters import Parameter, ParameterFault, parameters
from akash_tui.domain.sdl.lint.doctor import diagnose
from akash_tui.domain.secret import Secret
from akash_tui.domain.text import clean
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.domain.sdl.build.compiler import Compiled
    from akash_tui.domain.sdl.lint.prices import Medians
    from akash_tui.domain.sdl.problem import SdlProblem
    from akash_tui.services.core.session import SdlReader
    from akash_tui.services.storage.presets import Preset

TAB = "⇥"
"""How a tab character is shown."""


@dataclass(frozen=True, slots=True)
class SdlSource:
    """One line of the list that an SDL can come from."""

    id: str
    title: str
    kind: str
    description: str
    preset: Preset | None = None
    path: Path | None = None


def sources(presets: Sequence[Preset], recent: Sequence[str]) -> list[SdlSource]:
    """Own presets, shipped ones, then files used before."""
    out = [
        SdlSource(f"preset {p.name}", clean(p.title or p.name), "own" if p.own else "", _description(p), preset=p)
        for p in presets
    ]
    for name in recent:
        path = Path(name).expanduser()
        if path.suffix:
            out.append(SdlSource(f"file {name}", clean(path.name), "file", clean(str(path.parent)), path=path))
    return out


def _description(preset: Preset) -> str:
    """What a preset's header says: its summary and its GPUs."""
    gpus = preset.meta.get("gpus", "")
    return " ".join(part for part in (clean(preset.summary), f"GPUs: {clean(gpus)}." if gpus else "") if part)


@dataclass(frozen=True, slots=True)
class GpuTick:
    """One GPU model that the SDL lists, and whether it stays acceptable."""

    id: str
    model: GpuModel
    on: bool


@dataclass(slots=True)
class Draft:
    """What the deploy screen works on. `text` is what would be sent, ticks applied."""

    name: str
    file: str
    original: str
    reader: SdlReader
    text: str = ""
    models: list[GpuModel] = field(default_factory=list)
    accepted: set[GpuModel] = field(default_factory=set)
    problems: Sequence[SdlProblem] = ()
    """All that is wrong or will disappoint, by line."""
    medians: Medians | None = None
    """Market prices to compare the SDL's own with; None while unknown."""
    block_time: BlockTime = ASSUMED_BLOCK_TIME
    avoid: Mapping[str, str] = field(default_factory=dict)
    """Providers that failed an earlier deployment of this, with the reason: only a person accepts their bids."""
    secrets: dict[str, Secret] = field(default_factory=dict, repr=False)
    """Values of secret parameters that were typed for it: only in memory."""
    only_at: str = ""
    """The one provider whose bids are wanted, by address; empty: any."""

    parameters: tuple[Parameter, ...] = ()
    """What can be filled in; none while a declaration cannot be read, which is one of its problems."""
    missing: str = ""
    """The first parameter that has to be given and is not; secrets are asked for with the bids."""
    compiled: Compiled = field(init=False)
    """The compiled form of `text`; it is compiled once, however often it is compared with the market."""

    def __post_init__(self) -> None:
        self.replace(self.original)

    def replace(self, text: str) -> None:
        """Take another text; all its models are ticked."""
        self.original = self.text = text
        self._check()
        self.models = self.reader.gpu_choices(text)
        self.accepted = set(self.models)

    def tick(self, model: GpuModel) -> str | None:
        """Turn one model on or off; returns why not, when it is the last one."""
        if model in self.accepted and len(self.accepted) == 1:
            return "At least one GPU model must stay."
        before = set(self.accepted)
        self.accepted ^= {model}
        try:
            self._apply()
        except ValueError as error:
            self.accepted = before
            return str(error)
        return None

    def tick_all(self) -> None:
        """Make all models acceptable again."""
        self.accepted = set(self.models)
        self._apply()

    def _apply(self) -> None:
        if len(self.accepted) == len(self.models):
            self.text = self.original
        else:
            self.text = self.reader.with_gpu_choices(self.original, [m for m in self.models if m in self.accepted])
        self._check()

    def _check(self) -> None:
        self.compiled = self.reader.read(self.text, self.file)
        try:
            self.parameters = parameters(self.text)
        except ParameterFault:
            self.parameters = ()
        needed = (one for one in self.parameters if not one.secret and not one.optional)
        self.missing = next((one.name for one in needed if not self.reader.value(self.text, one.key)), "")
        self._diagnose()

    def _diagnose(self) -> None:
        self.problems = diagnose(self.compiled, self.medians, self.block_time)

    def compare_with_market(self, medians: Medians | None, block_time: BlockTime) -> bool:
        """Diagnose again if the market's prices or the block time changed; True if so."""
        if (medians, block_time) == (self.medians, self.block_time):
            return False
        self.medians, self.block_time = medians, block_time
        self._diagnose()
        return True

    def fix(self) -> tuple[SdlProblem, ...]:
        """Fix all that can be fixed safely, in this text only; ticks stay. Returns what that was."""
        text, fixed = self.reader.fix(self.original, self.file)
        if fixed:
            dropped = set(self.models) - self.accepted
            self.replace(text)
            left = set(self.models) - dropped
            if left and dropped:
                self.accepted = left
                self._apply()
        return fixed

    def fill_in(self, values: Mapping[str, str]) -> str | None:
        """Set parameters that are no secrets, by their places; ticks stay. Returns why not, if one cannot be set."""
        text = self.original
        try:
            for key, value in values.items():
                text = self.reader.with_value(text, key, value)
            dropped = set(self.models) - self.accepted
            self.replace(text)
            self.accepted -= dropped
            self._apply()
        except ValueError as error:
            return str(error)
        return None

    @property
    def fixable(self) -> int:
        """How many problems can be fixed safely."""
        return sum(1 for p in self.problems if p.fixable)

    @property
    def ticks(self) -> list[GpuTick]:
        """The models as rows of a table."""
        return [GpuTick(model.key(), model, model in self.accepted) for model in self.models]

    @property
    def errors(self) -> list[SdlProblem]:
        """The problems that keep it from being deployed."""
        return [p for p in self.problems if p.severity.value == "error"]

    @property
    def groups(self) -> tuple[GroupSpec, ...]:
        """The compiled groups; empty while it does not compile."""
        return self.compiled.groups if self.compiled.ok else ()

    @property
    def price(self) -> Decimal | None:
        """The most that it would pay per block, in uact; None if it does not compile or asks in another token."""
        return highest_price(self.groups, UACT)


def size(groups: Sequence[GroupSpec]) -> str:
    """What is asked for, in one line: `1 GPU · 8 CPU · 32 GiB memory · 100 GiB disk`."""
    gpu = sum(g.gpu_count for g in groups)
    cpu, memory, disk = totals(unit for group in groups for unit in group.units)
    parts = [formatting.plural(gpu, "GPU")] if gpu else ["no GPU"]
    parts += [f"{cpu.normalize():f} CPU", f"{memory:.4g} GiB memory", f"{disk:.4g} GiB disk"]
    if len(groups) > 1:
        parts.append(f"{len(groups)} groups")
    return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class DeployForm:
    """What the form asks for: a deposit in uact or hours to pay for (neither: the minimum), and a budget."""

    deposit: int | None = None
    hours: Decimal | None = None
    budget: Budget = NO_BUDGET


def read_form(deposit: str, budget: str) -> DeployForm:
    """The form's texts as figures; `24h` as deposit means hours. Raises `ValueError` with what is wrong."""
    try:
        uact, hours = parse_deposit(deposit) if deposit.strip() else (None, None)
    except AmountError as error:
        raise ValueError(f"Deposit: {error.message}. Write 5 for ACT, or 24h for hours.") from None
    try:
        wanted = parse_budget(budget)
    except BudgetError as error:
        raise ValueError(f"Budget: {error.text}") from None
    return DeployForm(uact, hours, wanted)


def estimate(draft: Draft, block_time: BlockTime | None, wish: DeployForm, minimum: Coin | None) -> list[LabelledLine]:
    """What it may cost before any bid is known."""
    if draft.price is None:
        why = "unknown until the SDL is right" if draft.errors else "the SDL asks in another token"
        return [LabelledLine("at most", why, "muted")]
    if block_time is None:
        return [LabelledLine("at most", "reading the chain…", "muted")]
    hourly = per_hour(draft.price, block_time)
    how = "" if block_time.measured else " (block time assumed)"
    wanted = wish.budget.hours
    job = f", ≈ ${rate(hourly * wanted)} for {plain(wanted)} h" if wanted is not None else ""
    out = [LabelledLine("at most", f"≈ ${rate(hourly)} an hour by this SDL{job}{how}")]
    locked = wish.deposit if wish.deposit is not None else minimum.amount if minimum is not None else None
    if wish.hours is not None:
        most = Decimal(deposit_for_hours(wish.hours, draft.price, block_time)) / MICRO
        out.append(
            LabelledLine("lasts", f"{plain(wish.hours)} h: the lease raises the deposit, to at most ≈ {rate(most)} ACT")
        )
    elif locked is not None:
        lasts = lasts_hours(Decimal(locked), draft.price, block_time)
        if lasts is not None:
            short = lasts < 1
            more = "; type 24h to pay for a day" if short else ", longer at a lower one"
            out.append(
                LabelledLine("lasts", f"{formatting.how_long(lasts)} at the top price{more}", "warn" if short else "")
            )
    cap = wish.budget.cap_h
    if cap is not None:
        marked = "bids above it will be marked" if hourly > cap else "no bid can be above it"
        out.append(LabelledLine("budget", f"≈ ${rate(cap)} an hour; {marked}"))
    elif wish.budget.amount is not None:
        out.append(
            LabelledLine(
                "budget",
                f"${plain(wish.budget.amount)} alone marks no bid; add hours: ${plain(wish.budget.amount)} 24h",
                "warn",
            )
        )
    return out


def displayed_text(text: str) -> str:
    """The SDL as it can be displayed: indentation unchanged, no control characters, tabs visible (YAML takes none)."""

    def line(raw: str) -> str:
        raw = raw.replace("\t", TAB)
        body = raw.lstrip(" ")
        return " " * (len(raw) - len(body)) + (body if body.isascii() and body.isprintable() else clean(body, 2000))

    return "\n".join(line(raw) for raw in text.splitlines())


def editable(text: str) -> bool:
    """True if what is displayed is the text itself, so that editing it changes nothing unseen."""
    return displayed_text(text).splitlines() == text.splitlines()
