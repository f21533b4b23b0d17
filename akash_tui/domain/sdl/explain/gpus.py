"""Explanations about GPU requests."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.explain.explanation import Explanation

_MODEL = "                - model: rtx4090\n"
_VENDOR = f"            vendor:\n              nvidia:\n{_MODEL}"
_ATTRIBUTES = f"          attributes:\n{_VENDOR}"
_GPU = f"        gpu:\n          units: 1\n{_ATTRIBUTES}"


_CAPABLE = '    akash:\n      attributes:\n        capabilities/gpu-interconnect: "true"\n      pricing:\n'


def _with(*lines: str) -> str:
    return _MODEL + "".join(f"                  {line}\n" for line in lines)


GPUS: Final = (
    Explanation(
        "sdl.gpu-units",
        "Not a number of GPUs",
        "A whole number, without a fraction.",
        _GPU.replace("units: 1", "units: 1.0"),
        _GPU,
    ),
    Explanation("sdl.gpu-limit", "Too many GPUs", "At most 24 per unit.", _GPU.replace("units: 1", "units: 32"), _GPU),
    Explanation(
        "sdl.gpu-zero",
        "Models, but no units",
        "units: 0 requests no GPU, so no model may be listed.",
        _GPU.replace("units: 1", "units: 0"),
        _GPU,
    ),
    Explanation(
        "sdl.gpu-none",
        "A GPU part that asks for no GPU",
        "Akash reads only the keys below gpu. A number, a model or nothing in their place is valid, and asks for none.",
        "        gpu: 1\n",
        _GPU,
    ),
    Explanation(
        "sdl.gpu-attributes",
        "GPUs without models",
        "A request for GPUs names a vendor and its models.",
        "        gpu:\n          units: 1\n",
        _GPU,
    ),
    Explanation(
        "sdl.gpu-field",
        "Not a field of a GPU",
        "Models go under attributes, vendor, nvidia.",
        "        gpu:\n          units: 1\n          model: rtx4090\n",
        _GPU,
    ),
    Explanation(
        "sdl.gpu-vendor",
        "No vendor",
        "attributes must name a vendor.",
        "          attributes:\n            vendor:\n",
        _ATTRIBUTES,
    ),
    Explanation(
        "sdl.gpu-vendor-ignored",
        "Only nvidia is supported",
        "Akash silently drops every other vendor, and the rest requests any nvidia GPU.",
        "            vendor:\n              amd:\n                - model: mi100\n",
        _VENDOR,
    ),
    Explanation(
        "sdl.gpu-wildcard",
        "Any GPU at all",
        "An empty list accepts any nvidia card: you may get the smallest one at the price of the best.",
        "            vendor:\n              nvidia:\n",
        _VENDOR,
    ),
    Explanation(
        "sdl.gpu-model",
        "Not a model name",
        "Letters, digits, - and . only, as the network spells it.",
        "                - model: rtx 4090\n",
        _MODEL,
    ),
    Explanation(
        "sdl.gpu-unknown",
        "A model that no provider offers",
        "Providers advertise models under fixed names: rtx4090, a100, h100, rtxa6000. Any other spelling matches none.",
        "                - model: RTX-4090\n",
        _MODEL,
    ),
    Explanation("sdl.gpu-duplicate", "A duplicate model", "Each model may be listed once.", _MODEL * 2, _MODEL),
    Explanation(
        "sdl.gpu-interface",
        "Unknown interface",
        "pcie or sxm, in lower case; leave it out to accept either.",
        _with("interface: PCIe"),
        _with("interface: pcie"),
    ),
    Explanation(
        "sdl.gpu-ram-zero",
        "GPU memory of 0",
        "A number without a unit counts bytes, and is rounded down to whole Gi.",
        _with("ram: 24"),
        _with("ram: 24Gi"),
    ),
    Explanation(
        "sdl.gpu-variant",
        "A card that does not exist",
        "No card of this model is known with this memory or interface, so no provider can bid.",
        _with("ram: 48Gi"),
        _with("ram: 24Gi"),
    ),
    Explanation(
        "sdl.interconnect",
        "An unreadable interconnect",
        "interconnect joins the GPUs of several nodes by a fast network. It is [] for one group of all, or {group: "
        "NAME} for a named one; the name auto is reserved, and units must be above 0.",
        f"{_VENDOR}            interconnect: true\n",
        f"{_VENDOR}            interconnect: []\n",
    ),
    Explanation(
        "sdl.interconnect-capability",
        "A placement that does not ask for an interconnect",
        "Only some providers have one. The placement must ask for it, so that the others do not bid.",
        _CAPABLE.replace("/gpu-interconnect", "/gpu-interconnect/fabric/roce"),
        _CAPABLE,
    ),
    Explanation(
        "sdl.interconnect-mixed",
        "Both forms of an interconnect",
        "In one placement either all profiles write [] or all name a group.",
        f"{_VENDOR}            interconnect: {{group: ring}}\n",
        f"{_VENDOR}            interconnect: []\n",
    ),
    Explanation(
        "sdl.interconnect-group",
        "A group name that providers refuse",
        "Providers make a Kubernetes label of it: at most 63 letters, digits, -, _ and .",
        f"{_VENDOR}            interconnect: {{group: ring 1}}\n",
        f"{_VENDOR}            interconnect: {{group: ring-1}}\n",
    ),
    Explanation(
        "sdl.interconnect-alone",
        "An interconnect with a single node",
        "Each replica of a service is a node of the group. One alone has nothing to talk to.",
        "      count: 1\n",
        "      count: 2\n",
    ),
    Explanation(
        "sdl.gpu-first",
        "The first model sets the price",
        "The order lists models sorted by name, and some providers price "
        "their bid by the first one, whichever they offer. An expensive or unknown first model makes "
        "bids expensive, or there are none.",
        f"                - model: a100\n{_MODEL}",
        f"{_MODEL}                - model: rtx3090\n",
    ),
)
