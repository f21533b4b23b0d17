"""Explanations about compute and placement profiles: CPU, memory, storage, prices."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.explain.explanation import entry

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
    entry(
        "sdl.unit-spelling",
        "An unreadable size",
        "Units are exactly k Ki M Mi G Gi T Ti P Pi E Ei, without a space and without B. Ki, Mi, Gi count by 1024.",
        _MEMORY,
        "          size: 512 MB\n",
    ),
    entry("sdl.unit-negative", "Below zero", "Sizes and CPU must be above zero.", _MEMORY, "          size: -512Mi\n"),
    entry(
        "sdl.size-limit",
        "A size outside the limits",
        "Memory: 1Mi to 2Ti per unit. Volumes: 5Mi to 32Ti.",
        _MEMORY,
        "          size: 512\n",
    ),
    entry(
        "sdl.cpu-units",
        "Unreadable CPU units",
        "Cores as 0.5 or 2, or thousandths as 500m.",
        _CPU,
        "          units: 2 cores\n",
    ),
    entry("sdl.cpu-limit", "CPU outside the limits", "10m to 384 cores per unit.", _CPU, "          units: 1m\n"),
    entry(
        "sdl.cpu-attribute",
        "Unknown CPU attribute",
        "The only attribute is arch.",
        _CPU,
        f"{_CPU}          attributes:\n            vendor: amd\n",
        f"{_CPU}          attributes:\n            arch: amd64\n",
    ),
    entry(
        "sdl.resources-missing",
        "A profile without resources",
        "A compute profile has resources: with cpu, memory, storage.",
        "    web:\n      resources:\n",
        "    web:\n      resource:\n",
    ),
    entry(
        "sdl.resource-missing",
        "CPU, memory or storage missing",
        "All three are required.",
        f"        memory:\n{_MEMORY}",
        "",
    ),
    entry(
        "sdl.storage-duplicate",
        "Two volumes, one name",
        "A volume without a name is called default, so only one may have none.",
        _STORAGE,
        "        storage:\n          - size: 1Gi\n          - size: 2Gi\n",
    ),
    entry(
        "sdl.storage-attribute",
        "Unknown storage attribute",
        "The attributes are persistent and class.",
        _VOLUME,
        _attributes("speed: fast"),
        _attributes("persistent: true"),
    ),
    entry(
        "sdl.storage-persistent",
        "Persistent must be true or false",
        "Write true or false; `True` is not understood here.",
        _VOLUME,
        _attributes("persistent: True"),
        _attributes("persistent: true"),
    ),
    entry(
        "sdl.storage-class",
        "An impossible class",
        "beta1 (disk), beta2 (SSD) and beta3 (NVMe) are for persistent volumes, ram for memory disks.",
        _VOLUME,
        _attributes("persistent: false", "class: beta3"),
        _attributes("persistent: true", "class: beta3"),
    ),
    entry(
        "sdl.storage-ram",
        "Persistent memory",
        "A volume of class ram is gone when the container stops.",
        _VOLUME,
        _attributes("persistent: true", "class: ram"),
        _attributes("persistent: false", "class: ram"),
    ),
    entry(
        "sdl.volumes-many",
        "Many volumes",
        "Akash's own client warns above four.",
        _STORAGE,
        _STORAGE + "".join(f"          - name: v{i}\n            size: 1Gi\n" for i in range(4)),
    ),
    entry(
        "sdl.price-missing",
        "No price for a profile",
        "Each placement sets the highest price of every profile deployed in it.",
        _PRICING,
        _PRICING.replace("web:", "api:"),
    ),
    entry(
        "sdl.price",
        "An unreadable price",
        "A plain decimal: no exponent, no unit, at most 18 decimals.",
        _AMOUNT,
        "          amount: 1e3\n",
    ),
    entry("sdl.price-zero", "A price of 0", "The highest price must be above 0.", _AMOUNT, "          amount: 0\n"),
    entry(
        "sdl.price-limit",
        "A price beyond the limit",
        "Prices are per block (about six seconds) and in millionths.",
        _AMOUNT,
        "          amount: 20000000\n",
    ),
    entry(
        "sdl.price-low",
        "Too low for any bid",
        "Far below the usual price of these GPUs, providers do not bid. The amount is "
        "only a limit: you pay the price of the bid that you choose.",
        _AMOUNT,
        "          amount: 10\n",
    ),
    entry(
        "sdl.price-high",
        "A limit without effect",
        "Far above the usual price, the limit excludes no bid.",
        _AMOUNT,
        "          amount: 100000\n",
    ),
    entry(
        "sdl.denom",
        "Not a denomination",
        "The token is uact, millionths of ACT.",
        _DENOM,
        "          denom: $\n",
    ),
    entry(
        "sdl.denom-old",
        "A token that the chain no longer accepts",
        "Prices and deposits are in uact. 1 ACT is meant to be 1 USD "
        "of compute, so an amount in another token must be recalculated, not only renamed.",
        _DENOM,
        "          denom: uakt\n",
    ),
    entry(
        "sdl.denom-mixed",
        "Two tokens in one deployment",
        "All prices of a deployment must be in one token.",
        _PRICING,
        _PRICING + "        api:\n          denom: uakt\n          amount: 10\n",
        _PRICING + "        api:\n          denom: uact\n          amount: 10\n",
        around=(
            (
                "profiles:\n  compute:\n",
                "  api:\n    image: api:1\n\nprofiles:\n  compute:\n    api:\n      resources:\n"
                "        cpu: {units: 1}\n"
                "        memory: {size: 1Gi}\n        storage: {size: 1Gi}\n",
            ),
            ("      count: 1\n", "      count: 1\n  api:\n    akash:\n      profile: api\n      count: 1\n"),
        ),
    ),
)
