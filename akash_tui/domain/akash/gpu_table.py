"""The GPU models that providers of the network advertise: names, VRAM and interface of each variant.

Facts from the network's public list of PCI devices (shared conformance data, `indexer/gpus.json`,
2026-06-16). A missing name may be new; names that are here are spelled exactly like this.
"""

from __future__ import annotations

import difflib
import re
from typing import Final

from akash_tui.domain.akash.gpu import GpuModel

_NVIDIA = """
a100 40p 40s 64s 80p 80s; a40 48p; a5000 24p; a800 80s; gt1030 2p; gtx1050 2p 3p; gtx1050ti 4p;
gtx1060 3p 5p 6p; gtx1070 8p; gtx1070ti 8p; gtx1080 8p; gtx1080ti 11p; gtx1650s 4p; gtx1650ti 4p;
gtx1660 6p; gtx1660ti 6p; gtx960 2p 4p; gtx970 4p; gtx980 4p; gtx980ti 6p; h100 80p 80s; h200 141s;
h200nvl 141p; m4000 8p; mx150 2p; p100 16p; p2000 4p 5p; p4 8p; p40 24p; p4000 8p; p5000 16p; p6000 24p;
pro6000mq 96p; pro6000se 96p; pro6000we 96p; rtx2000eada 16p; rtx2060 6p; rtx2060s 8p; rtx2070 8p;
rtx2070s 8p; rtx2080 8p; rtx2080s 8p; rtx2080ti 11p; rtx3060 12p; rtx3060m 6p; rtx3060ti 8p; rtx3070 8p;
rtx3080 10p; rtx3090 24p; rtx3090ti 24p; rtx4000 8p; rtx4000ada 20p; rtx4000sada 20p; rtx4060 8p;
rtx4060ti 16p; rtx4070 12p; rtx4070s 12p; rtx4070ti 12p; rtx4080 16p; rtx4080s 16p; rtx4090 24p;
rtx5000 16p; rtx5070 12p; rtx5080 16p; rtx5090 32p; rtx5090m 24p; rtx6000 24p; rtx8000 48p; rtxa2000 6p;
rtxa6000 48p; t4 16p; v100 16s 32p 32s;
"""
_AMD = "mi100 32p; mi60 32p;"


def _cards(vendor: str, table: str) -> list[GpuModel]:
    """Read `name 40p 80s; …`: p for PCIe, s for SXM, the two words that an SDL may use."""
    found: list[GpuModel] = []
    for row in table.replace("\n", " ").split(";"):
        name, *variants = row.split() or [""]
        found += [GpuModel(vendor, name, int(v[:-1]), "sxm" if v[-1] == "s" else "pcie") for v in variants]
    return found


_NOT_LISTED = """
a2 a10 a10g a16 a30 b100 b200 b300 gb200 gb300 gh200 h20 h800 l4 l20 l40 l40s rtx3050 rtx3070ti rtx3080ti rtx4050
rtx4070tis rtx4500ada rtx5000ada rtx5050 rtx5060 rtx5060ti rtx5070ti rtx6000ada rtxa4000 rtxa4500 rtxa5000 rtxa5500
titanrtx titanv
"""
_ELSEWHERE: Final = frozenset(_NOT_LISTED.split())
"""Models that exist, but that the list does not have: a newer name is no typing error of an older one."""


CARDS: Final[tuple[GpuModel, ...]] = (*_cards("nvidia", _NVIDIA), *_cards("amd", _AMD))
_BY_NAME: Final[dict[tuple[str, str], tuple[GpuModel, ...]]] = {}
for _card in CARDS:
    _BY_NAME[_card.vendor, _card.model] = (*_BY_NAME.get((_card.vendor, _card.model), ()), _card)


def variants(vendor: str, name: str) -> tuple[GpuModel, ...]:
    """All known variants of a model; empty for an unknown name."""
    return _BY_NAME.get((vendor, name), ())


def is_real(name: str) -> bool:
    """True for a model that nvidia sells, whether or not a provider is known to have it."""
    return name in _ELSEWHERE or bool(variants("nvidia", name))


def _plain(name: str) -> str:
    """Letters and digits only, without words that people add: `NVIDIA RTX-4090 24GB` → `rtx4090`."""
    name = re.sub(r"nvidia|geforce|tesla|quadro|[0-9]+ ?gi?b|\bpcie\b|\bsxm[0-9]*\b", "", name.lower())
    return re.sub(r"[^a-z0-9]", "", name)


def nearest(vendor: str, name: str, most: int = 3) -> tuple[str, ...]:
    """Known names most like this one, the best first; one that differs only in spelling is the only result."""
    names = {card.model for card in CARDS if card.vendor == vendor}
    wanted = _plain(name)
    same = [known for known in sorted(names) if _plain(known) == wanted or _plain(known) == "rtx" + wanted]
    if wanted and same:
        return (same[0],)
    if vendor == "nvidia" and wanted in _ELSEWHERE:
        return (wanted,)
    close = difflib.get_close_matches(wanted, sorted(names), n=most, cutoff=0.6)
    return tuple(known for known in close if _is_slip(wanted, known))


def _is_slip(wanted: str, known: str) -> bool:
    """One letter before the number is another line of cards (b200, h200), not a slip of the hand; nor is p2000."""
    letters, other = (re.match(r"[a-z]*", name)[0] for name in (wanted, known))  # type: ignore[index]
    return letters == other or (len(letters) > 1 and len(other) > 1)
