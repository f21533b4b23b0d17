"""What a draft is, what can be set in it and what is known of it, in lines: for its panel and for the preview."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from akash_tui.domain.sdl.edit.parameters import Parameter
from akash_tui.domain.text import clean, plural
from akash_tui.ui.draft.estimate import price_words, size
from akash_tui.ui.draft.gpu_classes import names
from akash_tui.ui.widgets.labelled_lines import LabelledLine
from akash_tui.ui.widgets.styles import Tone

if TYPE_CHECKING:
    from akash_tui.domain.akash.money import BlockTime
    from akash_tui.domain.market.median_price import MedianPrice
    from akash_tui.ui.deploy.sources import SdlSource
    from akash_tui.ui.session.draft import Draft

MIDDLE, TALL = 30, 40
"""Lines of the window from which there is room for more."""


def about_lines(draft: Draft, source: SdlSource | None, last: str, *, room: int) -> list[LabelledLine]:
    """What it is, what it asks for, the person's note, its tags, its last use; in a low window what it asks for."""
    asks = [LabelledLine("asks for", size(draft.groups))] if draft.groups else []
    if draft.models:
        added = f", {len(draft.added)} of them added here" if draft.added else ""
        words = f"{plural(len(draft.accepted), 'GPU model')}{added}: space ticks one, c ticks a class"
        asks.append(LabelledLine("accepts", words, "muted"))
    if source is None or room < MIDDLE:
        return asks
    lines = [LabelledLine("", source.summary)] if source.summary else []
    lines += [LabelledLine("note", source.note, "accent")] if source.note else []
    if room >= TALL and source.tags:
        lines.append(LabelledLine("tags", ", ".join(source.tags), "muted"))
    lines += [LabelledLine("last used", last, "muted")] if last else []
    return [*lines, *asks]


def value_lines(draft: Draft, provider: Callable[[str], str], *, room: int) -> list[LabelledLine]:
    """The parameters with their values, or in a low window their names; then the providers that are avoided."""
    found = draft.parameters
    lines: list[LabelledLine] = []
    if room >= TALL:
        for at, one in enumerate(found):
            lines.append(LabelledLine("m sets" if not at else "", parameter_words(draft, one), _tone(draft, one)))
        if any(one.secret for one in found):
            lines.append(LabelledLine("", "A secret is sent to the provider in clear and is not saved here.", "muted"))
    elif found:
        words = " · ".join(_short(draft, one) for one in found)
        lines.append(LabelledLine("m sets", words, "warn" if draft.missing else "muted"))
    return lines + [LabelledLine("avoids", f"{provider(owner)}: {why}", "warn") for owner, why in draft.avoid.items()]


def preview_lines(
    draft: Draft, source: SdlSource, last: str, block_time: BlockTime | None, usual: MedianPrice | None
) -> list[LabelledLine]:
    """All of it below the list of presets, where there is no room beside it."""
    lines = [LabelledLine("", source.summary)] if source.summary else []
    lines += [LabelledLine("note", source.note, "accent")] if source.note else []
    if draft.groups:
        lines.append(LabelledLine("asks for", size(draft.groups)))
    if draft.models:
        lines.append(LabelledLine("GPUs", names(draft.accepts, 8)))
    lines.append(LabelledLine("price", price_words(draft, block_time, usual)))
    if draft.parameters:
        names_ = ", ".join(one.name + (" (secret)" if one.secret else "") for one in draft.parameters)
        lines.append(LabelledLine("m sets", names_))
    lines += [LabelledLine("last used", last)] if last else []
    lines += [LabelledLine("tags", ", ".join(source.tags), "muted")] if source.tags else []
    return lines


def parameter_words(draft: Draft, one: Parameter) -> str:
    """`MODEL = Qwen/Qwen2.5-7B-Instruct · Model on huggingface.co`."""
    return f"{one.name} = {parameter_value(draft, one)}" + (f" · {one.about}" if one.about else "")


def parameter_value(draft: Draft, one: Parameter) -> str:
    """The value that it has; of a secret only where it comes from."""
    if not one.secret:
        value = draft.reader.value(draft.text, one.key)
        return clean(value, 60) if value else ("none" if one.optional else "not set yet")
    if one.name in draft.secrets:
        return "•••• set here"
    if one.keyring:
        return f"from the keyring: {one.keyring}"
    return "none (a secret, optional)" if one.optional else "a secret: you are asked for it with the bids"


def _short(draft: Draft, one: Parameter) -> str:
    if one.secret:
        return f"{one.name} ••••" if one.name in draft.secrets else f"{one.name} (secret)"
    return f"{one.name} {parameter_value(draft, one)}"


def _tone(draft: Draft, one: Parameter) -> Tone:
    return "warn" if one.name == draft.missing else ""
