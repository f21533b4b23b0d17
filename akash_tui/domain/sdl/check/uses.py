"""What must match: placed services, their profiles, prices, endpoints and volumes.

These are the errors of Go's SDL check, in plain words and all at once. Services that the file describes but does
not deploy are not checked, as in Go.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from akash_tui.domain.sdl.check.interconnect import check_interconnects
from akash_tui.domain.sdl.check.misplaced import misplaced, problems_of
from akash_tui.domain.sdl.check.service import check_service
from akash_tui.domain.sdl.go.text import ENDPOINT_NAME, SPACE
from akash_tui.domain.sdl.problem import Severity, join, shown
from akash_tui.domain.sdl.read.model import Compute, Document, Mount, Price, Service, StoredVolume, Use
from akash_tui.domain.sdl.read.reading import SdlReading

MAX_PRICE = 10_000_000 * 10**18
"""Most that one unit may cost per block, in 10^-18 (chain limit)."""


_MISSING = {
    "compute profile": "sdl.compute-profile-missing",
    "placement profile": "sdl.placement-profile-missing",
    "service": "sdl.service-missing",
}


def check_uses(reading: SdlReading, document: Document) -> None:
    """Report everything that does not match."""
    _Uses(reading, document).run()


@dataclass(slots=True)
class _Uses:
    reading: SdlReading
    document: Document
    endpoints_used: set[str] = field(default_factory=set)
    ports_used: dict[str, str] = field(default_factory=dict)
    hosts: dict[str, str] = field(default_factory=dict)
    tee: dict[str, str] = field(default_factory=dict)
    checked: set[str] = field(default_factory=set)

    def run(self) -> None:
        self._endpoint_kinds()
        uses = self.document.uses()
        too_deep = misplaced(self.document.root) if not uses else []
        self.reading.problems += problems_of(self.reading, too_deep, Severity.ERROR)
        if not uses and not self.reading.failed and self.document.root is not None:
            self.reading.error(
                "sdl.deployment-missing",
                self.document.root,
                "deployment",
                "The file deploys nothing.",
                "Add deployment: with the service, its placement, profile and count.",
            )
        for use in uses:
            self._use(use)
        unsure = self._unsure()  # what follows adds nothing doubtful
        for name, (_, node) in self.document.endpoints.items():
            if name not in self.endpoints_used and not unsure:
                self.reading.error(
                    "sdl.endpoint-unused",
                    node,
                    join("endpoints", name),
                    f"The endpoint `{shown(name)}` is declared but never used.",
                    "Name it as ip: under a global `to:` of an expose, or remove it.",
                )
        if uses and not unsure and not self._any_global(uses):
            node = uses[0].node
            self.reading.error(
                "sdl.no-global",
                node,
                "services",
                "No service can be reached from outside: no expose has global: true.",
                "Add to: with - global: true to the expose that users should reach.",
            )
        check_interconnects(self.reading, self.document)

    def _unsure(self) -> bool:
        """True if something unreadable may be the part that seems to be missing."""
        doubtful = ("sdl.type", "sdl.bool", "sdl.service-missing", "sdl.ip-global", "sdl.endpoint-missing")
        return any(p.code in doubtful or p.code.startswith("yaml.") for p in self.reading.problems)

    def _any_global(self, uses: list[Use]) -> bool:
        services = (self.document.services.get(use.service) for use in uses)
        return any(t.everyone for s in services if s for e in s.exposes for t in e.targets)

    def _endpoint_kinds(self) -> None:
        for name, (kind, node) in self.document.endpoints.items():
            path = join("endpoints", name)
            if not ENDPOINT_NAME.fullmatch(name):
                self.reading.error(
                    "sdl.endpoint-name",
                    node,
                    path,
                    f"`{shown(name)}` cannot name an endpoint.",
                    "Use two or more lower-case letters, digits, - or _, starting with a letter.",
                )
            if kind is not None and kind != "ip":
                self.reading.error(
                    "sdl.endpoint-kind",
                    node,
                    f"{path}.kind",
                    f"The endpoint `{shown(name)}` has the kind `{shown(kind)}`; only ip exists."
                    if kind
                    else f"The endpoint `{shown(name)}` has no kind.",
                    "Write kind: ip.",
                )

    # --- one placed service ---------------------------------------------------------------------

    def _use(self, use: Use) -> None:
        document = self.document
        path = join(join("deployment", use.service), use.placement)
        compute = document.computes.get(use.profile) if use.profile is not None else None
        placement = document.placements.get(use.placement)
        service = document.services.get(use.service)
        if use.profile is not None and compute is None:
            self._missing(use, join(path, "profile"), "compute profile", use.profile, list(document.computes))
        if placement is None:
            self._missing(use, path, "placement profile", use.placement, list(document.placements))
        elif use.profile is not None:
            price = placement.prices.get(use.profile)
            if price is None and compute is not None:
                self.reading.error(
                    "sdl.price-missing",
                    placement.node,
                    join(f"profiles.placement.{shown(use.placement)}.pricing", use.profile),
                    f"The placement `{shown(use.placement)}` has no price for the profile `{shown(use.profile)}`.",
                    f"Add {shown(use.profile)}: with denom and amount under its pricing.",
                )
            if price is not None:
                self._price(use, price)
        if not use.placement:
            self.reading.error("sdl.placement-name", use.node, path, "A placement has an empty name.", "Name it.")
        if service is None:
            self._missing(use, path, "service", use.service, list(document.services))
            return
        if compute is not None and not compute.present:
            self.reading.error(
                "sdl.resources-missing",
                compute.node,
                join("profiles.compute", compute.name),
                f"The compute profile `{shown(compute.name)}` has no resources.",
                "Add resources: with cpu, memory and storage.",
            )
        if service.name not in self.checked:
            self.checked.add(service.name)
            check_service(self.reading, service)
            self._credentials(service)
        self._hosts(service)
        self._endpoints(service)
        if compute is not None and compute.present:
            self._mounts(service, compute)
            self._tee(use, service, compute)

    def _missing(self, use: Use, path: str, what: str, name: str, known: list[str]) -> None:
        if not known and any(p.code in ("sdl.unknown-section", "sdl.type") for p in self.reading.problems):
            return  # it stands in a section of another name, or in one that cannot be read
        others = ", ".join(shown(k) for k in known[:8])
        self.reading.error(
            _MISSING[what],
            use.profile_node if what == "compute profile" else use.node,
            path,
            f"There is no {what} named `{shown(name)}`.",
            f"Known are: {others}." if others else f"The file has no {what} at all.",
        )

    def _price(self, use: Use, price: Price) -> None:
        path = join(f"profiles.placement.{shown(use.placement)}.pricing", use.profile or "")
        if not price.denom and price.amount == 0:
            self.reading.error(
                "sdl.price", price.node, path, "The price is empty.", "Add denom: uact and amount: below it."
            )
        elif price.amount is not None and price.amount > MAX_PRICE:
            self.reading.error(
                "sdl.price-limit",
                price.amount_node,
                path,
                "The price is above 10000000 per block, the chain's limit.",
                "Prices are per block and in millionths: 10000000 is 10 ACT every six seconds.",
            )

    def _credentials(self, service: Service) -> None:
        credentials = service.credentials
        if credentials is None:
            return
        for name in ("host", "username", "password"):
            if not getattr(credentials, name).strip(SPACE):
                self.reading.error(
                    "sdl.credentials",
                    credentials.node,
                    f"services.{shown(service.name)}.credentials.{name}",
                    f"The registry credentials of `{shown(service.name)}` have no {name}.",
                    "Give host, username and password, or remove credentials.",
                )

    def _hosts(self, service: Service) -> None:
        """Host names are counted once per `to:` and placement, since each becomes an ingress."""
        for index, expose in enumerate(service.exposes):
            hosts = expose.hosts
            for _ in range(max(1, len(expose.targets))):
                for host, node in zip(hosts.values, hosts.nodes, strict=True) if hosts else ():
                    if host in self.hosts:
                        self.reading.error(
                            "sdl.host-duplicate",
                            node,
                            f"services.{shown(service.name)}.expose[{index}].accept",
                            f"The host name `{shown(host)}` is used twice (also by {shown(self.hosts[host])}).",
                            "Each host name may stand once; an expose with accept should have one `to:`.",
                        )
                    self.hosts[host] = f"services.{service.name}"

    def _endpoints(self, service: Service) -> None:
        for index, expose in enumerate(service.exposes):
            for number, target in enumerate(expose.targets):
                if not target.ip:
                    continue
                path = f"services.{shown(service.name)}.expose[{index}].to[{number}].ip"
                if not target.everyone:
                    self.reading.error(
                        "sdl.ip-global",
                        target.node,
                        path,
                        "An expose on a leased IP must be global.",
                        "Add global: true beside ip.",
                    )
                    continue
                if target.ip not in self.document.endpoints:
                    self.reading.error(
                        "sdl.endpoint-missing",
                        target.node,
                        path,
                        f"There is no endpoint named `{shown(target.ip)}`.",
                        f"Add endpoints: {shown(target.ip)}: kind: ip at the end of the file.",
                    )
                    continue
                self.endpoints_used.add(target.ip)
                key = f"{target.ip}-{expose.outside}-{expose.protocol}"
                if key in self.ports_used:
                    self.reading.error(
                        "sdl.ip-port",
                        target.node,
                        path,
                        f"Port {expose.outside or expose.port} of the endpoint `{shown(target.ip)}` is already used "
                        f"by `{shown(self.ports_used[key])}`.",
                        "Give each expose on one IP its own as: port; without as: they all count as the same port.",
                    )
                self.ports_used[key] = service.name

    # --- volumes and TEE ------------------------------------------------------------------------

    def _mounts(self, service: Service, compute: Compute) -> None:
        volumes = {v.name: v for v in compute.volumes or ()}
        mounts = service.params.mounts if service.params else ()
        points: dict[str, str] = {}
        for mount in mounts:
            path = f"services.{shown(service.name)}.params.storage.{shown(mount.volume)}"
            if mount.volume not in volumes:
                self.reading.error(
                    "sdl.volume-missing",
                    mount.node,
                    path,
                    f"The profile `{shown(compute.name)}` has no volume named `{shown(mount.volume)}`.",
                    f"Its volumes are: {', '.join(shown(v) for v in volumes) or 'none'}. Names are set by "
                    "- name: in its storage list.",
                )
                continue
            if mount.path is None:
                continue
            if not mount.path.startswith("/"):
                self.reading.error(
                    "sdl.mount-path",
                    mount.node,
                    f"{path}.mount",
                    f"The mount of `{shown(mount.volume)}` must be an absolute path, but is `{shown(mount.path)}`.",
                    "Start it with /, for example mount: /data.",
                )
                continue
            if mount.path in points:
                self.reading.error(
                    "sdl.mount-duplicate",
                    mount.node,
                    f"{path}.mount",
                    f"`{shown(mount.path)}` is already the mount of `{shown(points[mount.path])}`.",
                    "Mount each volume at a different path.",
                )
            points[mount.path] = mount.volume
            if self.document.v21:
                self._ram_mount(mount, volumes[mount.volume], path)
        if not self.document.v21 and not mounts:
            self._unmounted(service, compute)

    def _ram_mount(self, mount: Mount, volume: StoredVolume, path: str) -> None:
        if mount.read_only and volume.attribute("class") == "ram":
            self.reading.error(
                "sdl.ram-readonly",
                mount.node,
                f"{path}.readOnly",
                f"The volume `{shown(mount.volume)}` is of class ram and cannot be read-only.",
                "Remove readOnly.",
            )

    def _unmounted(self, service: Service, compute: Compute) -> None:
        for volume in compute.volumes or ():
            if volume.attribute("persistent") == "true":
                self.reading.error(
                    "sdl.persistent-mount",
                    volume.node,
                    f"profiles.compute.{shown(compute.name)}.resources.storage",
                    f"The persistent volume `{shown(volume.name)}` is not mounted by `{shown(service.name)}`.",
                    f"Add params: storage: {shown(volume.name)}: mount: /path to the service.",
                )

    def _tee(self, use: Use, service: Service, compute: Compute) -> None:
        params = service.params
        if params is None or not params.tee or params.tee_node is None:
            return
        path = f"services.{shown(service.name)}.params.tee"
        if params.tee not in ("cpu", "cpu-gpu"):
            self.reading.error(
                "sdl.tee",
                params.tee_node,
                path,
                f"`{shown(params.tee)}` is not a kind of confidential computing.",
                "Write cpu or cpu-gpu.",
            )
            return
        if params.tee == "cpu-gpu" and (compute.gpu is None or compute.gpu.units == 0):
            self.reading.error(
                "sdl.tee-gpu",
                params.tee_node,
                path,
                f"tee: cpu-gpu needs a GPU, but the profile `{shown(compute.name)}` has none.",
                "Add gpu to the profile, or write tee: cpu.",
            )
        first = self.tee.setdefault(use.placement, params.tee)
        if first != params.tee:
            self.reading.error(
                "sdl.tee-mixed",
                params.tee_node,
                path,
                f"The placement `{shown(use.placement)}` needs tee {first} and {params.tee} at the same time.",
                "Use one kind per placement.",
            )
