"""Explanations about GPU requests."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.explain.explanation import entry

_MODEL = "                - model: rtx4090\n"
_VENDOR = f"            vendor:\n              nvidia:\n{_MODEL}"
_ATTRIBUTES = f"          attributes:\n{_VENDOR}"
_GPU = f"        gpu:\n          units: 1\n{_ATTRIBUTES}"


def _with(*lines: str) -> str:
    return _MODEL + "".join(f"                  {line}\n" for line in lines)


GPUS: Final = (
    entry(
        "sdl.gpu-units",
        "Not a number of GPUs",
        "A whole number, without a fraction.",
        _GPU,
        _GPU.replace("units: 1", "units: 1.0"),
    ),
    entry("sdl.gpu-limit", "Too many GPUs", "At most 24 per unit.", _GPU, _GPU.replace("units: 1", "units: 32")),
    entry(
        "sdl.gpu-zero",
        "Models, but no units",
        "units: 0 requests no GPU, so no model may be listed.",
        _GPU,
        _GPU.replace("units: 1", "units: 0"),
    ),
    entry(
        "sdl.gpu-attributes",
        "GPUs without models",
        "A request for GPUs names a vendor and its models.",
        _GPU,
        "        gpu:\n          units: 1\n",
    ),
    entry(
        "sdl.gpu-field",
        "Not a field of a GPU",
        "Models go under attributes, vendor, nvidia.",
        _GPU,
        "        gpu:\n          units: 1\n          model: rtx4090\n",
    ),
    entry(
        "sdl.gpu-vendor",
        "No vendor",
        "attributes must name a vendor.",
        _ATTRIBUTES,
        "          attributes:\n            vendor:\n",
    ),
    entry(
        "sdl.gpu-vendor-ignored",
        "Only nvidia is supported",
        "Akash silently drops every other vendor, and the rest requests any nvidia GPU.",
        _VENDOR,
        "            vendor:\n              amd:\n                - model: mi100\n",
    ),
    entry(
        "sdl.gpu-wildcard",
        "Any GPU at all",
        "An empty list accepts any nvidia card: you may get the smallest one at the price of the best.",
        _VENDOR,
        "            vendor:\n              nvidia:\n",
    ),
    entry(
        "sdl.gpu-model",
        "Not a model name",
        "Letters, digits, - and . only, as the network spells it.",
        _MODEL,
        "                - model: rtx 4090\n",
    ),
    entry(
        "sdl.gpu-unknown",
        "A model that no provider offers",
        "Providers advertise models under fixed names: rtx4090, a100, h100, rtxa6000. Any other spelling matches none.",
        _MODEL,
        "                - model: RTX-4090\n",
    ),
    entry("sdl.gpu-duplicate", "A duplicate model", "Each model may be listed once.", _MODEL, _MODEL * 2),
    entry(
        "sdl.gpu-interface",
        "Unknown interface",
        "pcie or sxm, in lower case; leave it out to accept either.",
        _MODEL,
        _with("interface: PCIe"),
        _with("interface: pcie"),
    ),
    entry(
        "sdl.gpu-ram-zero",
        "GPU memory of 0",
        "A number without a unit counts bytes, and is rounded down to whole Gi.",
        _MODEL,
        _with("ram: 24"),
        _with("ram: 24Gi"),
    ),
    entry(
        "sdl.gpu-variant",
        "A card that does not exist",
        "No card of this model is known with this memory or interface, so no provider can bid.",
        _MODEL,
        _with("ram: 48Gi"),
        _with("ram: 24Gi"),
    ),
    entry(
        "sdl.gpu-first",
        "The first model sets the price",
        "The order lists models sorted by name, and some providers price "
        "their bid by the first one, whichever they offer. An expensive or unknown first model makes "
        "bids expensive, or there are none.",
        _MODEL,
        f"                - model: a100\n{_MODEL}",
        f"{_MODEL}                - model: rtx3090\n",
    ),
)
