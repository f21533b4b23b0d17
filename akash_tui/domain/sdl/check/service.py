"""One deployed service alone: name, image, environment, ports, protocol, HTTP options, hosts."""

from __future__ import annotations

import json
import re
from typing import Final

from akash_tui.domain.sdl.go.host_url import host_in_url_ok
from akash_tui.domain.sdl.go.text import SERVICE_NAME, dns_name_ok, env_name_ok
from akash_tui.domain.sdl.problem import Edit, shown
from akash_tui.domain.sdl.read.host import plain_host
from akash_tui.domain.sdl.read.model import Expose, HttpOptions, Service
from akash_tui.domain.sdl.read.nodes import Mapping, Node, content_of, plain_edit
from akash_tui.domain.sdl.read.reading import SdlReading

_VARIABLE: Final = re.compile(r"(?:export +)?([A-Za-z_][A-Za-z0-9_]*) *(?:: |=) *((?:[^ \n][^\n]*)?)")
"""`KEY: value`, `KEY = value` and `export KEY=value`."""
_PLAIN: Final = re.compile(r"[A-Za-z_][\w/.:=@%+-]*[\w/.=@%+-]")
NEXT_CASES: Final = ("error", "timeout", "500", "502", "503", "504", "403", "404", "429", "off")
HTTP_LIMITS: Final = {
    "max_body_size": (104_857_600, "bytes"),
}


def check_service(reading: SdlReading, service: Service) -> None:
    """Report what the manifest's rules forbid."""
    path = f"services.{shown(service.name)}"
    if not SERVICE_NAME.fullmatch(service.name):
        reading.error(
            "sdl.service-name",
            service.node,
            path,
            f"`{shown(service.name)}` cannot name a service.",
            "Use lower-case letters, digits and -, starting with a letter and not ending with -.",
        )
    if service.image == "":
        reading.error(
            "sdl.image-missing",
            service.places.get("image", service.node),
            f"{path}.image",
            f"The service `{shown(service.name)}` has no image.",
            "Add image: with name and tag, for example nginx:1.27.",
        )
    _environment(reading, service, path)
    for index, expose in enumerate(service.exposes):
        _expose(reading, expose, f"{path}.expose[{index}]")


def _environment(reading: SdlReading, service: Service, path: str) -> None:
    env = service.env
    for index, (value, node) in enumerate(zip(env.values, env.nodes, strict=True) if env else ()):
        name = value.partition("=")[0]
        if not env_name_ok(name):
            found = _VARIABLE.fullmatch(value)
            better = f"{found[1]}={found[2]}" if found else None
            reading.error(
                "sdl.env-name",
                node,
                f"{path}.env[{index}]",
                f"`{shown(name)}` cannot name an environment variable.",
                f"Write - {shown(better)}."
                if better
                else "Write - KEY=value, the name of letters, digits, _, - and ., not starting with a digit.",
                _variable_edit(node, better) if better else None,
            )


def _variable_edit(node: Node, text: str) -> Edit | None:
    """The variable in the node's place, in quotes where a plain text would mean something else."""
    return plain_edit(node, text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False))


def _expose(reading: SdlReading, expose: Expose, path: str) -> None:
    places = expose.places
    written = content_of(expose.node)
    if isinstance(written, Mapping) and expose.port is not None and not 0 < expose.port <= 65535:
        reading.error(
            "sdl.port",
            places.get("port", expose.node),
            f"{path}.port",
            f"The port must be from 1 to 65535, but is {expose.port}." if "port" in places else "The port is missing.",
            "Write port: with the port the container listens on.",
        )
    if expose.protocol.upper() not in ("", "TCP", "UDP"):
        reading.error(
            "sdl.protocol",
            places["proto"],
            f"{path}.proto",
            f"Unknown protocol `{shown(expose.protocol)}`.",
            "Write tcp or udp; HTTP services are tcp.",
        )
    for host, node in zip(expose.hosts.values, expose.hosts.nodes, strict=True) if expose.hosts else ():
        if not dns_name_ok(host):
            if not host_in_url_ok(host):
                continue  # reported when it was read
            better, why = plain_host(host)
            reading.error(
                "sdl.host",
                node,
                f"{path}.accept",
                f"`{shown(host)}` is not a host name{why}.",
                f"Write {better}."
                if better
                else "Write a plain lower-case name like www.example.com, without http://, port or path.",
                plain_edit(node, better) if better else None,
            )
    _http(reading, expose.http, f"{path}.http_options")


def _http(reading: SdlReading, http: HttpOptions, path: str) -> None:
    for name, (most, unit) in HTTP_LIMITS.items():
        if getattr(http, name) > most:
            reading.error(
                "sdl.http-option",
                http.places[name],
                f"{path}.{name}",
                f"{name} may be at most {most} {unit}, but is {getattr(http, name)}.",
                f"Write {most} or less.",
            )
    cases = http.next_cases
    for case, node in zip(cases.values, cases.nodes, strict=True) if cases else ():
        if case not in NEXT_CASES:
            reading.error(
                "sdl.http-option",
                node,
                f"{path}.next_cases",
                f"`{shown(case)}` is not a case for trying the next server.",
                f"Known are {', '.join(NEXT_CASES)}.",
            )
        elif case == "off" and cases and len(cases.values) != 1:
            reading.error(
                "sdl.http-option",
                node,
                f"{path}.next_cases",
                "off cannot stand with other cases.",
                "Use off alone, or remove it.",
            )
