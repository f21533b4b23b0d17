"""Explanations about compute and placement profiles: CPU, memory, storage, prices."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.explain.explanation import Explanation

_CPU = "          units: 2\n"
_MEMORY = "          size: 512Mi\n"
_VOLUME = "            size: 2Gi\n"
_STORAGE = "        storage:\n          - size: 1Gi\n          - name: data\n            size: 2Gi\n"
_DENOM = "          denom: uact\n"
_AMOUNT = "          amount: 1000\n"
_PRICING = f"        web:\n{_DENOM}{_AMOUNT}"


def _attributes(*lines: str) -> str:
    return _VOLUME + "            attributes:\n" + "".join(f"              {line}\n" for line in lines)


PROFILES: Final = (
    Explanation(
        "sdl.unit-spelling",
        "An unreadable size",
        "Units are exactly k Ki M Mi G Gi T Ti P Pi E Ei, without a space and without B. Ki, Mi, Gi count by 1024.",
        "          size: 512 MB\n",
        _MEMORY,
    ),
    Explanation(
        "sdl.unit-negative", "Below zero", "Sizes and CPU must be above zero.", "          size: -512Mi\n", _MEMORY
    ),
    Explanation(
        "sdl.size-limit",
        "A size outside the limits",
        "Memory: 1Mi to 2Ti per unit. Volumes: 5Mi to 32Ti.",
        "          size: 512\n",
        _MEMORY,
    ),
    Explanation(
        "sdl.cpu-units",
        "Unreadable CPU units",
        "Cores as 0.5 or 2, or thousandths as 500m.",
        "          units: 2 cores\n",
        _CPU,
    ),
    Explanation("sdl.cpu-limit", "CPU outside the limits", "10m to 384 cores per unit.", "          units: 1m\n", _CPU),
    Explanation(
        "sdl.cpu-field",
        "Not a field of a CPU",
        "cpu has units and attributes, nothing else. The architecture goes under attributes.",
        f"{_CPU}          arch: arm64\n",
        f"{_CPU}          attributes:\n            arch: arm64\n",
    ),
    Explanation(
        "sdl.cpu-arch",
        "Unknown CPU architecture",
        "amd64 or arm64, in lower case; without it providers take amd64.",
        f"{_CPU}          attributes:\n            arch: x86_64\n",
        f"{_CPU}          attributes:\n            arch: amd64\n",
    ),
    Explanation(
        "sdl.cpu-attribute",
        "Unknown CPU attribute",
        "The only attribute is arch.",
        f"{_CPU}          attributes:\n            vendor: amd\n",
        f"{_CPU}          attributes:\n            arch: amd64\n",
    ),
    Explanation(
        "sdl.resources-missing",
        "A profile without resources",
        "A compute profile has resources: with cpu, memory, storage.",
        "    web:\n      resource:\n",
        "    web:\n      resources:\n",
    ),
    Explanation(
        "sdl.resource-missing",
        "CPU, memory or storage missing",
        "All three are required.",
        "",
        f"        memory:\n{_MEMORY}",
    ),
    Explanation(
        "sdl.storage-duplicate",
        "Two volumes, one name",
        "A volume without a name is called default, so only one may have none.",
        "        storage:\n          - size: 1Gi\n          - size: 2Gi\n",
        _STORAGE,
    ),
    Explanation(
        "sdl.storage-attribute",
        "Unknown storage attribute",
        "The attributes are persistent and class.",
        _attributes("speed: fast"),
        _attributes("persistent: true"),
    ),
    Explanation(
        "sdl.storage-persistent",
        "Persistent must be true or false",
        "Write true or false; `True` is not understood here.",
        _attributes("persistent: True"),
        _attributes("persistent: true"),
    ),
    Explanation(
        "sdl.storage-class",
        "An impossible class",
        "beta1 (disk), beta2 (SSD) and beta3 (NVMe) are for persistent volumes, ram for memory disks.",
        _attributes("persistent: false", "class: beta3"),
        _attributes("persistent: true", "class: beta3"),
    ),
    Explanation(
        "sdl.storage-ram",
        "Persistent memory",
        "A volume of class ram is gone when the container stops.",
        _attributes("persistent: true", "class: ram"),
        _attributes("persistent: false", "class: ram"),
    ),
    Explanation(
        "sdl.volumes-many",
        "Many volumes",
        "Akash's own client warns above four.",
        _STORAGE + "".join(f"          - name: v{i}\n            size: 1Gi\n" for i in range(4)),
        _STORAGE,
    ),
    Explanation(
        "sdl.price-missing",
        "No price for a profile",
        "Each placement sets the highest price of every profile deployed in it.",
        _PRICING.replace("web:", "api:"),
        _PRICING,
    ),
    Explanation(
        "sdl.price",
        "An unreadable price",
        "A plain decimal: no exponent, no unit, at most 18 decimals.",
        "          amount: 1e3\n",
        _AMOUNT,
    ),
    Explanation(
        "sdl.price-zero", "A price of 0", "The highest price must be above 0.", "          amount: 0\n", _AMOUNT
    ),
    Explanation(
        "sdl.price-limit",
        "A price beyond the limit",
        "Prices are per block (about six seconds) and in millionths.",
        "          amount: 20000000\n",
        _AMOUNT,
    ),
    Explanation(
        "sdl.price-low",
        "Too low for any bid",
        "Far below the usual price of these GPUs, providers do not bid. The amount is "
        "only a limit: you pay the price of the bid that you choose.",
        "          amount: 10\n",
        _AMOUNT,
    ),
    Explanation(
        "sdl.price-high",
        "A limit without effect",
        "Far above the usual price, the limit excludes no bid.",
        "          amount: 100000\n",
        _AMOUNT,
    ),
    Explanation(
        "sdl.denom", "Not a denomination", "The token is uact, millionths of ACT.", "          denom: $\n", _DENOM
    ),
    Explanation(
        "sdl.denom-old",
        "A token that the chain no longer accepts",
        "Prices and deposits are in uact. 1 ACT is meant to be 1 USD "
        "of compute, so an amount in another token must be recalculated, not only renamed.",
        "          denom: uakt\n",
        _DENOM,
    ),
    Explanation(
        "sdl.denom-mixed",
        "Two tokens in one deployment",
        "All prices of a deployment must be in one token.",
        _PRICING + "        api:\n          denom: uakt\n          amount: 10\n",
        _PRICING + "        api:\n          denom: uact\n          amount: 10\n",
    ),
)
