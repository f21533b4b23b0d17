"""The keys of `services`, explained."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.check.service import NEXT_CASES
from akash_tui.domain.sdl.complete.key_help import KeyHelp, KeyShape, key

_MAP, _LIST = KeyShape.MAPPING, KeyShape.ITEMS
_EXPOSE: Final = "services.*.expose"
_HTTP: Final = "Milliseconds, or a whole number with ms, s, m or h"

_OPTIONS: Final = (
    ("max_body_size", "The largest request that is passed on.", "bytes, at most 104857600", "max_body_size: 1048576"),
    ("read_timeout", "How long the service may take to answer.", _HTTP, "read_timeout: 60s"),
    ("send_timeout", "How long sending a request may take.", _HTTP, "send_timeout: 60s"),
    ("next_tries", "How many replicas are tried for one request.", "a whole number; 0: no limit", "next_tries: 3"),
    ("next_timeout", "How long further replicas are tried.", "milliseconds; 0: no limit", "next_timeout: 0"),
)
_CASES: Final = "After which failures another replica is tried."


def _http_keys(place: str) -> tuple[KeyHelp, ...]:
    """Both places that http_options may stand at have the same keys."""
    return (
        key(place, "How the provider passes web requests on to this port.", "", "http_options:", "", _MAP),
        *(key(f"{place}.{name}", what, units, example) for name, what, units, example in _OPTIONS),
        key(f"{place}.next_cases", _CASES, "a list", "next_cases: [error, timeout]", " ".join(NEXT_CASES), _LIST),
    )


SERVICE_KEYS: Final = (
    key("services", "What runs: one entry for each container.", "", "services:", "", _MAP),
    key("services.*", "A service; its name is yours, and other parts of the file use it.", "", "web:", "", _MAP),
    key(
        "services.*.image",
        "The container image. Name a version: latest may be another one at each start.",
        "name:tag, as docker pull takes it",
        "image: nginx:1.27",
    ),
    key("services.*.command", "Replaces the image's own command.", "a list of words", "command: [sh, -c]", "", _LIST),
    key(
        "services.*.args",
        "What the command is given. $(NAME) becomes the variable NAME.",
        "a list of words",
        'args: ["--port", "8000"]',
        "",
        _LIST,
    ),
    key(
        "services.*.env",
        "Environment variables. The provider can read them.",
        "a list of NAME=value",
        "- MODEL=Qwen/Qwen2.5-7B-Instruct",
        "",
        _LIST,
    ),
    key(
        "services.*.expose",
        "Ports that can be reached, one item each; without it nothing reaches the service.",
        "a list",
        "- port: 80",
        "",
        _LIST,
    ),
    key("services.*.expose.port", "The port that the container listens on.", "1 to 65535", "port: 8000"),
    key(
        "services.*.expose.as",
        "The port outside. 80 gives a web address; others get a port of the provider's choice.",
        "1 to 65535; the same as port if left out",
        "as: 80",
    ),
    key("services.*.expose.proto", "The protocol. Web services are tcp.", "tcp or udp", "proto: tcp", "tcp udp"),
    key(
        "services.*.expose.accept",
        "Your own host names that lead here. Point their DNS at the provider.",
        "a list of names",
        "- www.example.com",
        "",
        _LIST,
    ),
    key("services.*.expose.to", "Who may connect: the world, or a service beside this one.", "a list",
        "- global: true", "", _LIST),
    key("services.*.expose.to.global", "Whether the whole internet may connect.", "true or false", "global: true",
        "true false"),
    key("services.*.expose.to.service", "Only this service may connect; it must stand in the same placement.",
        "the name of a service", "service: web"),
    key("services.*.expose.to.ip", "Connect through a leased IP of the section endpoints; it costs extra.",
        "the name of an endpoint", "ip: shared"),
    *_http_keys(f"{_EXPOSE}.http_options"),
    *_http_keys(f"{_EXPOSE}.to.http_options"),
    key("services.*.params", "Where storage is mounted, and special rights.", "", "params:", "", _MAP),
    key("services.*.params.storage", "Which volumes of the compute profile this service mounts.", "", "storage:", "",
        _MAP),
    key("services.*.params.storage.*", "A volume, by its name in the compute profile.", "", "data:", "", _MAP),
    key("services.*.params.storage.*.mount", "Where the volume appears in the container.", "a path",
        "mount: /var/lib/data"),
    key("services.*.params.storage.*.readOnly", "Whether the service may only read it.", "true or false",
        "readOnly: false", "true false"),
    key("services.*.params.permissions", "What the service may read of its own deployment.", "", "permissions:", "",
        _MAP),
    key("services.*.params.permissions.read", "The kinds of things it may read.", "a list", "read: [logs]", "", _LIST),
    key("services.*.params.tee", "Confidential computing: the machine must protect its memory from its owner.",
        "cpu or cpu-gpu", "tee: cpu", "cpu cpu-gpu"),
    key("services.*.dependencies", "Services that start before this one.", "a list", "- service: db", "", _LIST),
    key("services.*.dependencies.service", "A service that starts before this one.", "the name of a service",
        "service: db"),
    key("services.*.credentials", "The login of a private image registry. The provider can read it.", "",
        "credentials:", "", _MAP),
    key("services.*.credentials.host", "The registry.", "an address", "host: https://index.docker.io/v1/"),
    key("services.*.credentials.username", "The name to log in with.", "a text", "username: me"),
    key("services.*.credentials.password", "The password or token to log in with.", "a text", "password: …"),
    key("services.*.credentials.email", "The account's address; most registries need none.", "a text",
        "email: me@example.com"),
)  # fmt: skip
