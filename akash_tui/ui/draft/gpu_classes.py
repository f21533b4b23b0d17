"""GPU models by class on the deploy screen: 24 GB, at least so much, own classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.sdl.edit.gpu_words import CLASS_NAME, CLASSES, check_words, chosen_gpus, words_of
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.dialogs.questions import ask_text
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.domain.market.observations import MarketPrice
    from akash_tui.ui.session.draft import Draft
    from akash_tui.ui.session.session_app import SessionApp

ALSO = "+"
"""Behind the words of a class: what the network has beside the SDL counts too."""
AT_LEAST, SAVE, REMOVE = "at least", "save", "remove"
_KEYS = {"24gb": "2", "48gb": "4", "80gb": "8"}


async def choose_class(app: SessionApp, draft: Draft, prices: Sequence[MarketPrice]) -> str | None:
    """Ask for a class and accept it in the draft, or save the ticks as one; returns what was done, None for nothing.

    Raises `ValueError` with a sentence where the text cannot be changed so.
    """
    own = app.program.settings.gpu_classes
    options = class_options(draft, prices, own)
    picked = await app.push_screen_wait(ChoiceDialog("Accept a class of GPUs", options))
    if picked == SAVE:
        return await _save(app, draft)
    if picked == REMOVE:
        return await _remove(app)
    if picked == AT_LEAST:
        picked = await _at_least(app, draft, prices)
    if picked is None:
        return None
    words = own.get(picked[1:], picked) if picked.startswith("@") else picked
    found = chosen_gpus(words.removesuffix(ALSO), draft.models, prices, beyond=words.endswith(ALSO))
    why = draft.accept(found)
    if why is not None:
        raise ValueError(why)
    return f"✓ Accepts {names(found, 5)}."


def class_options(draft: Draft, prices: Sequence[MarketPrice], own: Mapping[str, str]) -> list[ChoiceOption]:
    """The classes with what each would accept; one that would accept nothing is left out."""
    options = [option for words in CLASSES for option in both_ways(words, draft, prices, _KEYS[words])]
    options.append(ChoiceOption(AT_LEAST, "any with ≥ … GB", "type the least VRAM that each GPU must have", "m"))
    for name, words in own.items():
        options += both_ways(words, draft, prices, "", name)
    options.append(ChoiceOption("any", "any nvidia GPU", "any model, with any VRAM", "a"))
    options.append(ChoiceOption(SAVE, "save a class", f"the ticks as a class of your own: {names(draft.accepts)}", "s"))
    if own:
        options.append(ChoiceOption(REMOVE, "remove a class", f"of your own: {', '.join(own)}", "x"))
    return options


def both_ways(
    words: str, draft: Draft, prices: Sequence[MarketPrice], key: str = "", name: str = ""
) -> list[ChoiceOption]:
    """A class of the models that the SDL lists, and the same with what else the network has, where that is more."""
    title = name or words.removeprefix(">=").upper().replace("GB", " GB")
    title = f"≥ {title}" if words.startswith(">=") and not name else title
    listed, more = (_chosen(words, draft, prices, beyond) for beyond in (False, True))
    id = f"@{name}" if name else words
    options = []
    if listed:
        place = "" if listed == more and name else "of this SDL: "
        options.append(ChoiceOption(id, title, f"{place}{names(listed)}", key))
    if len(more) > len(listed):
        others = [model for model in more if model not in listed]
        said = f"also on the network: {names(others)}" if listed else f"on the network: {names(others)}"
        id = words + ALSO
        options.append(ChoiceOption(id, f"{title}, all" if listed else title, said, "" if listed else key))
    return options


def _chosen(words: str, draft: Draft, prices: Sequence[MarketPrice], beyond: bool) -> list[GpuModel]:
    try:
        return chosen_gpus(words, draft.models, prices, beyond=beyond)
    except ValueError:  # nothing of it here
        return []


def names(models: Sequence[GpuModel], most: int = 4) -> str:
    """`rtx4090, a100 80 GB and 3 more`."""
    shown = [f"any {model.vendor}" if model.wildcard else model.words for model in models]
    more = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + more


async def _at_least(app: SessionApp, draft: Draft, prices: Sequence[MarketPrice]) -> str | None:
    """Ask how much VRAM; the words of that class."""

    def options(text: str) -> list[ChoiceOption]:
        number = text.strip().lower().removesuffix("gb").strip()
        if not (number.isascii() and number.isdigit() and 0 < int(number) < 10_000):
            raise ValueError("Type a number of GB, like 48.")
        found = both_ways(f">={int(number)}gb", draft, prices)
        if not found:
            raise ValueError(f"Neither this SDL nor the network has a GPU with {int(number)} GB or more.")
        return found

    body = [LabelledLine("", "How many GB of VRAM, at least?")]
    text = await ask_text(app, "Any GPU with at least", body, value="48", read=options)
    if text is None:
        return None
    found = options(text)
    if len(found) == 1:
        return found[0].id
    return await app.push_screen_wait(ChoiceDialog("Of this SDL, or of all the network?", found))


async def _save(app: SessionApp, draft: Draft) -> str | None:
    own = app.program.settings.gpu_classes
    words = words_of(draft.accepts)
    body = [
        LabelledLine("ticked", names(draft.accepts, 12)),
        LabelledLine("name", "for the ticks; or a name with a rule: big = >=48gb", "muted"),
    ]
    text = await ask_text(app, "Save a class of your own", body, read=partial(_named, words))
    if text is None:
        return None
    name, words = _named(words, text)
    app.remember(gpu_classes=dict(own) | {name: words})
    return f"✓ The class {name} was saved: {words}. --gpu @{name} takes it too."


def _named(words: str, text: str) -> tuple[str, str]:
    """The name and the words of a class. Raises `ValueError` with a sentence."""
    name, equals, rule = text.partition("=")
    name, rule = name.strip().lower(), rule.strip().lower()
    if not CLASS_NAME.fullmatch(name):
        raise ValueError("A class is named with small letters, digits, dots, dashes and underscores.")
    if equals:
        check_words(rule)
    return name, rule if equals else words


async def _remove(app: SessionApp) -> str | None:
    own = dict(app.program.settings.gpu_classes)
    options = [ChoiceOption(name, name, words) for name, words in own.items()]
    name = await app.push_screen_wait(ChoiceDialog("Remove which class?", options))
    if name is None:
        return None
    del own[name]
    app.remember(gpu_classes=own)
    return f"✓ The class {name} was removed."
