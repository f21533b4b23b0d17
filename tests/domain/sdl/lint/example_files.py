"""The small good SDL that all examples of the explanations are parts of, and how each example gets into it."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.explain.explanation import Explanation

BASE: Final = """\
version: "2.0"

services:
  web:
    image: nginx:1.27
    env:
      - MODE=fast
    expose:
      - port: 80
        as: 80
        to:
          - global: true
    params:
      storage:
        data:
          mount: /data

profiles:
  compute:
    web:
      resources:
        cpu:
          units: 2
        memory:
          size: 512Mi
        storage:
          - size: 1Gi
          - name: data
            size: 2Gi
        gpu:
          units: 1
          attributes:
            vendor:
              nvidia:
                - model: rtx4090
  placement:
    akash:
      pricing:
        web:
          denom: uact
          amount: 1000

deployment:
  web:
    akash:
      profile: web
      count: 1
"""

_TO = "        to:\n          - global: true\n"
_END = "      count: 1\n"
_PORT = "      - port: 80\n        as: 80\n"
_VOLUME = "            size: 2Gi\n"
_MODEL = "                - model: rtx4090\n"
_MOUNT = "        data:\n          mount: /data\n"
_PARAMS = f"    params:\n      storage:\n{_MOUNT}"
_PRICING = "        web:\n          denom: uact\n          amount: 1000\n"
_GPU = f"        gpu:\n          units: 1\n          attributes:\n            vendor:\n              nvidia:\n{_MODEL}"

_VENDOR = f"            vendor:\n              nvidia:\n{_MODEL}"
_PLACEMENT = "    akash:\n      pricing:\n"
_CAPABLE = '    akash:\n      attributes:\n        capabilities/gpu-interconnect: "true"\n      pricing:\n'

_REPLACED: Final = {
    "sdl.parameter": 'version: "2.0"\n',
    "sdl.reclamation": _END,
    "sdl.endpoint-name": _END,
    "sdl.endpoint-kind": _END,
    "sdl.endpoint-missing": _END,
    "sdl.ip-global": _TO,
    "sdl.ip-port": _PORT + _TO,
    "sdl.protocol": _PORT,
    "sdl.host": _PORT,
    "sdl.host-duplicate": _PORT,
    "sdl.http-option": _PORT,
    "sdl.http-timeout": _PORT,
    "sdl.http-proxy": _PORT,
    "sdl.cpu-field": "          units: 2\n",
    "sdl.cpu-arch": "          units: 2\n",
    "sdl.interconnect": _VENDOR,
    "sdl.interconnect-capability": _PLACEMENT,
    "sdl.interconnect-mixed": _VENDOR,
    "sdl.interconnect-group": _VENDOR,
    "sdl.interconnect-alone": _END,
    "sdl.credentials": "    image: nginx:1.27\n",
    "sdl.mount-duplicate": _MOUNT,
    "sdl.tee": _PARAMS,
    "sdl.tee-gpu": _PARAMS,
    "sdl.tee-mixed": _PARAMS,
    "sdl.cpu-attribute": "          units: 2\n",
    "sdl.storage-attribute": _VOLUME,
    "sdl.storage-persistent": _VOLUME,
    "sdl.storage-class": _VOLUME,
    "sdl.storage-ram": _VOLUME,
    "sdl.denom-mixed": _PRICING,
    "sdl.gpu-interface": _MODEL,
    "sdl.gpu-ram-zero": _MODEL,
    "sdl.gpu-variant": _MODEL,
    "sdl.gpu-first": _MODEL,
    "sdl.service-apart": "deployment:\n",
}
"""The part of the good file in whose place an example goes; the others' right example is that part itself."""

_V21 = ('version: "2.0"', 'version: "2.1"')
_PERSISTENT = (_VOLUME, f"{_VOLUME}            attributes:\n              persistent: true\n")
_IP = (_TO, f"{_TO}            ip: shared\n")
_ENDPOINT = (_END, f"{_END}endpoints:\n  shared:\n    kind: ip\n")
_JOINED = (_VENDOR, f"{_VENDOR}            interconnect: []\n")
_ASKED = (_PLACEMENT, _CAPABLE)
_AROUND: Final = {
    "sdl.service-apart": (
        (_TO, f"{_TO}          - service: db\n"),
        ("\nprofiles:\n", "  db:\n    image: redis:7\n\nprofiles:\n"),
        (_PRICING, f"{_PRICING}    other:\n      pricing:\n{_PRICING}"),
    ),
    "sdl.interconnect": (_ASKED,),
    "sdl.interconnect-capability": (_JOINED,),
    "sdl.interconnect-group": (_ASKED,),
    "sdl.interconnect-alone": (_JOINED, _ASKED),
    "sdl.interconnect-mixed": (
        _ASKED,
        (
            "profiles:\n  compute:\n",
            "  api:\n    image: api:1\n\nprofiles:\n  compute:\n    api:\n      resources:\n"
            "        cpu: {units: 1}\n        memory: {size: 1Gi}\n        storage: {size: 1Gi}\n"
            "        gpu: {units: 1, attributes: {vendor: {nvidia: [{model: a100}]}, interconnect: []}}\n",
        ),
        (_END, f"{_END}  api:\n    akash:\n      profile: api\n      count: 1\n"),
        (_PRICING, f"{_PRICING}        api:\n          denom: uact\n          amount: 10\n"),
    ),
    "sdl.count-zero": (
        ("\nprofiles:\n", "  api:\n    image: api:1\n\nprofiles:\n"),
        ("deployment:\n", "deployment:\n  api:\n    akash:\n      profile: web\n      count: 2\n"),
    ),
    "sdl.count-persistent": (_PERSISTENT,),
    "sdl.persistent-mount": (_PERSISTENT,),
    "sdl.endpoint-name": (_IP,),
    "sdl.endpoint-kind": (_IP,),
    "sdl.endpoint-missing": (_IP,),
    "sdl.ip-global": (_ENDPOINT,),
    "sdl.ip-port": (_ENDPOINT,),
    "sdl.service-name": (("deployment:\n  web:\n", "deployment:\n  my_web:\n"),),
    "sdl.ram-readonly": (_V21, (_VOLUME, f"{_VOLUME}            attributes:\n              class: ram\n")),
    "sdl.tee": (_V21,),
    "sdl.tee-gpu": (_V21, (_GPU, "")),
    "sdl.tee-mixed": (_V21, (_END, f"{_END}  api:\n    akash:\n      profile: web\n      count: 1\n")),
    "sdl.denom-mixed": (
        (
            "profiles:\n  compute:\n",
            "  api:\n    image: api:1\n\nprofiles:\n  compute:\n    api:\n      resources:\n"
            "        cpu: {units: 1}\n        memory: {size: 1Gi}\n        storage: {size: 1Gi}\n",
        ),
        (_END, f"{_END}  api:\n    akash:\n      profile: api\n      count: 1\n"),
    ),
}
"""Other replacements that both examples of a code need."""


def example_files(each: Explanation) -> tuple[str, str]:
    """The whole file with the wrong example in it, and with the right one."""
    if each.code in ("sdl.empty", "sdl.compose-file", "sdl.kubernetes", "sdl.no-sdl"):
        return each.wrong, BASE
    replaced = _REPLACED.get(each.code, each.right)
    assert replaced in BASE
    return _file(each.code, replaced, each.wrong), _file(each.code, replaced, each.right)


def _file(code: str, replaced: str, example: str) -> str:
    text = BASE.replace(replaced, example, 1)
    for old, new in _AROUND.get(code, ()):
        assert old in text
        text = text.replace(old, new, 1)
    return text
