"""Explanations about services: image, environment, exposes, mounts, credentials, confidential computing."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.explain.explanation import Explanation

_IMAGE = "    image: nginx:1.27\n"
_ENV = "      - MODE=fast\n"
_PORT = "      - port: 80\n        as: 80\n"
_MOUNT = "        data:\n          mount: /data\n"
_PARAMS = f"    params:\n      storage:\n{_MOUNT}"

SERVICES: Final = (
    Explanation(
        "sdl.service-name",
        "Not a name for a service",
        "The name becomes a host name inside the deployment: lower-case letters, digits and -.",
        "  my_web:\n    image",
        "  web:\n    image",
    ),
    Explanation(
        "sdl.service-idle",
        "Described, not deployed",
        "A service that is not under deployment does not run.",
        "  spare:\n    image: redis:7\nprofiles:\n  compute:\n",
        "profiles:\n  compute:\n",
    ),
    Explanation(
        "sdl.service-apart",
        "Services that cannot reach each other",
        "Each placement is a group with an order and a lease of its own, maybe at another provider. Services reach "
        "each other by name within one placement only.",
        "deployment:\n  db:\n    other:\n      profile: web\n      count: 1\n",
        "deployment:\n  db:\n    akash:\n      profile: web\n      count: 1\n",
    ),
    Explanation(
        "sdl.image-missing", "No image", "Every deployed service runs a container image.", "    image:\n", _IMAGE
    ),
    Explanation(
        "sdl.image-invalid",
        "Not a name of an image",
        "Host and path in lower case, without https:// and without blanks, then a tag. With any other name the service "
        "never starts, and the lease is paid all the same.",
        "    image: ghcr.io/MyOrg/App:1.0\n",
        _IMAGE,
    ),
    Explanation(
        "sdl.template",
        "A template variable that is not filled in",
        "Akash fills in no variables: `${TAG}`, `{{ tag }}` and `<your-user>` reach the container or the registry as "
        "they stand.",
        "    image: nginx:${TAG}\n",
        _IMAGE,
    ),
    Explanation(
        "sdl.image-tag",
        "A tag that moves",
        "Without a version in the tag, each start may run something else, and two replicas may differ.",
        "    image: nginx:latest\n",
        _IMAGE,
    ),
    Explanation(
        "sdl.env-name",
        "Not a name for a variable",
        "NAME=value: letters, digits, _, - and ., not starting with a digit.",
        "      - 2FAST=yes\n",
        _ENV,
    ),
    Explanation(
        "sdl.env-value",
        "A variable without a value",
        "Unlike in docker, no value is taken from your machine.",
        "      - MODE\n",
        _ENV,
    ),
    Explanation(
        "sdl.env-secret",
        "A secret that the provider can read",
        "The provider's owner can read the environment. Use keys that you can revoke and that have few rights.",
        "      - DB_PASSWORD=hunter2\n",
        _ENV,
    ),
    Explanation("sdl.port", "Not a port", "Ports are 1 to 65535.", "      - port: 70000\n        as: 80\n", _PORT),
    Explanation(
        "sdl.protocol",
        "Unknown protocol",
        "The protocols are tcp and udp. Web traffic is tcp.",
        f"{_PORT}        proto: http\n",
        f"{_PORT}        proto: tcp\n",
    ),
    Explanation(
        "sdl.host",
        "Not a host name",
        "accept lists plain lower-case names, without http:// and without a path.",
        f"{_PORT}        accept:\n          - https://www.example.com\n",
        f"{_PORT}        accept:\n          - www.example.com\n",
    ),
    Explanation(
        "sdl.host-duplicate",
        "A duplicate host name",
        "One name can point to one place only.",
        f"{_PORT}        accept:\n          - a.example.com\n          - a.example.com\n",
        f"{_PORT}        accept:\n          - a.example.com\n          - b.example.com\n",
    ),
    Explanation(
        "sdl.http-option",
        "An HTTP option outside the limits",
        "Bodies have up to 104857600 bytes; next_cases has known words only.",
        f"{_PORT}        http_options:\n          max_body_size: 999999999\n",
        f"{_PORT}        http_options:\n          max_body_size: 104857600\n",
    ),
    Explanation(
        "sdl.http-timeout",
        "An unreadable HTTP timeout",
        "Milliseconds as digits, or a whole number with ms, s, m or h. 0 gives the usual 60 seconds.",
        f"{_PORT}        http_options:\n          read_timeout: 1m30s\n",
        f"{_PORT}        http_options:\n          read_timeout: 90s\n",
    ),
    Explanation(
        "sdl.http-proxy",
        "proxy is ignored",
        "Newer tools write this block into the manifest, but no provider acts on it, and older ones reject a manifest "
        "with it.",
        f"{_PORT}        http_options:\n          proxy:\n            buffering_disable: true\n",
        f"{_PORT}        http_options:\n          read_timeout: 90s\n",
    ),
    Explanation(
        "sdl.no-global",
        "Cannot be reached",
        "Akash requires at least one expose that is open to everybody.",
        "          - global: false\n",
        "          - global: true\n",
    ),
    Explanation(
        "sdl.credentials",
        "Incomplete credentials",
        "A private registry needs host, username and password.",
        f"{_IMAGE}    credentials:\n      host: docker.io\n      username: me\n",
        f"{_IMAGE}    credentials:\n      host: docker.io\n      username: me\n      password: token\n",
    ),
    Explanation(
        "sdl.volume-missing",
        "No such volume",
        "params, storage names volumes of the service's own compute profile.",
        "        files:\n          mount",
        "        data:\n          mount",
    ),
    Explanation(
        "sdl.mount-path",
        "Not an absolute path",
        "A mount path starts with /.",
        "        data:\n          mount: data\n",
        _MOUNT,
    ),
    Explanation(
        "sdl.mount-duplicate",
        "Two volumes at one path",
        "Only one volume can be mounted at a path.",
        f"{_MOUNT}        default:\n          mount: /data\n",
        f"{_MOUNT}        default:\n          mount: /more\n",
    ),
    Explanation(
        "sdl.volume-unmounted",
        "An unmounted volume",
        "It is created and paid for, but the container cannot use it.",
        "",
        _PARAMS,
    ),
    Explanation(
        "sdl.persistent-mount", "Persistent, but not mounted", "Data persists only in a mounted volume.", "", _PARAMS
    ),
    Explanation(
        "sdl.ram-readonly",
        "Read-only memory disk",
        "A volume of class ram starts empty, so read-only makes no sense.",
        f"{_MOUNT}          readOnly: true\n",
        _MOUNT,
    ),
    Explanation(
        "sdl.tee",
        "Unknown confidential computing",
        "The kinds are cpu and cpu-gpu.",
        f"{_PARAMS}      tee: sgx\n",
        f"{_PARAMS}      tee: cpu\n",
    ),
    Explanation(
        "sdl.tee-gpu",
        "Confidential GPU without a GPU",
        "cpu-gpu needs a profile with GPUs.",
        f"{_PARAMS}      tee: cpu-gpu\n",
        f"{_PARAMS}      tee: cpu\n",
    ),
    Explanation(
        "sdl.tee-mixed",
        "Two kinds in one placement",
        "All services of a placement run at one provider, under one kind of confidential computing.",
        f"{_PARAMS}      tee: cpu\n  api:\n    image: api:1\n    params:\n      tee: cpu-gpu\n",
        f"{_PARAMS}      tee: cpu\n  api:\n    image: api:1\n    params:\n      tee: cpu\n",
    ),
)
