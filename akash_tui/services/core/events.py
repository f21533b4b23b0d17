"""The events of a deploy run, one value each; `to_json` gives exactly the fields of the command line's contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import ClassVar

from akash_tui.domain.akash.entities import BidId, DeploymentId, LeaseId
from akash_tui.domain.akash.gpu import GpuOffer
from akash_tui.domain.akash.money import Coin, DecCoin, plain, rounded
from akash_tui.domain.bids.decision import Rejection
from akash_tui.services.ports import ForwardedPort, LeaseStatus

Json = dict[str, object]


def money(coin: Coin | DecCoin) -> Json:
    """`{"denom", "amount"}` with a decimal string."""
    amount = str(coin.amount) if isinstance(coin, Coin) else plain(coin.amount)
    return {"denom": coin.denom, "amount": amount}


def others_json(others: Sequence[tuple[str, Coin]]) -> Json:
    """What went back to other depositors, as `closed` and the answer of `lease close` have it."""
    return {"others": [{"owner": who, "refund": money(coin)} for who, coin in others]} if others else {}


def decimal(value: Decimal | None, places: int = 6) -> str | None:
    """A decimal string without exponent, rounded for reading; None when not known."""
    return None if value is None else plain(rounded(value, places))


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def gpu_json(offer: GpuOffer) -> Json:
    """One GPU of a bid; empty vendor and model with source `none` mean "not disclosed"."""
    return {
        "vendor": offer.model.vendor,
        "model": offer.model.model,
        "vram_gib": offer.model.vram_gib,
        "interface": offer.model.interface,
        "count": offer.count,
        "source": offer.source.value,
    }


@dataclass(frozen=True, slots=True)
class EventHead:
    """What every event carries. `id` is None before a dseq is known (a failed quote)."""

    at: datetime
    chain_id: str
    owner: str
    id: DeploymentId | None

    def json(self, event: str) -> Json:
        """The fields that every event begins with."""
        return {
            "v": 1,
            "event": event,
            "at": timestamp(self.at),
            "chain_id": self.chain_id,
            "owner": self.owner,
            "dseq": None if self.id is None else str(self.id.dseq),
        }


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a run; `name` is the word in the `event` field."""

    name: ClassVar[str] = ""
    head: EventHead

    def fields(self) -> Json:
        """The fields of this event alone."""
        return _fields(self, without="head")

    def to_json(self) -> Json:
        """The whole event as one JSON object."""
        return self.head.json(self.name) | self.fields()


@dataclass(frozen=True, slots=True)
class Created(Event):
    """The deployment is in a block; `version` is the hash of its manifest."""

    name: ClassVar[str] = "created"
    tx: str
    height: int
    version: bytes
    deposit: Coin


@dataclass(frozen=True, slots=True)
class BidSeen(Event):
    """A bid that is new or has changed; comes again when the provider's facts arrive."""

    name: ClassVar[str] = "bid"
    id: BidId
    host: str | None
    price: DecCoin
    price_h: Decimal | None
    gpus: tuple[GpuOffer, ...]
    audited: bool | None
    region: str | None
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting(Event):
    """The collecting time is over and no bid can be accepted: why, and for how many seconds more one is waited for."""

    name: ClassVar[str] = "waiting"
    message: str
    seconds: int


@dataclass(frozen=True, slots=True)
class BidWent(Event):
    """A bid is gone; `reason` is a stable word."""

    name: ClassVar[str] = "bid_gone"
    id: BidId
    reason: str


@dataclass(frozen=True, slots=True)
class Chosen(Event):
    """A rule (or a person) has chosen a bid; `rejected` are the others with the reason of each."""

    name: ClassVar[str] = "choice"
    id: BidId
    price_h: Decimal | None
    rule: str
    """`cheapest`, `prefer h100,any`, or `BY_HAND` where a person has chosen."""
    rejected: tuple[Rejection, ...]
    total_h: Decimal | None = None
    """Of several groups: what is chosen so far, this one included, in ACT an hour."""
    budget_left_h: Decimal | None = None
    """What a budget leaves beside that."""
    terms: str = ""
    """Everything that the rule asks for, in words; "" where a person has chosen."""

    def fields(self) -> Json:
        found = _fields(self, without="head")
        if not self.terms:
            del found["terms"]
        if self.total_h is None:  # one group: its own price says it all
            del found["total_h"], found["budget_left_h"]
        return found


@dataclass(frozen=True, slots=True)
class Leased(Event):
    """The leases are in a block."""

    name: ClassVar[str] = "lease"
    tx: str
    height: int
    leases: tuple[tuple[LeaseId, DecCoin], ...]

    def fields(self) -> Json:
        return {
            "tx": self.tx,
            "height": self.height,
            "leases": [_bid(id) | {"price": money(price)} for id, price in self.leases],
        }


@dataclass(frozen=True, slots=True)
class ManifestSent(Event):
    """One try to hand over the manifest; `status` is the HTTP status, 0 when no answer came."""

    name: ClassVar[str] = "manifest"
    provider: str
    attempt: int
    status: int
    message: str


@dataclass(frozen=True, slots=True)
class RunningService:
    """One service that runs, with the addresses that reach it."""

    name: str
    provider: str
    ready: int
    total: int
    uris: tuple[str, ...]
    ports: tuple[ForwardedPort, ...]


@dataclass(frozen=True, slots=True)
class Running(Event):
    """Every service is ready. `notes` are sentences about what is not as the SDL asks, such as a withheld host name."""

    name: ClassVar[str] = "running"
    services: tuple[RunningService, ...]
    notes: tuple[str, ...] = ()


def services_json(services: Sequence[RunningService]) -> list[Json]:
    """Services as the `running` event and `lease status` give them."""
    return [_fields(service) for service in services]


@dataclass(frozen=True, slots=True)
class Failed(Event):
    """`stage` is create, bids, lease, manifest or run."""

    name: ClassVar[str] = "failed"
    stage: str
    code: str
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class Requoted(Event):
    """A lease was given up and its group takes bids again; `reason` is why its provider is avoided from now on."""

    name: ClassVar[str] = "requoted"
    id: BidId
    reason: str
    tx: str
    height: int


@dataclass(frozen=True, slots=True)
class Closed(Event):
    """`refund` is what came back by the chain's own events; None if they could not be read. `others`: what went back to
    other depositors (grants), and to whom."""

    name: ClassVar[str] = "closed"
    tx: str
    refund: Coin | None
    others: tuple[tuple[str, Coin], ...] = ()

    def fields(self) -> Json:
        """`others` only where there are any."""
        found: Json = {"tx": self.tx, "refund": None if self.refund is None else money(self.refund)}
        return found | others_json(self.others)


@dataclass(frozen=True, slots=True)
class Done(Event):
    """Always the last one. `state`: none, open, leased, running, closed or unknown."""

    name: ClassVar[str] = "done"
    exit_code: int
    state: str

    @property
    def advice(self) -> str:
        """What to do with an order that is left open; "" where nothing is left to do."""
        if self.state != "open" or self.head.id is None:
            return ""
        dseq = self.head.id.dseq
        return (
            f"Deployment {dseq} holds its deposit, and its order is open for bids until it is closed. "
            f"Its bids: akash-tui bids {dseq}; accept one in the app, or: akash-tui lease accept {dseq} --cheapest; "
            f"or close it: akash-tui lease close {dseq}."
        )

    def fields(self) -> Json:
        """With the advice."""
        return _fields(self, without="head") | {"advice": self.advice}


def _fields(value: Event | Rejection | RunningService | ForwardedPort, without: str = "") -> Json:
    """The fields by their names; the id of a bid becomes three."""
    found: Json = {}
    for name in (each.name for each in fields(value) if each.name != without):
        field = getattr(value, name)
        found |= _bid(field) if isinstance(field, BidId) else {name: json_form(field)}
    return found


def json_form(value: object) -> object:
    """A value as the contract writes it: money, decimals, times, dates and hashes as strings; others unchanged."""
    match value:
        case Coin() | DecCoin():
            return money(value)
        case Decimal():
            return decimal(value)
        case datetime():
            return timestamp(value)
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case tuple():
            return [json_form(each) for each in value]
        case GpuOffer():
            return gpu_json(value)
        case ForwardedPort():
            return _fields(value, without="service")
        case Rejection() | RunningService():
            return _fields(value)
    return value


def _bid(id: BidId) -> Json:
    return {"gseq": id.gseq, "oseq": id.oseq, "provider": id.provider}


def running_services(provider: str, status: LeaseStatus) -> tuple[RunningService, ...]:
    """One lease's services with the ports (forwarded ones and leased addresses) that belong to each."""
    ports = (
        *status.ports,
        *(ForwardedPort(i.service, i.ip, i.port, i.external_port, i.proto) for i in status.ips),
    )
    return tuple(
        RunningService(s.name, provider, s.ready, s.total, s.uris, tuple(p for p in ports if p.service == s.name))
        for s in status.services
    )
