"""An SDL made to fit what was found on the market: accepting these GPUs, or placed at one provider.

No attribute names a provider on the chain: a provider writes its attributes itself, auditors sign what many
share, and no field of an order takes an address (shared reference, 7 and 8.1). So "only here" asks for the
attributes that, today, nobody else has, reports how many others fit too; the bids decide.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.market.supply import ProviderSheet
from akash_tui.services.core.session import SdlReader
from akash_tui.services.ports import BadInput

NAMING: Final = (
    *("organization", "website", "email", "status-page", "host"),
    *("city", "location-region", "region", "country", "timezone", "tier", "hosting-provider", "network-provider"),
)
"""Attributes that set providers apart, the most specific first; capabilities come and go with the hardware."""
_SAFE: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:/@+-]| (?! )){0,98}[A-Za-z0-9/]|[A-Za-z0-9]")
"""Values that are surely the same on the chain as they are shown here: nothing in them was cleaned away."""


@dataclass(frozen=True, slots=True)
class ProviderSdl:
    """An SDL that is meant for one provider."""

    text: str
    asked: dict[str, str]
    """The attributes that it asks for now."""
    others: tuple[ProviderSheet, ...]
    """Who else has them all."""
    compared: int
    """With how many other providers that was compared."""
    has_gpu: bool
    """Whether the provider says that it has a GPU which the SDL accepts; True if the SDL asks for none."""


def askable(models: Iterable[GpuModel]) -> list[GpuModel]:
    """Those that an SDL can name, spelled its way; Akash ignores other vendors than nvidia."""
    return list(dict.fromkeys(model.asked for model in models if model.vendor == "nvidia"))


def accepting(sdl: SdlReader, text: str, models: Collection[GpuModel]) -> str:
    """The text accepting exactly these models. Raises `BadInput`."""
    wanted = askable(models)
    if not wanted:
        raise BadInput("An SDL can ask for nvidia GPUs only: Akash ignores other vendors.", "Choose nvidia models.")
    try:
        made = sdl.with_gpu_choices(text, wanted)
    except ValueError as error:
        raise BadInput(str(error), "Choose another preset, or edit its SDL.") from error
    if set(sdl.gpu_choices(made)) != set(wanted):
        raise BadInput("The GPU list of this SDL cannot be changed safely.", "Edit the SDL by hand.")
    return made


def only_here(sdl: SdlReader, text: str, here: ProviderSheet, everyone: Iterable[ProviderSheet]) -> ProviderSdl:
    """The text asking for what, of all these providers, only `here` has. Raises `BadInput` if it never fits there."""
    groups = sdl.read(text, "-").groups
    if not groups:
        raise BadInput("This SDL has errors.", "Fix them on the Deploy screen first.")
    others = [sheet for sheet in everyone if sheet.owner != here.owner]
    own = {attribute.key: attribute.value for attribute in here.attributes}
    for group in groups:
        for wanted in group.attributes:
            if "*" not in wanted.key and "?" not in wanted.key and own.get(wanted.key) != wanted.value:
                has = f"has {own[wanted.key]}" if wanted.key in own else "does not have it"
                raise BadInput(
                    f"This SDL asks for {wanted.key} = {wanted.value}, and the provider {has}.",
                    "Choose another preset, or remove that attribute from it.",
                )
    usable = _usable(here, groups)
    if not usable:
        raise BadInput(
            "This provider has no attribute that sets it apart.",
            "Deploy without it and accept its bid: the filter provider:ADDRESS shows only its bids.",
        )
    asked, left = narrowest(usable, others)
    try:
        made = sdl.with_attributes(text, asked)
    except ValueError as error:
        raise BadInput(str(error), "Choose another preset, or edit its SDL.") from error
    after = sdl.read(made, "-").groups
    if not after or any(not asked.items() <= {a.key: a.value for a in group.attributes}.items() for group in after):
        raise BadInput("The placement of this SDL cannot be changed safely.", "Edit the SDL by hand.")
    return ProviderSdl(made, asked, tuple(left), len(others), _has_gpu(here, after))


def narrowest(
    usable: dict[str, str], others: Sequence[ProviderSheet]
) -> tuple[dict[str, str], Sequence[ProviderSheet]]:
    """As few attributes as leave as few others as possible, and who is left."""
    theirs = {sheet.owner: {(a.key, a.value) for a in sheet.attributes} for sheet in others}
    asked: dict[str, str] = {}
    left = list(others)
    while True:
        best: tuple[str, list[ProviderSheet]] | None = None
        for key, value in usable.items():
            still = [sheet for sheet in left if (key, value) in theirs[sheet.owner]]
            if key not in asked and (best is None or len(still) < len(best[1])):
                best = key, still
        if best is None or (asked and len(best[1]) == len(left)):
            return asked, left
        asked[best[0]], left = usable[best[0]], best[1]
        if not left:
            return asked, left


def _usable(here: ProviderSheet, groups: Sequence[GroupSpec]) -> dict[str, str]:
    """Attributes to choose from. A group that wants auditors is met only by what they have signed."""
    own = {a.key: a for a in here.attributes if _SAFE.fullmatch(a.value)}
    keys = [key for key in NAMING if key in own]
    for group in groups:
        all_of, any_of = set(group.signed_by.all_of), group.signed_by.any_of
        keys = [key for key in keys if all_of <= set(own[key].auditors)]
        if any_of:  # one of them must have signed all that is asked for
            keys = max(([key for key in keys if one in own[key].auditors] for one in any_of), key=len)
    return {key: own[key].value for key in keys}


def _has_gpu(here: ProviderSheet, groups: Sequence[GroupSpec]) -> bool:
    models = here.profile.gpus
    return all(
        not group.gpu_count or any(wanted.matches(gpu) for wanted in group.gpu_models for gpu in models)
        for group in groups
    )
