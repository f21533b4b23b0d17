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
        "units: 0 asks for no GPU, so no model may be named.",
        _GPU,
        _GPU.replace("units: 1", "units: 0"),
    ),
    entry(
        "sdl.gpu-attributes",
        "GPUs, but which?",
        "A request for GPUs names a vendor and its models.",
        _GPU,
        "        gpu:\n          units: 1\n",
    ),
    entry(
        "sdl.gpu-field",
        "Not a field of a GPU",
        "Models stand under attributes, vendor, nvidia.",
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
        "Only nvidia counts",
        "Akash drops every other vendor without a word, and what is left asks for any nvidia GPU.",
        _VENDOR,
        "            vendor:\n              amd:\n                - model: mi100\n",
    ),
    entry(
        "sdl.gpu-wildcard",
        "Any GPU at all",
        "An empty list takes any nvidia card. The smallest one may come at the price that you would pay for the best.",
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
        "A model nobody offers",
        "Providers advertise models under fixed names: rtx4090, a100, h100, rtxa6000. Another spelling finds nobody.",
        _MODEL,
        "                - model: RTX-4090\n",
    ),
    entry("sdl.gpu-duplicate", "A model twice", "Each model may stand once.", _MODEL, _MODEL * 2),
    entry(
        "sdl.gpu-interface",
        "Unknown interface",
        "pcie or sxm, in small letters; leave it out to take either.",
        _MODEL,
        _with("interface: PCIe"),
        _with("interface: pcie"),
    ),
    entry(
        "sdl.gpu-ram-zero",
        "GPU memory of nothing",
        "A number without a unit counts bytes, and is cut to whole Gi.",
        _MODEL,
        _with("ram: 24"),
        _with("ram: 24Gi"),
    ),
    entry(
        "sdl.gpu-variant",
        "A card that does not exist",
        "No card of this model is known with this memory or interface, so nobody can bid.",
        _MODEL,
        _with("ram: 48Gi"),
        _with("ram: 24Gi"),
    ),
    entry(
        "sdl.gpu-first",
        "The first model sets the price",
        "The order lists models sorted by name, and some providers price "
        "their bid by the first one, whatever they give. A dear or unknown first model makes the "
        "others dear or silent.",
        _MODEL,
        f"                - model: a100\n{_MODEL}",
        f"{_MODEL}                - model: rtx3090\n",
    ),
)
