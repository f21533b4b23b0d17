"""The SDL being prepared: its text, which GPU models are ticked, what is wrong with it, what it may cost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import (
    ASSUMED_BLOCK_TIME,
    UACT,
    BlockTime,
)
from akash_tui.domain.akash.resources import GroupSpec, highest_price
from akash_tui.domain.sdl.edit.parameters import Parameter, ParameterFault, parameters
from akash_tui.domain.sdl.lint.doctor import diagnose
from akash_tui.domain.secret import Secret
from akash_tui.domain.text import clean
from akash_tui.services.drafts import text_source

if TYPE_CHECKING:
    from akash_tui.domain.sdl.build.compiler import Compiled
    from akash_tui.domain.sdl.lint.prices import Medians
    from akash_tui.domain.sdl.problem import SdlProblem
    from akash_tui.services.core.session import SdlReader
    from akash_tui.services.storage.presets import FileAsRead

_ODD_LINE_ENDS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]|\r(?!\n)")
LONGEST_LINE = 20_000
"""Characters of a line that is edited here: longer ones hold up every key."""
TAB = "⇥"
"""How a tab character is shown."""


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
    source: str = ""
    """What an unsaved text is a draft of, see `services.drafts`; empty: of the text itself."""
    saved: str = ""
    """The text as its source has it; empty: the text that it began with."""
    only_at: str = ""
    """The one provider whose bids are wanted, by address; empty: any."""
    deposit: str = ""
    """What was typed as its deposit."""
    budget: str | None = None
    """What was typed as its budget; None: the usual one of its name."""
    ready: Compiled | None = None
    """The compiled form of `original`, where somebody has it already."""
    loaded: str = field(init=False)
    """The text as it was read."""
    added: list[GpuModel] = field(default_factory=list)
    """Ticked models that `original` does not list, in the order of the ticks."""
    read: FileAsRead | None = None
    """The file that it was read from or saved to last, as it was then; None for a text that came from elsewhere."""

    parameters: tuple[Parameter, ...] = ()
    """What can be filled in; none while a declaration cannot be read, which is one of its problems."""
    missing: str = ""
    """The first parameter that has to be given and is not; secrets are asked for with the bids."""
    compiled: Compiled = field(init=False)
    """The compiled form of `text`; it is compiled once, however often it is compared with the market."""

    def __post_init__(self) -> None:
        self.source = self.source or text_source(self.original)
        self.saved = self.saved or self.original
        self.loaded = self.original
        self.replace(self.original)
        self.ready = self.compiled

    def replace(self, text: str) -> None:
        """Take another text; all its models are ticked."""
        self.original = self.text = text
        self.models = self.reader.gpu_choices(text)
        self.accepted, self.added = set(self.models), []
        self._check()

    def tick(self, model: GpuModel) -> str | None:
        """Turn one model on or off, one that the text does not list too; returns why not, when it is the last one.

        One model and "any" exclude each other: either takes the place of the other.
        """
        if model in self.accepted:
            if len(self.accepted) == 1:
                return "At least one GPU model must stay."
            return self.accept([one for one in self.accepts if one != model])
        if model.wildcard:
            return self.accept([model])
        return self.accept([*(one for one in self.accepts if not one.wildcard), model])

    def tick_all(self) -> None:
        """Make all models acceptable again that the text lists, and no others."""
        self.accepted, self.added = set(self.models), []
        self._apply()

    def accept(self, wanted: Sequence[GpuModel]) -> str | None:
        """Accept exactly these models; returns why not, if the text cannot be changed so."""
        before = self.accepted, self.added
        self.accepted = set(wanted)
        self.added = [model for model in dict.fromkeys(wanted) if model not in self.models]
        try:
            self._apply()
        except ValueError as error:
            self.accepted, self.added = before
            return str(error)
        return None

    @property
    def accepts(self) -> list[GpuModel]:
        """The models that are ticked: those of the text in its order, then those that were added."""
        return [*(model for model in self.models if model in self.accepted), *self.added]

    def saved_as(self, name: str, read: FileAsRead) -> None:
        """From now on it is the preset of this name, as it stands."""
        self.read = read
        self.name, self.file, self.source = name, f"{name}.yaml", f"preset {name}"
        self.original = self.loaded = self.saved = self.text
        self.ready = self.compiled
        self.models, self.added = self.reader.gpu_choices(self.text), []
        self.accepted = set(self.models)

    @property
    def changed(self) -> bool:
        """Whether the text differs from what its source has."""
        return self.text != self.saved

    def _apply(self) -> None:
        text = self.original
        if self.accepts != self.models:
            text = self.reader.with_gpu_choices(text, self.accepts)
        if text != self.text:
            self.text = text
            self._check()

    def _replace_text(self, text: str) -> None:
        """Take a text with other values; ticks stay."""
        dropped, added = set(self.models) - self.accepted, self.added
        self.replace(text)
        wanted = [model for model in self.models if model not in dropped]
        self.accept([*wanted, *(model for model in added if model not in wanted)] or self.models)

    def _check(self) -> None:
        as_loaded = self.text == self.loaded
        self.compiled = self.ready if as_loaded and self.ready is not None else self.reader.read(self.text, self.file)
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
            self._replace_text(text)
        return fixed

    def fill_in(self, values: Mapping[str, str]) -> str | None:
        """Set parameters that are no secrets, by their places; ticks stay. Returns why not, if one cannot be set."""
        text = self.original
        try:
            for key, value in values.items():
                text = self.reader.with_value(text, key, value)
        except ValueError as error:
            return str(error)
        self._replace_text(text)
        return None

    def set_highest_price(self, hourly: Decimal, block_time: BlockTime) -> str | None:
        """Write another highest price, in ACT an hour for all of it; ticks stay. Returns why not, if it cannot."""
        try:
            self._replace_text(self.reader.with_highest_price(self.original, hourly, block_time))
        except ValueError as error:
            return str(error)
        return None

    @property
    def fixable(self) -> int:
        """How many problems can be fixed safely."""
        return sum(1 for p in self.problems if p.fixable)

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


def displayed_text(text: str) -> str:
    """The SDL as it can be displayed: indentation unchanged, no control characters, tabs visible (YAML takes none)."""

    def line(raw: str) -> str:
        raw = raw.replace("\t", TAB)
        body = raw.lstrip(" ")
        return " " * (len(raw) - len(body)) + (body if body.isascii() and body.isprintable() else clean(body, 2000))

    return "\n".join(line(raw) for raw in text.splitlines())


def editable(text: str) -> bool:
    """False for a text with line ends that an editor would turn into others unseen, or with an endless line."""
    return not _ODD_LINE_ENDS.search(text) and all(len(line) <= LONGEST_LINE for line in text.split("\n"))
