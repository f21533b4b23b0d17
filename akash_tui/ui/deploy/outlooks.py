"""Who could bid on the SDLs that the deploy screen shows: compared away from the keys, once per text."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from akash_tui.domain.market.gpu_choices import gpu_choices
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.domain.akash.gpu import GpuModel
    from akash_tui.domain.akash.money import BlockTime
    from akash_tui.domain.market.observations import MarketPrice
    from akash_tui.services.market.sdl_outlook import SdlForecaster, SdlOutlook
    from akash_tui.ui.session.draft import Draft

MOST_TEXTS = 200
"""Texts whose answer is remembered."""


@dataclass(frozen=True, slots=True)
class DraftOutlook:
    """What to expect of one text; without an outlook it does not compile."""

    outlook: SdlOutlook | None
    fits: Mapping[GpuModel, int] = field(default_factory=dict)
    """How many providers could bid with each model that can be ticked."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer, and by what was known."""

    known: object
    prices: Sequence[MarketPrice]
    of_text: DraftOutlook


class Outlooks:
    """The answers of one session; `read` gets one, the rest only looks."""

    def __init__(self, forecaster: SdlForecaster) -> None:
        self.forecaster = forecaster
        self._learned = False
        self._found: dict[str, _Answer] = {}

    def get(self, draft: Draft) -> DraftOutlook | None:
        """The answer for its text, an older one while a newer is computed; None before the first."""
        known = self._found.get(draft.text)
        return None if known is None else known.of_text

    def due(self, draft: Draft, prices: Sequence[MarketPrice]) -> bool:
        """Whether it was never compared, or more is known of the market or its providers since."""
        answer = self._found.get(draft.text)
        return answer is None or answer.known != self.forecaster.known or answer.prices is not prices

    async def read(self, draft: Draft, prices: Sequence[MarketPrice], block_time: BlockTime) -> None:
        """Compare its text, and each model that can be ticked in it; the first time, read the providers."""
        if not self._learned:
            await self.forecaster.learn()
            self._learned = True
        text, compiled, forecaster = draft.text, draft.compiled, self.forecaster
        models = [choice.model for choice in gpu_choices(draft.models, draft.accepted, prices)]

        def work() -> _Answer:
            known, outlook = forecaster.known, forecaster.outlook(compiled, block_time)
            fits = forecaster.fits(compiled, models) if outlook is not None and outlook.gpus else {}
            return _Answer(known, prices, DraftOutlook(outlook, fits))

        found = await asyncio.to_thread(work)
        if len(self._found) >= MOST_TEXTS:
            self._found.clear()
        self._found[text] = found

    def who_line(self, draft: Draft) -> LabelledLine | None:
        """`w who   8 of 18 providers fit · 8 online · 38 GPUs free now`; None where the SDL does not compile."""
        if not draft.groups:
            return None
        found = self.get(draft)
        if found is None:
            return LabelledLine("w who", "reading which providers there are…", "muted")
        if found.outlook is None or found.outlook.screening is None:
            fault = self.forecaster.fault
            return LabelledLine("w who", fault.title if fault is not None else NOT_KNOWN, "muted")
        screening, before = found.outlook.screening, found.outlook.have_bid
        words = f"{screening.summary} · {before} bid at this price before" if before else screening.summary
        return LabelledLine("w who", words, "" if screening.fits else "warn")
