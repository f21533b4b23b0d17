"""Deployment groups and the manifest from a document without errors.

Version 2.0 gives every service a resource unit of its own; 2.1 merges services of one profile in
one placement (shared reference, SDL rules 9 to 11, 17). Group and manifest share their resources.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from akash_tui.domain.akash.money import DecCoin
from akash_tui.domain.akash.resources import (
    Attribute,
    Endpoint,
    EndpointKind,
    GroupSpec,
    Resources,
    ResourceUnit,
    SignedBy,
    Volume,
)
from akash_tui.domain.sdl.build.service_json import (
    ExposedPort,
    Json,
    attributes_json,
    resources_json,
    service_json,
    texts_json,
)
from akash_tui.domain.sdl.go.sort import go_sort
from akash_tui.domain.sdl.read.model import Compute, Document, Placement, Service, Use

_ATTO: Final = Decimal(10) ** -18


@dataclass(slots=True)
class _Group:
    """One group while it is being built."""

    placement: Placement
    attributes: list[Attribute]
    units: list[ResourceUnit] = field(default_factory=list)
    bound: dict[str, int] = field(default_factory=dict)
    services: list[Json] = field(default_factory=list)
    tee: str = ""

    def spec(self) -> GroupSpec:
        placement = self.placement
        return GroupSpec(
            placement.name,
            tuple(self.attributes),
            SignedBy(
                placement.all_of.values if placement.all_of else (), placement.any_of.values if placement.any_of else ()
            ),
            tuple(self.units),
        )


def build(document: Document) -> tuple[tuple[GroupSpec, ...], list[Json], list[Json]]:
    """The groups by name, the manifest and Go's JSON form of the groups, of a document without errors."""
    numbers = _endpoint_numbers(document)
    groups: dict[str, _Group] = {}
    for use in document.uses():
        placement = document.placements[use.placement]
        group = groups.get(use.placement)
        if group is None:
            group = groups[use.placement] = _Group(placement, list(placement.attributes))
        _add(document, group, use, numbers)
    ordered = [groups[name] for name in sorted(groups)]
    return (
        tuple(group.spec() for group in ordered),
        [{"name": group.placement.name, "services": group.services} for group in ordered],
        [_group_json(group) for group in ordered],
    )


def _add(document: Document, group: _Group, use: Use, numbers: dict[str, int]) -> None:
    service = document.services[use.service]
    compute = document.computes[use.profile or ""]
    count = use.count or 0
    if service.params and service.params.tee and not group.tee:
        group.tee = service.params.tee
        group.attributes.append(Attribute("tee/type", group.tee))
        go_sort(group.attributes, lambda a, b: a.key < b.key)
    ports = _ports(service, numbers)
    endpoints = [endpoint for port in ports for endpoint in _endpoints(port)]
    at = group.bound.get(compute.name) if document.v21 else None
    if at is None:
        resources = _resources(compute, len(group.units) + 1, tuple(endpoints))
        price = group.placement.prices[compute.name]
        group.bound[compute.name] = len(group.units)
        group.units.append(ResourceUnit(resources, count, DecCoin(price.denom, Decimal(price.amount or 0) * _ATTO)))
    else:
        unit = group.units[at]
        merged = [*unit.resources.endpoints, *endpoints]
        go_sort(merged, lambda a, b: a.sequence_number < b.sequence_number)
        resources = replace(unit.resources, endpoints=tuple(endpoints))
        group.units[at] = replace(
            unit,
            resources=replace(unit.resources, endpoints=tuple(merged)),
            count=(unit.count + count) & 0xFFFF_FFFF,
        )
    joined = compute.gpu.interconnect.group if compute.gpu and compute.gpu.interconnect else ""
    group.services.append(service_json(service, ports, resources, count, joined, v21=document.v21))


def _endpoint_numbers(document: Document) -> dict[str, int]:
    """Numbers of leased IPs: every `to` but global ones without ip counts, "" included; the last wins."""
    names = [
        target.ip
        for name in sorted(document.deployment)
        if name in document.services
        for expose in document.services[name].exposes
        for target in expose.targets
        if target.ip or not target.everyone
    ]
    return {name: number for number, name in enumerate(sorted(names), 1)}


def _ports(service: Service, numbers: dict[str, int]) -> list[ExposedPort]:
    ports: list[ExposedPort] = []
    for expose in service.exposes:
        if not expose.targets:
            ports.append(ExposedPort(expose))
        for target in expose.targets:
            number = numbers.get(target.ip, 0) if target.everyone and target.ip else 0
            ports.append(ExposedPort(expose, target.service, target.everyone, target.ip, number))
    go_sort(ports, _port_less)
    return ports


def _port_less(a: ExposedPort, b: ExposedPort) -> bool:
    left, right = (a.service, a.port, a.protocol), (b.service, b.port, b.protocol)
    if left != right:
        return left < right
    return a.everyone and not b.everyone


def _endpoints(port: ExposedPort) -> list[Endpoint]:
    """A port's endpoints at the provider: shared HTTP for TCP port 80, else a random port; and a leased IP."""
    if not port.everyone:
        return []
    web = port.protocol == "TCP" and (port.expose.outside or port.port) == 80
    plain = Endpoint(EndpointKind.SHARED_HTTP if web else EndpointKind.RANDOM_PORT)
    if not port.ip:
        return [plain]
    leased = Endpoint(EndpointKind.LEASED_IP, port.number)
    return [plain, leased] if port.number else [leased, plain]


def _resources(compute: Compute, number: int, endpoints: tuple[Endpoint, ...]) -> Resources:
    cpu, gpu, memory = compute.cpu, compute.gpu, compute.memory
    return Resources(
        id=number,
        cpu_milli=(cpu.milli or 0) if cpu else 0,
        memory=(memory.size or 0) if memory else 0,
        storage=tuple(Volume(v.name, v.size or 0, v.attributes or ()) for v in compute.volumes or ()),
        gpu_units=(gpu.units or 0) if gpu else 0,
        gpu_attributes=gpu.attributes if gpu else (),
        endpoints=endpoints,
        cpu_attributes=cpu.attributes if cpu else (),
    )


def _group_json(group: _Group) -> Json:
    placement = group.placement
    return {
        "name": placement.name,
        "requirements": {
            "signed_by": {
                "all_of": texts_json(placement.all_of),
                "any_of": texts_json(placement.any_of),
            },
            "attributes": attributes_json(group.attributes) or None,
        },
        "resources": [
            {
                "resource": resources_json(unit.resources),
                "count": unit.count,
                "price": {"denom": unit.price.denom, "amount": f"{unit.price.amount:.18f}"},
            }
            for unit in group.units
        ],
    }
