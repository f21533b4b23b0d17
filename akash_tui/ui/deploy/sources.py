"""What an SDL can come from: own presets, files used before, shipped presets; as rows of a list that is searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from akash_tui.domain.akash.money import BlockTime
from akash_tui.domain.filtering.filter import Filter
from akash_tui.domain.filtering.filter_fields import Field, FieldKind, texts, vocabulary
from akash_tui.domain.text import clean
from akash_tui.ui.widgets.live_table import Cell, Column

if TYPE_CHECKING:
    from akash_tui.services.leases.preset_uses import PresetUse
    from akash_tui.services.storage.presets import Preset
    from akash_tui.ui.session.draft import Draft

OPEN, YOURS, RECENT, SHIPPED = "NOT SAVED", "YOURS", "RECENT FILES", "SHIPPED"
OPEN_ID = "open"
"""Of the draft that came from nowhere on this list: from the market, or from a deployment."""
HINT: Final = "words of title, tags, note · tag:llm  gpu:a100  yours"


@dataclass(frozen=True, slots=True)
class SdlSource:
    """One line of the list that an SDL can come from, or the heading of a part of it (without preset and path)."""

    id: str
    title: str
    part: str
    preset: Preset | None = None
    path: Path | None = None
    size: str = ""
    """`1 GPU`, `CPU`; empty while it was not read."""
    price: str = ""
    """What bids for it usually cost, or what was paid last."""

    @property
    def heading(self) -> bool:
        return self.path is None

    @property
    def summary(self) -> str:
        """What it is, in a sentence; of a file where it is."""
        if self.preset is not None:
            return clean(self.preset.summary)
        if self.id == OPEN_ID:
            return "From a deployment or the market; s saves it as a preset."
        return clean(str(self.path.parent)) if self.path is not None else ""

    @property
    def note(self) -> str:
        """What the person wrote about it."""
        return clean(self.preset.note, 200) if self.preset is not None else ""

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(clean(tag) for tag in self.preset.tags) if self.preset is not None else ()


def sources(presets: Sequence[Preset], recent: Sequence[str]) -> list[SdlSource]:
    """Own presets, files used before, shipped presets."""
    own = [_of_preset(preset, YOURS) for preset in presets if preset.own]
    shipped = [_of_preset(preset, SHIPPED) for preset in presets if not preset.own]
    paths = [(name, Path(name).expanduser()) for name in recent]
    files = [SdlSource(f"file {name}", clean(path.name), RECENT, path=path) for name, path in paths if path.suffix]
    return [*own, *files, *shipped]


def line_of(draft: Draft) -> str:
    """The id of the line that a draft belongs to."""
    return draft.source if draft.source.startswith(("preset ", "file ")) else OPEN_ID


def of_draft(name: str, file: str) -> SdlSource:
    """The line of a draft that came from nowhere on the list."""
    return SdlSource(OPEN_ID, clean(name), OPEN, path=Path(file))


def _of_preset(preset: Preset, part: str) -> SdlSource:
    return SdlSource(f"preset {preset.name}", clean(preset.title or preset.name), part, preset, preset.path)


def with_headings(rows: Sequence[SdlSource]) -> list[SdlSource]:
    """Each part below its name; one part alone needs none."""
    parts = dict.fromkeys(row.part for row in rows)
    if len(parts) < 2:
        return list(rows)
    out: list[SdlSource] = []
    for part in parts:
        out.append(SdlSource(f"heading {part}", part, part))
        out += [row for row in rows if row.part == part]
    return out


def _haystack(row: SdlSource) -> str:
    name = row.preset.name if row.preset is not None else str(row.path)
    return " ".join((row.title, name, row.summary, row.note, *row.tags)).casefold()


SOURCES: Final = vocabulary(
    (
        Field("tag", FieldKind.NAME, "a tag: tag:llm", lambda r: texts(*r.tags), "tag"),
        Field("gpu", FieldKind.NAME, "a GPU model of its header: gpu:a100", lambda r: texts(*_gpus(r)), "GPU"),
        Field("name", FieldKind.NAME, "the name: name:my*", lambda r: texts(r.id.partition(" ")[2]), "name"),
        Field("yours", FieldKind.FLAG, "your own presets", lambda r: r.part == YOURS, "yours"),
    ),
    _haystack,
)


def _gpus(row: SdlSource) -> list[str]:
    words = row.preset.meta.get("gpus", "") if row.preset is not None else ""
    return [word.strip() for word in words.split(",") if word.strip()]


def searched(rows: Sequence[SdlSource], wanted: Filter) -> list[SdlSource]:
    """The rows that match, with the headings of their parts; in each, those whose title has all words come first."""
    words = [term.text.strip('"').casefold() for term in wanted.terms if term.is_word]
    found = wanted.apply(rows).rows
    return with_headings(sorted(found, key=lambda row: not all(word in row.title.casefold() for word in words)))


def columns() -> list[Column[SdlSource]]:
    """Title, size and price; tags where there is much room."""
    return [
        Column("title", "", 22, _title, stays=1, grow=8),
        Column("size", "", 6, lambda s: (s.size, "muted"), right=True, stays=2),
        Column("price", "", 11, lambda s: (s.price, "muted"), right=True, stays=3),
        Column("tags", "", 14, lambda s: (", ".join(s.tags), "muted"), stays=4, grow=40),
    ]


def _title(source: SdlSource) -> Cell:
    return (source.title, "muted") if source.heading else (source.title, "")


def last_use(source: SdlSource, uses: Mapping[str, PresetUse]) -> PresetUse | None:
    """The newest deployment of its name."""
    name = source.preset.name if source.preset is not None else source.path.stem if source.path is not None else ""
    return uses.get(name)


def last_words(use: PresetUse, block_time: BlockTime) -> str:
    """`last used 2026-11-18, $0.42/h`."""
    price_h = use.price_h(block_time)
    price = "" if price_h is None else f", paid ≈ ${price_h:.2f}/h"
    return f"{use.at.astimezone():%Y-%m-%d}{price}"
