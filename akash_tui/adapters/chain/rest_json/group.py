"""Resources and group specs as REST JSON → `domain.akash.resources`."""

from __future__ import annotations

from akash_tui.adapters.chain.rest_json.fields import BigInt, Dec, Int32, JsonModel, Text
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


def attributes(found: list[AttributeJson] | None) -> tuple[Attribute, ...]:
    """Attribute lists; an absent one is empty."""
    return tuple(Attribute(a.key, a.value) for a in found or ())


class ValueJson(JsonModel):
    val: BigInt


class CpuJson(JsonModel):
    """`units` are thousandths of a core; memory and storage have `quantity`, in bytes."""

    units: ValueJson
    attributes: list[AttributeJson] | None = None


class MemoryJson(JsonModel):
    quantity: ValueJson
    attributes: list[AttributeJson] | None = None


class StorageJson(JsonModel):
    name: Text
    quantity: ValueJson
    attributes: list[AttributeJson] | None = None


class EndpointJson(JsonModel):
    kind: Text
    sequence_number: Int32 = 0


class ResourcesJson(JsonModel):
    id: Int32 = 0
    cpu: CpuJson | None = None
    memory: MemoryJson | None = None
    storage: list[StorageJson] | None = None
    gpu: CpuJson | None = None
    endpoints: list[EndpointJson] | None = None

    def value(self) -> Resources:
        return Resources(
            id=self.id,
            cpu_milli=self.cpu.units.val if self.cpu else 0,
            memory=self.memory.quantity.val if self.memory else 0,
            storage=tuple(Volume(v.name, v.quantity.val, attributes(v.attributes)) for v in self.storage or ()),
            gpu_units=self.gpu.units.val if self.gpu else 0,
            gpu_attributes=attributes(self.gpu.attributes) if self.gpu else (),
            endpoints=tuple(
                Endpoint(EndpointKind[e.kind], e.sequence_number)
                for e in self.endpoints or ()
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


class SignedByJson(JsonModel):
    all_of: list[Text] | None = None
    any_of: list[Text] | None = None


class RequirementsJson(JsonModel):
    signed_by: SignedByJson | None = None
    attributes: list[AttributeJson] | None = None


class GroupSpecJson(JsonModel):
    name: Text
    requirements: RequirementsJson | None = None
    resources: list[ResourceUnitJson] | None = None

    def value(self) -> GroupSpec:
        wants = self.requirements or RequirementsJson()
        signed = wants.signed_by or SignedByJson()
        return GroupSpec(
            name=self.name,
            attributes=attributes(wants.attributes),
            signed_by=SignedBy(tuple(signed.all_of or ()), tuple(signed.any_of or ())),
            units=tuple(unit.value() for unit in self.resources or ()),
        )


class StoragePriceJson(JsonModel):
    name: Text
    price: DecCoinJson | None = None


class EndpointPriceJson(JsonModel):
    kind: Text
    price: DecCoinJson | None = None


class OfferPricesJson(JsonModel):
    """An optional split of a bid's price; today's providers leave it out."""

    cpu: DecCoinJson | None = None
    memory: DecCoinJson | None = None
    storage: list[StoragePriceJson] | None = None
    gpu: DecCoinJson | None = None
    endpoints: list[EndpointPriceJson] | None = None


class OfferJson(JsonModel):
    resources: ResourcesJson
    count: Int32
    prices: OfferPricesJson | None = None

    def value(self) -> ResourceOffer:
        return ResourceOffer(self.resources.value(), self.count)
