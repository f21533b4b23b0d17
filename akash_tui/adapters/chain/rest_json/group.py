"""Coins, resources and group specs as REST JSON → `domain.akash.money` and `domain.akash.resources`."""

from __future__ import annotations

from akash_tui.adapters.chain.rest_json.fields import BigInt, Dec, Int32, JsonModel, Many, Text, at, first_of
from akash_tui.domain.akash.money import Coin, DecCoin
from akash_tui.domain.akash.resources import (
    Attribute,
    Endpoint,
    EndpointKind,
    GroupSpec,
    ResourceOffer,
    Resources,
    ResourceUnit,
    SignedBy,
    Volume,
)


class CoinJson(JsonModel):
    denom: Text
    amount: BigInt

    def value(self) -> Coin:
        return Coin(self.denom, self.amount)


class DecCoinJson(JsonModel):
    denom: Text
    amount: Dec

    def value(self) -> DecCoin:
        return DecCoin(self.denom, self.amount)


class AttributeJson(JsonModel):
    key: Text
    value: Text


def attributes(found: tuple[AttributeJson, ...]) -> tuple[Attribute, ...]:
    """Attribute lists, in the node's order."""
    return tuple(Attribute(a.key, a.value) for a in found)


class AmountJson(JsonModel):
    """How much of one resource: `units` (thousandths of a core, or GPUs) or `quantity` (bytes)."""

    amount: BigInt = first_of(("units", "val"), ("quantity", "val"))
    attributes: Many[AttributeJson] = ()


class VolumeJson(AmountJson):
    name: Text


class EndpointJson(JsonModel):
    kind: Text
    sequence_number: Int32 = 0


class ResourcesJson(JsonModel):
    id: Int32 = 0
    cpu: AmountJson | None = None
    memory: AmountJson | None = None
    storage: Many[VolumeJson] = ()
    gpu: AmountJson | None = None
    endpoints: Many[EndpointJson] = ()

    def value(self) -> Resources:
        return Resources(
            id=self.id,
            cpu_milli=self.cpu.amount if self.cpu else 0,
            memory=self.memory.amount if self.memory else 0,
            storage=tuple(Volume(v.name, v.amount, attributes(v.attributes)) for v in self.storage),
            gpu_units=self.gpu.amount if self.gpu else 0,
            gpu_attributes=attributes(self.gpu.attributes) if self.gpu else (),
            endpoints=tuple(
                Endpoint(EndpointKind[e.kind], e.sequence_number)
                for e in self.endpoints
                if e.kind in EndpointKind.__members__  # an unknown kind, of a newer chain, cannot be used
            ),
            cpu_attributes=attributes(self.cpu.attributes) if self.cpu else (),
            memory_attributes=attributes(self.memory.attributes) if self.memory else (),
        )


class ResourceUnitJson(JsonModel):
    resource: ResourcesJson
    count: Int32
    price: DecCoinJson

    def value(self) -> ResourceUnit:
        return ResourceUnit(self.resource.value(), self.count, self.price.value())


class GroupSpecJson(JsonModel):
    name: Text
    attributes: Many[AttributeJson] = at("requirements", "attributes", default=())
    all_of: Many[Text] = at("requirements", "signed_by", "all_of", default=())
    any_of: Many[Text] = at("requirements", "signed_by", "any_of", default=())
    resources: Many[ResourceUnitJson] = ()

    def value(self) -> GroupSpec:
        return GroupSpec(
            name=self.name,
            attributes=attributes(self.attributes),
            signed_by=SignedBy(self.all_of, self.any_of),
            units=tuple(unit.value() for unit in self.resources),
        )


class OfferJson(JsonModel):
    """What a bid offers for one unit. Its optional split of the price is not read: today's providers leave it out."""

    resources: ResourcesJson
    count: Int32

    def value(self) -> ResourceOffer:
        return ResourceOffer(self.resources.value(), self.count)
