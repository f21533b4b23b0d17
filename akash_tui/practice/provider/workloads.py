"""What runs at a provider for one lease: services that start, become ready, restart on an update, and write logs.

Nothing is executed: the state is a function of the accepted manifest and of time. Shapes and the progression (total 0,
then waiting, then ready) are those of the recordings (lease_status_timeline*, ws_events, ws_logs_*).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from akash_tui.practice.provider.manifest_check import is_ingress
from akash_tui.practice.provider.programs import Program, program_of

Json = dict[str, Any]

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
SCHEDULED_AFTER = 3.0
"""Seconds until a machine begins to pull an image."""
_SEEN_AFTER = 0.06
"""Share of the start-up time until the cluster shows the replicas at all."""


_BEGIN = (
    "/docker-entrypoint.sh: Launching /docker-entrypoint.d/10-listen.sh",
    "",
    "\x1b[32mINFO\x1b[0m service SERVICE starting",
    'unicode: café 日本語 🚀 <tag> & "quoted"\ttab',
    "listening on :80",
)


def _name(length: int, *parts: Any) -> str:
    """Letters and digits that belong to the parts, as Kubernetes makes them up."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:length])


@dataclass(frozen=True, slots=True)
class Pod:
    """One replica: its log begins at `ready_at` (seconds, the workload's clock) with invented lines."""

    name: str
    service: str
    ready_at: float
    tick: float
    program: Program | None = None
    """What it logs, where programs take the time that they take."""

    def written(self, now: float) -> int:
        """How many lines its log has by now."""
        if self.program is not None and now >= self.ready_at:
            return self.program.written(now - self.ready_at)
        return 0 if now < self.ready_at else len(_BEGIN) + int((now - self.ready_at) / self.tick)

    def lines(self, first: int, end: int) -> list[str]:
        """Lines of its log by number, without the last."""
        return [self._line(number) for number in range(first, end)]

    def _line(self, number: int) -> str:
        if self.program is not None:
            return self.program.line(number, self.ready_at, self.name)
        if number < len(_BEGIN):
            return _BEGIN[number].replace("SERVICE", self.service)
        return f'10.42.0.1 - - "GET /healthz HTTP/1.1" 200 2 "-" "kube-probe" tick={number - len(_BEGIN) + 1}'


@dataclass(slots=True)
class Service:
    """One service of the running manifest: since when, how often changed, and its replicas."""

    spec: Json
    since: float
    generation: int = 1


def is_web(service: Service) -> bool:
    """Whether the provider's ingress leads to it."""
    return any(is_ingress(e) for e in service.spec["expose"] or [])


@dataclass(slots=True)
class Workload:
    """The running group of a lease. `start` is how many seconds its services need; `host` the ingress domain.

    With a `rate` (bytes a second) they need as long as their images take to be pulled, and log what such programs log.
    """

    lease: tuple[str, int, int, int, str]
    host: str
    start: float
    tick: float
    services: dict[str, Service] = field(default_factory=dict)
    group: Json = field(default_factory=dict)
    withheld: set[str] = field(default_factory=set)
    """Custom host names that another lease of the same owner holds: they silently do not appear (fact 17)."""
    closed_at: float | None = None
    rate: float | None = None
    web: str = ""
    """Where pages of services are served (`127.0.0.1:PORT`); without it they have a host name that leads nowhere."""

    def page(self, service: str) -> str:
        """The path of a service's page."""
        return f"{service}-{_name(6, *self.lease, service, 'ingress')}"

    def serves(self, service: str, now: float) -> bool:
        """Whether the program of a service answers requests."""
        found = self.services[service]
        loading = 0.0 if self.rate is None else program_of(found.spec["image"]).serves_after
        return is_web(found) and now >= found.since + self.start_of(found) + loading

    def start_of(self, service: Service) -> float:
        """Seconds from the manifest until this service runs."""
        if self.rate is None:
            return self.start
        return SCHEDULED_AFTER + program_of(service.spec["image"]).image_size / self.rate

    def deploy(self, group: Json, now: float) -> None:
        """Run this manifest group; services that did not change keep running."""
        services: dict[str, Service] = {}
        for spec in group["services"]:
            old = self.services.get(spec["name"])
            if old is not None and old.spec == spec:
                services[spec["name"]] = old
            else:
                services[spec["name"]] = Service(spec, now, old.generation + 1 if old else 1)
        self.services = services
        self.group = group

    @property
    def namespace(self) -> str:
        """The Kubernetes namespace: one per lease."""
        return _name(31, *self.lease, "namespace") + _name(14, *self.lease, "more")

    def _ready(self, service: Service, now: float) -> bool:
        return now >= service.since + self.start_of(service)

    def service_status(self, name: str, now: float) -> Json:
        """The status of one service in the gateway's shape."""
        service = self.services[name]
        seen = service.generation > 1 or now >= service.since + self.start_of(service) * _SEEN_AFTER
        total = service.spec["count"] if seen else 0
        ready = total if self._ready(service, now) else 0
        return {
            "name": name,
            "available": ready,
            "total": total,
            "uris": self._uris(service),
            "observed_generation": service.generation if seen else 0,
            "replicas": total,
            "updated_replicas": total,
            "ready_replicas": ready,
            "available_replicas": ready,
        }

    def status(self, now: float) -> Json:
        """The lease's status in the gateway's shape."""
        return {
            "services": {name: self.service_status(name, now) for name in sorted(self.services)},
            "forwarded_ports": self._forwarded(now),
            "ips": self._ips(),
        }

    def ingress(self, service: str) -> str:
        """The host name the provider makes up for a service."""
        return f"{_name(26, *self.lease, service, 'ingress')}.ingress.{self.host}"

    def _uris(self, service: Service) -> list[str] | None:
        if not is_web(service):
            return None
        exposes = [e for e in service.spec["expose"] if is_ingress(e)]
        custom = [h for e in exposes for h in e["hosts"] or [] if h not in self.withheld]
        name = service.spec["name"]
        return [f"{self.web}/{self.page(name)}" if self.web else self.ingress(name), *custom]

    def _forwarded(self, now: float) -> Json | None:
        ports: dict[str, list[Json]] = {}
        for name, service in self.services.items():
            for expose in service.spec["expose"] or []:
                if not expose["global"] or is_ingress(expose) or expose["ip"]:
                    continue
                rows = ports.setdefault(name, [])
                if service.generation > 1 or now >= service.since + self.start_of(service) * _SEEN_AFTER:
                    rows.append(
                        {
                            "host": f"provider.{self.host}",
                            "port": expose["externalPort"] or expose["port"],
                            "externalPort": self._number(30_000, 2_767, name, expose["port"], expose["proto"]),
                            "proto": expose["proto"],
                            "name": name,
                        }
                    )
        return ports or None

    def _ips(self) -> Json | None:
        rows: dict[str, list[Json]] = {}
        for name, service in self.services.items():
            for expose in service.spec["expose"] or []:
                if expose["global"] and expose["ip"]:
                    rows.setdefault(name, []).append(
                        {
                            "Port": expose["port"],
                            "ExternalPort": expose["externalPort"] or expose["port"],
                            "Protocol": expose["proto"],
                            "IP": f"203.0.113.{self._number(1, 254, expose['ip'])}",  # a range for documentation
                        }
                    )
        return rows or None

    def _number(self, low: int, size: int, *parts: Any) -> int:
        digest = hashlib.sha256("/".join(map(str, (*self.lease, *parts))).encode()).digest()
        return low + int.from_bytes(digest[:4], "big") % size

    def shown_manifest(self) -> list[Json]:
        """What GET manifest gives: the group, with every `endpoints` null (recordings, fact 16)."""
        services = [s | {"resources": s["resources"] | {"endpoints": None}} for s in self.group["services"]]
        return [self.group | {"services": services}]

    def pods(self, names: list[str] | None = None) -> list[Pod]:
        """The replicas of these services (or all), as they are now."""
        found = []
        for name in sorted(self.services):
            service = self.services[name]
            if names is not None and name not in names:
                continue
            replica_set = f"{name}-{_name(10, *self.lease, name, service.generation)}"
            found += [
                Pod(
                    f"{replica_set}-{_name(5, *self.lease, name, service.generation, index)}",
                    name,
                    service.since + self.start_of(service),
                    self.tick,
                    None if self.rate is None else program_of(service.spec["image"]),
                )
                for index in range(service.spec["count"])
            ]
        return found

    def events(self, now: float) -> list[Json]:
        """What Kubernetes has reported so far."""
        rows: list[Json] = []
        for name in sorted(self.services):
            service = self.services[name]
            pods = self.pods([name])
            for pod in pods:
                rows += self._pod_events(pod, service, now)
            replica_set = pods[0].name.rpartition("-")[0] if pods else name
            rows += [
                self._event(
                    "replicaset-controller", "", "SuccessfulCreate", f"Created pod: {p.name}", "ReplicaSet", replica_set
                )
                for p in pods
            ]
            note = f"Scaled up replica set {replica_set} from 0 to {len(pods)}"
            rows.append(self._event("deployment-controller", "", "ScalingReplicaSet", note, "Deployment", name))
        return rows

    def _pod_events(self, pod: Pod, service: Service, now: float) -> list[Json]:
        image, took = service.spec["image"], f"{self.start_of(service) * 0.6:.3f}s"
        size = 72_234_532 if self.rate is None else program_of(image).image_size
        assigned = f"Successfully assigned {self.namespace}/{pod.name} to node1"
        rows = [
            self._event("default-scheduler", "default-scheduler-node1", "Scheduled", assigned, "Pod", pod.name),
            self._event("kubelet", "node1", "Pulling", f'Pulling image "{image}"', "Pod", pod.name),
        ]
        if self._ready(service, now):
            pulled = (
                f'Successfully pulled image "{image}" in {took} ({took} including waiting). Image size: {size} bytes.'
            )
            rows += [
                self._event("kubelet", "node1", "Pulled", pulled, "Pod", pod.name),
                self._event("kubelet", "node1", "Created", f"Created container: {pod.service}", "Pod", pod.name),
                self._event("kubelet", "node1", "Started", f"Started container {pod.service}", "Pod", pod.name),
            ]
        return rows

    def _event(self, who: str, where: str, reason: str, note: str, kind: str, name: str) -> Json:
        head: Json = {"type": "Normal", "reportingController": who}
        if where:
            head["reportingInstance"] = where
        return head | {
            "reason": reason,
            "note": note,
            "object": {"kind": kind, "namespace": self.namespace, "name": name},
        }
