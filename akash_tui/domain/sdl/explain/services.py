"""Explanations about services: image, environment, exposes, mounts, credentials, confidential computing."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.explain.explanation import entry

_IMAGE = "    image: nginx:1.27\n"
_ENV = "      - MODE=fast\n"
_PORT = "      - port: 80\n        as: 80\n"
_MOUNT = "        data:\n          mount: /data\n"
_PARAMS = f"    params:\n      storage:\n{_MOUNT}"
_V21 = (('version: "2.0"', 'version: "2.1"'),)
_RAM = ("            size: 2Gi\n", "            size: 2Gi\n            attributes:\n              class: ram\n")

SERVICES: Final = (
    entry(
        "sdl.service-name",
        "Not a name for a service",
        "The name becomes a host name inside the deployment: lower-case letters, digits and -.",
        "  web:\n    image",
        "  my_web:\n    image",
        around=(("deployment:\n  web:\n", "deployment:\n  my_web:\n"),),
    ),
    entry(
        "sdl.service-idle",
        "Described, not deployed",
        "A service that is not under deployment does not run.",
        "profiles:\n  compute:\n",
        "  spare:\n    image: redis:7\nprofiles:\n  compute:\n",
    ),
    entry("sdl.image-missing", "No image", "Every deployed service runs a container image.", _IMAGE, "    image:\n"),
    entry(
        "sdl.image-tag",
        "A tag that moves",
        "Without a version in the tag, each start may run something else, and two replicas may differ.",
        _IMAGE,
        "    image: nginx:latest\n",
    ),
    entry(
        "sdl.env-name",
        "Not a name for a variable",
        "NAME=value: letters, digits, _, - and ., not starting with a digit.",
        _ENV,
        "      - 2FAST=yes\n",
    ),
    entry(
        "sdl.env-value",
        "A variable without a value",
        "Unlike in docker, no value is taken from your machine.",
        _ENV,
        "      - MODE\n",
    ),
    entry(
        "sdl.env-secret",
        "A secret that the provider can read",
        "The provider's owner can read the environment. Use keys that you can revoke and that have few rights.",
        _ENV,
        "      - DB_PASSWORD=hunter2\n",
    ),
    entry("sdl.port", "Not a port", "Ports are 1 to 65535.", _PORT, "      - port: 70000\n        as: 80\n"),
    entry(
        "sdl.protocol",
        "Unknown protocol",
        "The protocols are tcp and udp. Web traffic is tcp.",
        _PORT,
        f"{_PORT}        proto: http\n",
        f"{_PORT}        proto: tcp\n",
    ),
    entry(
        "sdl.host",
        "Not a host name",
        "accept lists plain lower-case names, without http:// and without a path.",
        _PORT,
        f"{_PORT}        accept:\n          - https://www.example.com\n",
        f"{_PORT}        accept:\n          - www.example.com\n",
    ),
    entry(
        "sdl.host-duplicate",
        "A duplicate host name",
        "One name can point to one place only.",
        _PORT,
        f"{_PORT}        accept:\n          - a.example.com\n          - a.example.com\n",
        f"{_PORT}        accept:\n          - a.example.com\n          - b.example.com\n",
    ),
    entry(
        "sdl.http-option",
        "An HTTP option outside the limits",
        "Timeouts are in milliseconds, up to 60000; bodies have up to 104857600 bytes.",
        _PORT,
        f"{_PORT}        http_options:\n          read_timeout: 600000\n",
        f"{_PORT}        http_options:\n          read_timeout: 60000\n",
    ),
    entry(
        "sdl.no-global",
        "Cannot be reached",
        "Akash requires at least one expose that is open to everybody.",
        "          - global: true\n",
        "          - global: false\n",
    ),
    entry(
        "sdl.credentials",
        "Incomplete credentials",
        "A private registry needs host, username and password.",
        _IMAGE,
        f"{_IMAGE}    credentials:\n      host: docker.io\n      username: me\n",
        f"{_IMAGE}    credentials:\n      host: docker.io\n      username: me\n      password: token\n",
    ),
    entry(
        "sdl.volume-missing",
        "No such volume",
        "params, storage names volumes of the service's own compute profile.",
        "        data:\n          mount",
        "        files:\n          mount",
    ),
    entry(
        "sdl.mount-path",
        "Not an absolute path",
        "A mount path starts with /.",
        _MOUNT,
        "        data:\n          mount: data\n",
    ),
    entry(
        "sdl.mount-duplicate",
        "Two volumes at one path",
        "Only one volume can be mounted at a path.",
        _MOUNT,
        f"{_MOUNT}        default:\n          mount: /data\n",
        f"{_MOUNT}        default:\n          mount: /more\n",
    ),
    entry(
        "sdl.volume-unmounted",
        "An unmounted volume",
        "It is created and paid for, but the container cannot use it.",
        _PARAMS,
        "",
    ),
    entry(
        "sdl.persistent-mount",
        "Persistent, but not mounted",
        "Data persists only in a mounted volume.",
        _PARAMS,
        "",
        around=(
            (
                "            size: 2Gi\n",
                "            size: 2Gi\n            attributes:\n              persistent: true\n",
            ),
        ),
    ),
    entry(
        "sdl.ram-readonly",
        "Read-only memory disk",
        "A volume of class ram starts empty, so read-only makes no sense.",
        _MOUNT,
        f"{_MOUNT}          readOnly: true\n",
        around=(*_V21, _RAM),
    ),
    entry(
        "sdl.tee",
        "Unknown confidential computing",
        "The kinds are cpu and cpu-gpu.",
        _PARAMS,
        f"{_PARAMS}      tee: sgx\n",
        f"{_PARAMS}      tee: cpu\n",
        around=_V21,
    ),
    entry(
        "sdl.tee-gpu",
        "Confidential GPU without a GPU",
        "cpu-gpu needs a profile with GPUs.",
        _PARAMS,
        f"{_PARAMS}      tee: cpu-gpu\n",
        f"{_PARAMS}      tee: cpu\n",
        around=(
            *_V21,
            (
                "        gpu:\n          units: 1\n          attributes:\n            vendor:\n              nvidia:\n"
                "                - model: rtx4090\n",
                "",
            ),
        ),
    ),
    entry(
        "sdl.tee-mixed",
        "Two kinds in one placement",
        "All services of a placement run at one provider, under one kind of confidential computing.",
        _PARAMS,
        f"{_PARAMS}      tee: cpu\n  api:\n    image: api:1\n    params:\n      tee: cpu-gpu\n",
        f"{_PARAMS}      tee: cpu\n  api:\n    image: api:1\n    params:\n      tee: cpu\n",
        around=(
            *_V21,
            ("      count: 1\n", "      count: 1\n  api:\n    akash:\n      profile: web\n      count: 1\n"),
        ),
    ),
)
