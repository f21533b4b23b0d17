"""Best price per acceptable GPU model, brought up to date by what changed alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.bids.bid_row import BestPrice, BidRow, RowState
from akash_tui.domain.bids.gpu_disclosure import Disclosure


class _Track:
    """One model while bids come and go; `stale` when its best one changed, and another may be better now."""

    __slots__ = ("best", "bids", "model", "stale")

    def __init__(self, model: GpuModel) -> None:
        self.model = model
        self.best: BidRow | None = None
        self.bids = 0
        self.stale = False


class LaneBook:
    """The lanes of `models`; with `anything` also of every other model that is offered."""

    def __init__(self, models: Sequence[GpuModel], anything: bool) -> None:
        self.seen = -1
        """The book's revision that the lanes show."""
        self.lanes: tuple[BestPrice, ...] = ()
        self._models = tuple(models)
        self._anything = anything
        self._tracks = {model: _Track(model) for model in models}
        self._of: dict[str, tuple[BidRow, tuple[_Track, ...]]] = {}
        """The rows that count, and in which lanes."""

    def change(self, changed: Iterable[BidRow], revision: int) -> None:
        """Take the rows that changed since `seen`."""
        self.seen = revision
        for row in changed:
            old = self._of.pop(row.key, None)
            if old is not None:
                for track in old[1]:
                    track.bids -= 1
                    track.stale |= track.best is old[0]
            disclosure = row.disclosure
            if row.state is not RowState.OPEN or row.price_h is None or not disclosure.known:
                continue
            tracks = old[1] if old is not None and old[0].disclosure is disclosure else self._tracks_of(disclosure)
            self._of[row.key] = row, tracks
            for track in tracks:
                track.bids += 1
                if not track.stale and (track.best is None or _worth(row) < _worth(track.best)):
                    track.best = row
        self._judge()

    def _judge(self) -> None:
        for track in self._tracks.values():
            if track.stale:
                fit = (row for row, tracks in self._of.values() if track in tracks)
                track.best, track.stale = min(fit, key=_worth, default=None), False
        asked = [self._tracks[model] for model in self._models]
        others = [t for t in self._tracks.values() if t.best is not None and t.model not in self._models]
        others.sort(key=lambda track: _worth(track.best) if track.best is not None else ())
        self.lanes = tuple(BestPrice(track.model, track.best, track.bids) for track in [*asked, *others])

    def _tracks_of(self, disclosure: Disclosure) -> tuple[_Track, ...]:
        """Of the acceptable models that these GPUs count for; their own names where any GPU will do."""
        found: dict[GpuModel, None] = {}
        for offer in disclosure.gpus:
            lane = next((m for m in self._models if m.matches(offer.model)), None)
            if lane is None and self._anything:
                lane = GpuModel(offer.model.vendor, offer.model.model)
            if lane is not None:
                found[lane] = None
        return tuple(self._tracks.setdefault(model, _Track(model)) for model in found)


def _worth(row: BidRow) -> tuple[bool, Decimal, int]:
    """Least is best: an absurd price is best only where it is alone."""
    return bool(row.oddity), row.price_h if row.price_h is not None else Decimal("Infinity"), row.number
